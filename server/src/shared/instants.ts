import { InstantSchema, parseInstant, type Static, type TimeRange, Type, type UnixMs } from '@nightjar/contract';
import { NvrError } from './errors.ts';

/** Query of a route that takes a range. */
export const RangeQuerySchema = Type.Object(
  { from: InstantSchema, to: InstantSchema },
  { description: 'Half-open range, `[from, to)`.' },
);
export type RangeQuery = Static<typeof RangeQuerySchema>;

/**
 * Reads an instant from a query string.
 * @throws {NvrError} `invalid_request` with the field.
 */
export function requireInstant(field: string, text: string): UnixMs {
  const instant = parseInstant(text);
  if (instant === undefined) {
    throw new NvrError(
      'invalid_request',
      `${field}: must be ISO 8601 with an offset, such as 2026-11-22T14:03:00Z, or Unix milliseconds`,
      { field },
    );
  }
  return instant;
}

/**
 * Reads `[from, to)` from a query string.
 * @throws {NvrError} `invalid_request` for an instant that is none, `invalid_range` when `to` is not after `from`.
 */
export function requireRange({ from, to }: RangeQuery): TimeRange {
  const range = { from: requireInstant('from', from), to: requireInstant('to', to) };
  if (range.to <= range.from) throw new NvrError('invalid_range', 'to: must be later than from', { field: 'to' });
  return range;
}
