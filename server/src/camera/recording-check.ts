import type { DaySpan, RecordingInput, ScheduleException } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';

/**
 * What the schema of recording settings cannot say. Spans may overlap: they add up.
 *
 * @param path of `recording` in the request: `recording`, or empty where it is the body itself.
 * @throws {NvrError} `invalid_request` with the field.
 */
export function checkRecording({ schedule }: RecordingInput, path: string): void {
  const within = (field: string) => (path === '' ? field : `${path}.${field}`);
  for (const [day, spans] of Object.entries(schedule?.week ?? {})) checkSpans(spans, within(`schedule.week.${day}`));
  for (const [at, exception] of (schedule?.exceptions ?? []).entries()) {
    checkException(exception, within(`schedule.exceptions.${at}`));
  }
}

function checkSpans(spans: readonly DaySpan[], path: string): void {
  for (const [at, { from, to }] of spans.entries()) {
    if (from === '24:00') refuse(`${path}.${at}.from`, 'a span begins before 24:00; that is 00:00 of the next day');
    if (from === to) refuse(`${path}.${at}.to`, 'must differ from from; the whole day is 00:00 to 24:00');
  }
}

function checkException({ from, to, spans }: ScheduleException, path: string): void {
  checkDate(from, `${path}.from`);
  if (to !== undefined) checkDate(to, `${path}.to`);
  if (to !== undefined && to < from) refuse(`${path}.to`, 'must not be before from');
  checkSpans(spans, `${path}.spans`);
}

/** @param date matches the schema, but 30 February does too. */
function checkDate(date: string, field: string): void {
  const ms = Date.parse(`${date}T00:00:00Z`);
  const exists = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
  if (!exists) refuse(field, 'there is no such date');
}

function refuse(field: string, problem: string): never {
  throw new NvrError('invalid_request', `${field}: ${problem}`, { field });
}
