import type { Gop, SourceFrame } from './gops.ts';

/** Pictures that cannot be taken as they are: those shown in `[fromMs, toMs)` of what comes out of a decoder. */
export interface Anew {
  /** What the decoder needs, in decoding order, from a keyframe on. */
  feed: readonly SourceFrame[];
  fromMs: number;
  toMs: number;
}

/** What goes into the file of a group of pictures: first what is copied, then what is encoded anew. */
export interface CutGop {
  copy: readonly SourceFrame[];
  anew: Anew | null;
}

interface Range {
  fromMs: number;
  toMs: number;
}

/**
 * Cuts groups of pictures to a range, one after the other.
 *
 * At keyframes: from the keyframe at or before its beginning to the last picture in decoding order that is shown before its
 * end; where pictures are reordered, one or two that are shown later may be among these, since others refer to them.
 * Exactly: only pictures that are shown in the range; those that cannot be decoded from these alone are encoded anew.
 */
export class Cutter {
  readonly #range: Range;
  readonly #exact: boolean;
  /** The group before is wholly in the file: pictures may refer to it. */
  #joined = false;

  constructor(range: Range, { exact }: { exact: boolean }) {
    this.#range = range;
    this.#exact = exact;
  }

  /** @param following the next group of the ranges, perhaps of another run. */
  cut(gop: Gop, following: Gop | null): CutGop {
    const next = following?.head.info.runId === gop.head.info.runId ? following : null;
    const [key] = gop.frames as [SourceFrame];
    const own = this.#joined ? gop.frames : gop.frames.filter(({ pts }) => pts >= key.pts);
    const leading = leadingOf(next);
    const wanted = [...own, ...leading].some((frame) => this.#isIn(frame));
    const later = !this.#joined && next !== null && shownMsOf(next) <= this.#range.fromMs;
    if (!wanted || later) {
      this.#joined = false;
      return nothing;
    }
    return this.#exact ? this.#cutExactly(gop.frames, own, next) : this.#cutAfter(own);
  }

  #isIn({ shownMs }: SourceFrame): boolean {
    return shownMs >= this.#range.fromMs && shownMs < this.#range.toMs;
  }

  #isBeforeEnd(frame: SourceFrame): boolean {
    return frame.shownMs < this.#range.toMs;
  }

  #cutAfter(own: readonly SourceFrame[]): CutGop {
    const last = own.findLastIndex((frame) => this.#isBeforeEnd(frame));
    this.#joined = last === own.length - 1;
    return { copy: own.slice(0, last + 1), anew: null };
  }

  #cutExactly(frames: readonly SourceFrame[], own: readonly SourceFrame[], next: Gop | null): CutGop {
    const { fromMs, toMs } = this.#range;
    const key = frames[0] as SourceFrame;
    const leading = leadingOf(next);
    const feed = leading.length > 0 && next ? [...frames, next.frames[0] as SourceFrame, ...leading] : frames;
    if (!this.#joined && key.shownMs < fromMs) return { copy: [], anew: { feed, fromMs, toMs } };
    const beyond = own.findIndex((frame) => !this.#isBeforeEnd(frame));
    const last = own.findLastIndex((frame) => this.#isBeforeEnd(frame));
    const orphans = next && shownMsOf(next) >= toMs ? leading.filter((frame) => this.#isBeforeEnd(frame)) : [];
    if (orphans.length === 0 && (beyond < 0 || beyond > last)) {
      this.#joined = beyond < 0;
      return { copy: own.slice(0, last + 1), anew: null };
    }
    this.#joined = false;
    // What is decoded behind a picture that must go may refer to it.
    const kept = beyond < 0 ? own : own.slice(0, beyond);
    const others = [...own.slice(kept.length).filter((frame) => this.#isBeforeEnd(frame)), ...orphans];
    const anewFromMs = Math.min(...others.map(({ shownMs }) => shownMs));
    const tangled = kept.some(({ shownMs }) => shownMs > anewFromMs);
    const beginMs = tangled ? Math.min(...own.map(({ shownMs }) => shownMs)) : anewFromMs;
    return { copy: tangled ? [] : kept, anew: { feed, fromMs: beginMs, toMs } };
  }
}

const nothing: CutGop = { copy: [], anew: null };

const shownMsOf = (gop: Gop): number => gop.frames[0]?.shownMs ?? 0;

/** Those that are shown before their group's keyframe, and may refer to the group before. */
function leadingOf(gop: Gop | null): SourceFrame[] {
  const key = gop?.frames[0];
  return key ? gop.frames.filter(({ pts }) => pts < key.pts) : [];
}
