import { Temporal } from 'temporal-polyfill';

/** Zones change their offset at quarters of an hour at the most often. */
const offsetHoldsMs = 900_000;

/** Writes instants in local time, of which an export may have millions. */
export class LocalTime {
  readonly #timeZone: string;
  #quarter = Number.NaN;
  #offsetMs = 0;
  #offsetText = '';

  /** @param timeZone IANA name. */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** `2026-11-22 14:03:05 +01:00`. @param decimals of the second; what is finer is cut off. */
  format(unixMs: number, decimals: 0 | 1 | 2 | 3 = 0): string {
    const offsetMs = this.offsetMs(unixMs);
    const [date, time = ''] = new Date(Math.floor(unixMs + offsetMs)).toISOString().split('T');
    const clock = time.slice(0, decimals === 0 ? 8 : 9 + decimals);
    return `${date} ${clock} ${this.#offsetText}`;
  }

  /** Of local time from UTC. */
  offsetMs(unixMs: number): number {
    const quarter = Math.floor(unixMs / offsetHoldsMs);
    if (quarter !== this.#quarter) {
      const local = Temporal.Instant.fromEpochMilliseconds(quarter * offsetHoldsMs).toZonedDateTimeISO(this.#timeZone);
      this.#quarter = quarter;
      this.#offsetMs = local.offsetNanoseconds / 1e6;
      this.#offsetText = local.offset.slice(0, 6);
    }
    return this.#offsetMs;
  }
}
