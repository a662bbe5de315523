import type { FootageSource } from './source.ts';

/** A frame to be shown: sought in its middle, it is met however times are rounded. */
export interface Frame {
  atMs: number;
  middleMs: number;
}

const reachMs = 10_000;
/** Frames nearer to the end of what is known may be missing their neighbour. */
const longestFrameMs = 40;

/** Frames by their number from a moment, whatever lies between them. */
export class Steps {
  readonly #source: FootageSource;
  #frames: number[] = [];
  #fromMs = 0;
  #toMs = 0;
  #wanted = 0;
  #isUnderWay = false;

  constructor(source: FootageSource) {
    this.#source = source;
  }

  /**
   * Goes `count` frames on; steps asked for while one is on its way are added up. `fromMs`: the moment of the frame shown,
   * null while there is none.
   */
  async step(count: number, fromMs: () => number | null, show: (frame: Frame) => void): Promise<void> {
    this.#wanted += count;
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      while (this.#wanted !== 0) {
        const from = fromMs();
        const steps = this.#wanted;
        const frame = from === null ? null : await this.from(from, steps);
        this.#wanted -= steps;
        if (frame) show(frame);
      }
    } finally {
      this.#wanted = 0;
      this.#isUnderWay = false;
    }
  }

  /** The frame `count` after (negative: before) the one shown at `wallMs`; the outermost when there are not so many. */
  async from(wallMs: number, count: number): Promise<Frame | null> {
    await this.#cover(wallMs);
    for (;;) {
      const shown = frameAt(this.#frames, wallMs);
      const wanted = shown + count;
      if (shown >= 0 && wanted >= 0 && wanted < this.#frames.length) return frameOf(this.#frames, wanted);
      if (!(await this.#widen(count))) return frameOf(this.#frames, count < 0 ? 0 : this.#frames.length - 1);
    }
  }

  async #cover(wallMs: number): Promise<void> {
    // Frames beyond the end may have been recorded since.
    if (wallMs >= this.#fromMs && wallMs <= this.#toMs - reachMs / 2) return;
    this.#fromMs = wallMs - reachMs;
    this.#toMs = wallMs + reachMs;
    this.#frames = await this.#source.frames(this.#fromMs, this.#toMs);
  }

  /** Reads on in the direction of `count`, over a gap; false when there is nothing. */
  async #widen(count: number): Promise<boolean> {
    if (count < 0) {
      const endMs = await this.#source.previous(this.#fromMs);
      if (endMs === null) return false;
      const found = await this.#source.frames(endMs - reachMs, endMs);
      this.#fromMs = endMs - reachMs;
      this.#frames = [...found.filter((at) => at < (this.#frames[0] ?? Number.POSITIVE_INFINITY)), ...this.#frames];
      return found.length > 0;
    }
    const startMs = await this.#source.next(this.#toMs);
    if (startMs === null) return false;
    const found = await this.#source.frames(startMs, startMs + reachMs);
    this.#toMs = startMs + reachMs;
    this.#frames = [...this.#frames, ...found.filter((at) => at > (this.#frames.at(-1) ?? 0))];
    return found.length > 0;
  }
}

/** What players say is rounded. */
const roundingMs = 3;

/** Index of the frame on the screen at `wallMs`: the last that began. −1 when there is none. */
export function frameAt(frames: readonly number[], wallMs: number): number {
  const after = frames.findIndex((at) => at > wallMs + roundingMs);
  return after < 0 ? frames.length - 1 : Math.max(after - 1, 0);
}

export function frameOf(frames: readonly number[], index: number): Frame | null {
  const atMs = frames[index];
  if (atMs === undefined) return null;
  const lengthMs = (frames[index + 1] ?? Number.POSITIVE_INFINITY) - atMs;
  return { atMs, middleMs: atMs + Math.min(lengthMs, longestFrameMs) / 2 };
}
