import type { Day } from '@nightjar/contract';

export interface CameraDay {
  /** Of the camera. */
  name: string;
  day: Day;
}

/** A day of one or several cameras: the mean of each figure, over all of them. */
export interface RingDay extends Omit<Day, 'date'> {
  cameras: CameraDay[];
}

/** By date, the days of `cameraCount` cameras; one that has no such day counts as nothing. */
export function ringDays(days: readonly CameraDay[], cameraCount: number): Map<string, RingDay> {
  const mean = (cameras: readonly CameraDay[], of: (day: Day) => number) =>
    Math.round(cameras.reduce((sum, { day }) => sum + of(day), 0) / Math.max(1, cameraCount));
  return new Map(
    [...Map.groupBy(days, ({ day }) => day.date)].map(([date, cameras]) => [
      date,
      {
        recordedMs: mean(cameras, ({ recordedMs }) => recordedMs),
        gapMs: mean(cameras, ({ gapMs }) => gapMs),
        missingMs: mean(cameras, ({ missingMs }) => missingMs),
        cameras,
      },
    ]),
  );
}
