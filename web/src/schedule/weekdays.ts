import type { Week, Weekday } from '@nightjar/contract';

// The contract is imported for its types alone: its schemas would bring their library into the pages.

/** From Monday on: day 0 of the grid. */
export const weekdays = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies readonly Weekday[];

/** Each day all day: what a camera has that was never given a schedule. */
export const wholeWeek = (): Week =>
  Object.fromEntries(weekdays.map((day) => [day, [{ from: '00:00', to: '24:00' }]])) as Week;
