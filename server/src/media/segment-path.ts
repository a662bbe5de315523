import { Temporal } from 'temporal-polyfill';

export interface SegmentPath {
  /** `recordings/<camera>/<YYYY-MM-DD>/<HH-MM-SS.mmm±hhmm>.mp4`, relative to the data directory, `/` between. */
  path: string;
  /** Offset of `timeZone` from UTC at the segment's start, minutes, east positive. */
  utcOffsetMinutes: number;
}

/**
 * Where a segment is kept. The path is for people; the truth is in the file's own boxes. The offset in the name keeps
 * the two passes through a repeated hour apart.
 *
 * @param startMs UTC of the first frame, Unix milliseconds; a fraction is rounded.
 * @param timeZone IANA name.
 */
export function pathOf(cameraId: string, startMs: number, timeZone: string): SegmentPath {
  const start = Temporal.Instant.fromEpochMilliseconds(Math.round(startMs)).toZonedDateTimeISO(timeZone);
  const utcOffsetMinutes = Math.round(start.offsetNanoseconds / 60e9);
  const time = [start.hour, start.minute, start.second].map(two).join('-');
  const name = `${time}.${String(start.millisecond).padStart(3, '0')}${offsetText(utcOffsetMinutes)}`;
  return { path: `recordings/${cameraId}/${start.toPlainDate()}/${name}.mp4`, utcOffsetMinutes };
}

const two = (value: number): string => String(value).padStart(2, '0');

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
