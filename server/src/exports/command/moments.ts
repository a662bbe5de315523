import { Temporal } from 'temporal-polyfill';

/**
 * The instant that is meant: ISO 8601 with an offset, Unix milliseconds, or without an offset by the clock of the zone
 * (`2026-11-22 14:03`, `2026-11-22T14:03:00.5`, a day alone is its beginning). Of an hour that comes twice the first.
 * null when it is none of these.
 */
export function readMoment(text: string, timeZone: string): number | null {
  const trimmed = text.trim();
  if (/^\d{11,15}$/.test(trimmed)) return Number(trimmed);
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/i.test(trimmed)) return null;
  const iso = trimmed.replace(' ', 'T');
  try {
    if (/T.*(Z|[+-]\d\d:?\d\d)$/i.test(iso)) return Temporal.Instant.from(iso).epochMilliseconds;
    return Temporal.PlainDateTime.from(iso).toZonedDateTime(timeZone, { disambiguation: 'earlier' }).epochMilliseconds;
  } catch {
    return null; // the 31st of November
  }
}
