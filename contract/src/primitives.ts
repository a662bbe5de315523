import Type, { type Static, type TSchema } from 'typebox';

export { type Static, Type };

type Brand<T, Name extends string> = T & { readonly __brand: Name };

/** A slug (`front-door`), chosen by the user or made from the camera's name; unique in one recorder. */
export type CameraId = Brand<string, 'CameraId'>;

/** Milliseconds since 1970-01-01T00:00:00Z, read from the recorder's clock, never the camera's. */
export type UnixMs = Brand<number, 'UnixMs'>;

/** `[from, to)` in Unix milliseconds. */
export interface TimeRange {
  from: UnixMs;
  to: UnixMs;
}

/** A schema that also accepts `null`. */
export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const CameraIdSchema = Type.String({
  pattern: '^[a-z0-9]+(-[a-z0-9]+)*$',
  errorMessage: 'must be lower-case letters and digits, joined by single hyphens',
  maxLength: 63,
  description: 'Slug: lower-case letters and digits, joined by single hyphens.',
  examples: ['front-door'],
});

export const UnixMsSchema = Type.Integer({ description: "Unix milliseconds, the recorder's clock.", minimum: 0 });

/** Who makes something, as long as nobody signs in. */
export const MadeBySchema = Type.String({
  maxLength: 80,
  description: "A person's name, as given; left out or empty: the address that the request came from.",
});

/** An instant in a query string. Parsed by `parseInstant`. */
export const InstantSchema = Type.String({
  maxLength: 40,
  description: 'ISO 8601 with an offset (`2026-11-22T14:03:00Z`) or Unix milliseconds.',
  examples: ['2026-11-22T14:03:00Z', '1795356180000'],
});

/** Reads an `InstantSchema` text; `undefined` when it is neither Unix milliseconds nor ISO 8601 with `Z` or an offset. */
export function parseInstant(text: string): UnixMs | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text) as UnixMs;
  // A bare "+" in a query string arrives as a space.
  const iso = text.replace(/ (?=\d\d:?\d\d$)/, '+');
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i.test(iso)) return undefined;
  const ms = Date.parse(iso);
  if (Number.isNaN(ms) || ms < 0) return undefined;
  // Date.parse takes 30 February for 2 March.
  const date = iso.slice(0, 10);
  return new Date(`${date}T00:00:00Z`).toISOString().startsWith(date) ? (ms as UnixMs) : undefined;
}
