import type { MuxFrame } from './writer.ts';

/** What a frame of sound in a file has to be placed: its time in the file, nanoseconds. */
interface SoundFrame {
  data: Buffer;
  beginNs: number;
  durationNs: number;
}

/**
 * The sound of a file, back to back from its first picture on: where the sources have none, silent frames. Frames that
 * overlap what is there already are left out.
 */
export class SoundTrack {
  readonly #silence: Buffer | null;
  readonly #frameNs: number;
  #end: number;

  /**
   * @param silence null: holes stay.
   * @param frameNs how long a silent frame usually lasts.
   */
  constructor(silence: Buffer | null, frameNs: number, beginNs: number) {
    this.#silence = silence;
    this.#frameNs = frameNs;
    this.#end = beginNs;
  }

  /** The frame, with the silence before it: of a gap of hours, hundreds of thousands of frames. */
  *add({ data, beginNs, durationNs }: SoundFrame): Generator<MuxFrame, void> {
    if (beginNs < this.#end - this.#frameNs / 2) return;
    yield* this.#fill(beginNs, Math.round((beginNs - this.#end) / this.#frameNs));
    const begin = Math.max(beginNs, this.#end);
    this.#end = begin + durationNs;
    yield frameOf(data, begin, durationNs);
  }

  /** Silence up to `untilNs`, less than a frame before it. */
  *silenceUntil(untilNs: number): Generator<MuxFrame, void> {
    const count = Math.floor((untilNs - this.#end) / this.#frameNs);
    yield* this.#fill(this.#end + Math.max(count, 0) * this.#frameNs, count);
  }

  /** `count` frames of such length that they end at `end`. */
  *#fill(end: number, count: number): Generator<MuxFrame, void> {
    const silence = this.#silence;
    if (silence === null || count <= 0) return;
    const begin = this.#end;
    const lengthNs = (end - begin) / count;
    this.#end = end;
    for (let at = 0; at < count; at += 1) yield frameOf(silence, begin + at * lengthNs, lengthNs);
  }
}

const frameOf = (data: Buffer, beginNs: number, durationNs: number): MuxFrame => ({
  track: 'audio',
  data,
  ptsNs: beginNs,
  dtsNs: beginNs,
  durationNs,
  keyframe: true,
});
