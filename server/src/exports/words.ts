import { Temporal } from 'temporal-polyfill';
import type { Job, Part } from './jobs.ts';

interface Words {
  nameOf(cameraId: string): string;
  timeZone: string;
}

const namedAtMost = 5;

/** What is not in an export although it was asked for; null when nothing is missing. */
export function missingText({ parts, order }: Pick<Job, 'parts' | 'order'>, words: Words): string | null {
  const empty = parts.filter(({ state }) => state === 'empty');
  if (empty.length === 0) return null;
  if (empty.length === parts.length) return 'Nothing of it is recorded any more.';
  return `Nothing is recorded of ${listed(empty.map((part) => nameOf(part, order.dates !== null, words)))}.`;
}

/** What could not be made, and why. */
export function failedText(
  job: Pick<Job, 'parts' | 'order'>,
  failures: ReadonlyArray<{ part: Part; message: string }>,
  words: Words,
): string {
  const [first] = failures;
  if (job.parts.length === 1 && first) return first.message;
  const reasons = failures.map(({ part, message }) => `${nameOf(part, job.order.dates !== null, words)}: ${message}`);
  return `${failures.length} of ${job.parts.length} could not be made. ${reasons.slice(0, namedAtMost).join(' ')}`;
}

/** `Yard on 2026-11-22`; without the day where all parts are of one range. */
function nameOf({ cameraId, from }: Part, byDay: boolean, { nameOf, timeZone }: Words): string {
  if (!byDay) return nameOf(cameraId);
  const date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone).toPlainDate();
  return `${nameOf(cameraId)} on ${date}`;
}

function listed(names: readonly string[]): string {
  const more = names.length - namedAtMost;
  return names.slice(0, namedAtMost).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
