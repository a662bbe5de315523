import { LocalTime } from './local-time.ts';

/** A line of text and when it is shown, nanoseconds of the file's time. */
export interface Cue {
  beginNs: number;
  endNs: number;
  text: string;
}

/** At the least, of playing time; in a timelapse whole minutes or hours are shown for so long. */
const shortestCueMs = 200;
const stepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600].map((seconds) => seconds * 1_000);

/** The recording time as subtitles: a line for each second of local time, or for more of them in a timelapse. */
export class CueMaker {
  readonly #local: LocalTime;
  readonly #name: string;
  readonly #speed: number;
  readonly #stepMs: number;
  /** Where the stretch began that is being shown, and what of it has no line yet. */
  #stretch: { wallMs: number; fileNs: number; openMs: number; endMs: number } | null = null;

  constructor({ timeZone, name, speed }: { timeZone: string; name: string; speed: number }) {
    this.#local = new LocalTime(timeZone);
    this.#name = name;
    this.#speed = speed;
    this.#stepMs = stepsMs.find((step) => step / speed >= shortestCueMs) ?? (stepsMs.at(-1) as number);
  }

  /** The file goes on with another time of recording. */
  *begin(wallMs: number, fileNs: number): Generator<Cue, void> {
    yield* this.end();
    this.#stretch = { wallMs, fileNs, openMs: wallMs, endMs: wallMs };
  }

  /** Pictures are there up to a time of recording: the lines that are over by then. */
  *extend(wallMs: number): Generator<Cue, void> {
    const stretch = this.#stretch;
    if (!stretch) return;
    stretch.endMs = Math.max(stretch.endMs, wallMs);
    for (let next = this.#boundaryAfter(stretch.openMs); next <= stretch.endMs; ) {
      yield this.#cue(stretch, next);
      next = this.#boundaryAfter(next);
    }
  }

  /** The line that is not over yet. */
  *end(): Generator<Cue, void> {
    const stretch = this.#stretch;
    if (stretch && stretch.endMs > stretch.openMs) yield this.#cue(stretch, stretch.endMs);
    this.#stretch = null;
  }

  #boundaryAfter(wallMs: number): number {
    const offset = this.#local.offsetMs(wallMs);
    return (Math.floor((wallMs + offset) / this.#stepMs) + 1) * this.#stepMs - offset;
  }

  #cue(stretch: { wallMs: number; fileNs: number; openMs: number }, untilMs: number): Cue {
    const fileNs = (wallMs: number) => stretch.fileNs + ((wallMs - stretch.wallMs) * 1e6) / this.#speed;
    const text = `${this.#name} · ${this.#local.format(stretch.openMs)}`;
    const cue = { beginNs: fileNs(stretch.openMs), endNs: fileNs(untilMs), text };
    stretch.openMs = untilMs;
    return cue;
  }
}

/** SubRip: numbered lines with their times. */
export class SubRip {
  readonly #lines: string[] = [];
  #count = 0;

  /** @param originNs time 0 of the player. */
  add({ beginNs, endNs, text }: Cue, originNs: number): void {
    this.#count += 1;
    const time = (ns: number) => new Date(Math.round((ns - originNs) / 1e6)).toISOString();
    const stamp = (ns: number) => {
      const hours = String(Math.floor((ns - originNs) / 3.6e12)).padStart(2, '0');
      return `${hours}${time(ns).slice(13, 23).replace('.', ',')}`;
    };
    this.#lines.push(`${this.#count}\n${stamp(beginNs)} --> ${stamp(endNs)}\n${text}\n`);
  }

  toString(): string {
    return this.#lines.join('\n');
  }
}
