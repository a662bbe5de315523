import type { ScheduleException } from '@nightjar/contract';

/** Exceptions of a schedule as a list that people edit. The first that has a date holds for it. */

export const lastOf = ({ from, to = from }: ScheduleException): string => to;

const days = (exception: ScheduleException): number =>
  (Date.parse(lastOf(exception)) - Date.parse(exception.from)) / 86_400_000;

/** By date, for reading; each with its place in the schedule. */
export const inOrderOfDate = (exceptions: readonly ScheduleException[]) =>
  exceptions
    .map((exception, index) => ({ exception, index }))
    .sort((a, b) => a.exception.from.localeCompare(b.exception.from) || a.index - b.index);

/** `added` goes before those that last as long or longer: a day within a fortnight of holidays holds for itself. */
export function withException(exceptions: readonly ScheduleException[], added: ScheduleException): ScheduleException[] {
  const index = exceptions.findIndex((other) => days(other) >= days(added));
  return index < 0 ? [...exceptions, added] : exceptions.toSpliced(index, 0, added);
}

export const withoutException = (exceptions: readonly ScheduleException[], index: number): ScheduleException[] =>
  exceptions.toSpliced(index, 1);

/** The exception that holds on a part of this one's days instead of it; undefined when none does. */
export const hiddenBy = (exceptions: readonly ScheduleException[], index: number): ScheduleException | undefined => {
  const exception = exceptions[index];
  return (
    exception &&
    exceptions.slice(0, index).find((other) => other.from <= lastOf(exception) && lastOf(other) >= exception.from)
  );
};
