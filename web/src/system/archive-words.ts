import type { ArchiveJob } from '@nightjar/contract';
import { formatClock } from '../time/format.ts';
import { type LocalDay, offsetMsAt } from '../time/zone.ts';

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

const hourMs = 3_600_000;

/** The hours of a day by the local clock, as the recorder counts them: 23 or 25 where the clocks change. */
export function hoursOf(day: LocalDay, timeZone: string): Array<{ value: string; label: string }> {
  const hours: Array<{ value: string; label: string }> = [];
  const clock = (at: number) => formatClock(at, timeZone, 'minute');
  for (let from = day.from; from < day.to; ) {
    const intoHour = (from + offsetMsAt(from, timeZone)) % hourMs;
    const to = Math.min(from + hourMs - intoHour, day.to);
    hours.push({ value: String(hours.length), label: `${clock(from)} to ${clock(to)}` });
    from = to;
  }
  return hours;
}
