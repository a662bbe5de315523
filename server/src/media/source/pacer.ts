import type { Sample } from '../gst/index.ts';

/** A step of media time that no gap between two frames can be: it begins anew. */
const jumpNs = 10e9;
/** Later than this, what comes next is late as well: it is given out in its own rhythm, and no faster. */
const lateNs = 500e6;

/**
 * Says when media is due that comes before its time: files, as fast as they can be read, and playlists, whole segments at
 * once. Media time begins when the first frame comes, and stands still while there is nothing to give out.
 */
export class Pacer {
  /** Clock time of media time 0. */
  #offsetNs: number | null = null;

  /** Of the picture, which goes ahead: what is late moves all that follows. Times are nanoseconds. */
  isPictureDue(mediaNs: number, nowNs: number): boolean {
    const aheadNs = mediaNs + (this.#offsetNs ?? nowNs - mediaNs) - nowNs;
    if (this.#offsetNs === null || aheadNs > jumpNs || aheadNs < -lateNs) this.#offsetNs = nowNs - mediaNs;
    return mediaNs + this.#offsetNs <= nowNs;
  }

  /** Of the sound, which comes with the picture. Before there is one, none is due; what has no picture near is. */
  isSoundDue(mediaNs: number, nowNs: number): boolean {
    if (this.#offsetNs === null) return false;
    const aheadNs = mediaNs + this.#offsetNs - nowNs;
    return aheadNs <= 0 || aheadNs > jumpNs;
  }
}

/** Where samples are taken from, one by one. */
export interface SampleQueue {
  /** Null: none now. */
  pull(): Sample | null;
}

/** Keeps the first sample back until it is due. */
export class PacedQueue implements SampleQueue {
  readonly #queue: SampleQueue;
  readonly #isDue: (mediaNs: number) => boolean;
  #kept: Sample | null = null;

  constructor(queue: SampleQueue, isDue: (mediaNs: number) => boolean) {
    this.#queue = queue;
    this.#isDue = isDue;
  }

  /** A sample waits for its time. */
  get waits(): boolean {
    return this.#kept !== null;
  }

  pull(): Sample | null {
    this.#kept ??= this.#queue.pull();
    const sample = this.#kept;
    if (!sample || (sample.ptsNs !== null && !this.#isDue(sample.ptsNs))) return null;
    this.#kept = null;
    return sample;
  }
}
