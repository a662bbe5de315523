import { Temporal } from 'temporal-polyfill';

export const dayMs = 86_400_000;

/**
 * The clock on the wall of a time zone. Local times are milliseconds as if they were of UTC: days since 1970-01-01 times
 * `dayMs`, plus the time of day. Clocks are put forward and back by any amount, at any time of day.
 */
export class WallClock {
  readonly #timeZone: string;
  /** Offsets at the beginnings of UTC days. */
  readonly #offsets = new Map<number, number>();

  /** @param timeZone IANA name. */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** What the wall shows at an instant. */
  localOf(atMs: number): number {
    return atMs + this.#zoned(atMs).offsetNanoseconds / 1e6;
  }

  /**
   * When the wall shows this or more for the first time: of a time that comes twice the first, of one that is skipped
   * the moment the clock is put forward. Unix milliseconds.
   */
  firstAt(localMs: number): number {
    const near = this.#near(localMs);
    return typeof near === 'number' ? near : near.skipped ? near.changeMs : near.firstMs;
  }

  /**
   * When the wall shows less than this for the last time, and this or more from then on: of a time that comes twice the
   * second, of one that is skipped the moment the clock is put forward. Unix milliseconds.
   */
  lastAt(localMs: number): number {
    const near = this.#near(localMs);
    if (typeof near === 'number') return near;
    // Put back to exactly this time: what is before it does not come again.
    if (near.skipped || near.secondMs === near.changeMs) return near.skipped ? near.changeMs : near.firstMs;
    return near.secondMs;
  }

  /** The instant, where there is one and no change near it; else what Temporal knows of the change. */
  #near(localMs: number): number | { skipped: boolean; firstMs: number; secondMs: number; changeMs: number } {
    const offset = this.#offsetOfDay(localMs - dayMs);
    if (offset === this.#offsetOfDay(localMs + 2 * dayMs)) return localMs - offset;
    const local = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO('UTC').toPlainDateTime();
    const first = local.toZonedDateTime(this.#timeZone, { disambiguation: 'earlier' });
    const second = local.toZonedDateTime(this.#timeZone, { disambiguation: 'later' });
    if (first.equals(second)) return first.epochMilliseconds;
    const change = first.getTimeZoneTransition('next') ?? second;
    return {
      skipped: !first.toPlainDateTime().equals(local),
      firstMs: first.epochMilliseconds,
      secondMs: second.epochMilliseconds,
      changeMs: change.epochMilliseconds,
    };
  }

  #offsetOfDay(ms: number): number {
    const day = Math.floor(ms / dayMs);
    let offset = this.#offsets.get(day);
    if (offset === undefined) {
      offset = this.#zoned(day * dayMs).offsetNanoseconds / 1e6;
      this.#offsets.set(day, offset);
    }
    return offset;
  }

  #zoned(atMs: number): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(this.#timeZone);
  }
}
