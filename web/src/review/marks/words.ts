import type { Mark } from '@nightjar/contract';
import { formatClock, formatDate } from '../../time/format.ts';

/** What a mark is called where it has no title. */
export const kindName: Record<Mark['kind'], string> = { bookmark: 'Bookmark', lock: 'Lock' };

/** `22 Nov 2026 14:03:22.480`: exact, and read again by `readTypedMoment`. */
export function formatExact(atMs: number, timeZone: string): string {
  const [, ...date] = formatDate(atMs, timeZone, 'with-year').split(' ');
  return `${date.join(' ')} ${formatClock(atMs, timeZone, 'millisecond')}`;
}

interface Told {
  from: number;
  to: number;
}

/** `14:03:22 – 14:03:32`; with the day where it is not clear which, and of the end where it is another. */
export function rangeText({ from, to }: Told, timeZone: string, withDay: boolean): string {
  const [fromDay, toDay] = [formatDate(from, timeZone, 'with-year'), formatDate(to, timeZone, 'with-year')];
  const [begin, end] = [formatClock(from, timeZone), formatClock(to, timeZone)];
  if (fromDay !== toDay) return `${fromDay}, ${begin} – ${toDay}, ${end}`;
  return withDay ? `${fromDay}, ${begin} – ${end}` : `${begin} – ${end}`;
}

/** Whether all words of `search` are in what is known of a mark. */
export function isFound(mark: Mark, cameraName: string, search: string): boolean {
  const text = [mark.title, mark.note, mark.madeBy, cameraName, kindName[mark.kind]].join('\n').toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
