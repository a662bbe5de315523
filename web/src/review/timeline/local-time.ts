import { dateOfDay, firstAt, wallTimeAt } from '../../time/wall.ts';
import { offsetMsAt } from '../../time/zone.ts';

const quarterMs = 900_000;
/** Kept of each kind; two months of days, or of the quarters of an hour that ticks were looked up at. */
const most = 5_000;

/** The local time of a zone, remembered: a timeline asks for the same instants with every frame. */
export class LocalTime {
  readonly timeZone: string;
  readonly #offsets = new Map<number, number>();
  readonly #midnights = new Map<number, number>();

  constructor(timeZone: string) {
    this.timeZone = timeZone;
  }

  /** Offset from UTC in ms; clocks are changed on quarters of an hour. */
  offsetAt(atMs: number): number {
    const quarter = Math.floor(atMs / quarterMs);
    return remembered(this.#offsets, quarter, () => offsetMsAt(quarter * quarterMs, this.timeZone));
  }

  /** Days since 1970-01-01 that the calendar on the wall has turned. */
  dayNumberAt(atMs: number): number {
    return Math.floor((atMs + this.offsetAt(atMs)) / 86_400_000);
  }

  /** When a day begins, Unix ms. */
  startOfDay(dayNumber: number): number {
    return remembered(this.#midnights, dayNumber, () => firstAt({ dayNumber, minute: 0 }, this.timeZone));
  }

  /** The day that `atMs` lies in: 23 to 25 hours. */
  dayAt(atMs: number): { from: number; to: number } {
    const { dayNumber } = wallTimeAt(atMs, this.timeZone);
    return { from: this.startOfDay(dayNumber), to: this.startOfDay(dayNumber + 1) };
  }

  /** Monday to Monday. */
  weekAt(atMs: number): { from: number; to: number } {
    const day = this.dayNumberAt(atMs);
    const monday = day - ((((day + 3) % 7) + 7) % 7);
    return { from: this.startOfDay(monday), to: this.startOfDay(monday + 7) };
  }

  monthAt(atMs: number): { from: number; to: number } {
    const [year = 1970, month = 1] = dateOfDay(this.dayNumberAt(atMs)).split('-').map(Number);
    const first = (months: number) => this.startOfDay(Date.UTC(year, month - 1 + months, 1) / 86_400_000);
    return { from: first(0), to: first(1) };
  }
}

function remembered<Key>(known: Map<Key, number>, key: Key, find: () => number): number {
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= most) known.clear();
  const value = find();
  known.set(key, value);
  return value;
}
