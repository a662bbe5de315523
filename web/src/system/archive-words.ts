import type { ArchiveJob } from '@nightjar/contract';
import { formatClock } from '../time/format.ts';

const words: Record<ArchiveJob['state'], string> = {
  queued: 'Waits for its turn',
  running: 'Being made',
  done: 'Done',
  failed: 'Failed',
};

/** What became of an archive, and what to know about it; `detail` empty when that is nothing. */
export function archiveWords({ state, message, files, segmentsRemoved }: ArchiveJob): { word: string; detail: string } {
  const detail = [
    message,
    files.length > 1 && `In ${files.length} files: the camera’s picture format changed in between.`,
    segmentsRemoved && 'The recording itself was removed afterwards.',
  ]
    .filter(Boolean)
    .join(' ');
  return { word: words[state], detail };
}

/** ", 14:00 to 15:00" of an hour; empty of a whole day. */
export const archiveSpan = ({ hour, from, to }: ArchiveJob, timeZone: string): string =>
  hour === null ? '' : `, ${formatClock(from, timeZone, 'minute')} to ${formatClock(to, timeZone, 'minute')}`;
