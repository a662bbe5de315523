import type { ExportEstimate, ExportJob, ExportSettings } from '@nightjar/contract';
import { formatBytes, formatClock, formatDate, formatDuration } from '../time/format.ts';
import { dayOfDate } from '../time/zone.ts';

const words: Record<ExportJob['state'], string> = {
  queued: 'Waits for its turn',
  running: 'Being made',
  done: 'Done',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

export const stateWord = ({ state }: ExportJob): string => words[state];

/** "43 %, 12 s left"; of several files, "43 %, file 3 of 12, 4 min left". */
export function progressText({ progress, parts, partsDone, remainingMs }: ExportJob): string {
  return [
    `${Math.floor(progress * 100)} %`,
    parts > 1 && `file ${Math.min(partsDone + 1, parts)} of ${parts}`,
    remainingMs !== null && `${formatDuration(Math.max(remainingMs, 1_000))} left`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Of one that ended before its end, how far it came; empty of others. */
export const leftOutText = ({ state, parts, partsDone }: ExportJob): string =>
  (state === 'cancelled' || state === 'failed') && parts > 1 ? `${partsDone} of ${parts} files are made.` : '';

const namedAtMost = 3;

/** "Front door, Yard and 3 more". */
export function camerasText(cameraIds: readonly string[], nameOf: (id: string) => string): string {
  const names = cameraIds.slice(0, namedAtMost).map(nameOf);
  const more = cameraIds.length - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}

/** "Sun 22 Nov 2026, 14:03:00 to 14:08:00", or the days of it. */
export function rangeText({ from, to, dates }: Pick<ExportJob, 'from' | 'to' | 'dates'>, timeZone: string): string {
  if (dates !== null) return daysText(dates, timeZone);
  if (from === null || to === null) return '';
  const day = formatDate(from, timeZone, 'with-year');
  const lastDay = formatDate(to, timeZone, 'with-year');
  const end = day === lastDay ? formatClock(to, timeZone) : `${lastDay}, ${formatClock(to, timeZone)}`;
  return `${day}, ${formatClock(from, timeZone)} to ${end}`;
}

/** Of days in a row the first and the last; of others how many. */
export function daysText(dates: readonly string[], timeZone: string): string {
  const sorted = [...dates].sort();
  const text = (date: string) => formatDate(dayOfDate(date, timeZone).from, timeZone, 'with-year');
  const [first = ''] = sorted;
  const last = sorted.at(-1) ?? first;
  if (sorted.length === 1) return `${text(first)}, the whole day`;
  const inRow = sorted.every(
    (date, at) => at === 0 || dayOfDate(sorted[at - 1] as string, timeZone).to === dayOfDate(date, timeZone).from,
  );
  return `${sorted.length} days${inRow ? ', ' : ' between '}${text(first)}${inRow ? ' to ' : ' and '}${text(last)}`;
}

/** What sets it apart from the usual: "MKV, exact, 60× timelapse, with evidence". */
export function settingsText({ format, cut, times, sound, stream, evidence, timelapse }: ExportSettings): string {
  return [
    format.toUpperCase(),
    cut === 'exact' && !timelapse && 'cut exactly',
    timelapse &&
      (timelapse.speed
        ? `timelapse ${timelapse.speed}×`
        : `timelapse of ${formatDuration((timelapse.lengthSeconds ?? 0) * 1_000)}`),
    times === 'burned' && 'time in the picture',
    times === 'subtitle' && 'time as subtitles',
    !sound && !timelapse && 'no sound',
    stream === 'sub' && 'small stream',
    evidence && 'with evidence',
  ]
    .filter(Boolean)
    .join(', ');
}

/** "2 files, 10 min, about 120 MB". */
export function estimateText({ files, durationMs, sizeBytes }: ExportEstimate): string {
  return `${files} ${files === 1 ? 'file' : 'files'}, ${formatDuration(durationMs)}, about ${formatBytes(sizeBytes)}`;
}

/** What a person should know beforehand; empty when that is nothing. */
export function estimateNotes(
  { emptyParts, files, encodedMs, recordedMs }: ExportEstimate,
  cut: ExportSettings['cut'],
): string[] {
  const notes: string[] = [];
  if (emptyParts > 0) {
    notes.push(`${emptyParts} of ${files + emptyParts} have nothing recorded and are left out.`);
  }
  if (encodedMs > 0 && encodedMs === recordedMs) {
    notes.push('Every picture is encoded anew: this takes minutes for each hour, and costs a little quality.');
  } else if (cut === 'exact') {
    notes.push('Only the pictures at the edges are encoded anew; all others stay as they were recorded.');
  }
  return notes;
}
