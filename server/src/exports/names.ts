import { Temporal } from 'temporal-polyfill';

/** `2026-11-22_14-03-00`, by the clock of the zone: safe in a file name on every system. */
export function stampOf(at: number, timeZone: string): string {
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone);
  return zoned.toPlainDateTime().toString({ smallestUnit: 'second' }).replace('T', '_').replaceAll(':', '-');
}

interface Naming {
  cameraId: string;
  timeZone: string;
  isTimelapse: boolean;
  /** Names that are given already. */
  taken: ReadonlySet<string>;
}

interface NamedFile {
  path: string;
  /** Of a subtitle file that of its video. */
  fromMs: number;
  subtitles: boolean;
}

/**
 * A name for each file of a part: `front-door_2026-11-22_14-03-00.mp4`, the subtitles of which are
 * `front-door_2026-11-22_14-03-00.srt`. The second of two that would have the same gets `-2`, as in the hour that comes twice.
 */
export function namesFor(files: readonly NamedFile[], format: string, naming: Naming): string[] {
  const { cameraId, timeZone, isTimelapse, taken } = naming;
  const given = new Set(taken);
  let video = '';
  return files.map(({ fromMs, subtitles }) => {
    if (subtitles) return `${video}.srt`;
    const base = `${cameraId}_${stampOf(fromMs, timeZone)}${isTimelapse ? '_timelapse' : ''}`;
    video = base;
    for (let number = 2; given.has(`${video}.${format}`); number += 1) video = `${base}-${number}`;
    given.add(`${video}.${format}`);
    return `${video}.${format}`;
  });
}
