import type { HlsSegment } from './segment.ts';

/**
 * What playlists list, so many segments and so long at least: players start three target durations from the end and stall
 * now and then, and delta updates leave out what is more than six from it.
 */
const minListed = 4;
const listedS = (targetDurationS: number) => Math.max(12, Math.min(8 * targetDurationS, 20), 4 * targetDurationS);
/** Whatever the bit rate; then players that are late find less. */
const maxBytes = 96 * 1024 * 1024;
const fewestListed = 2;

/**
 * The whole segments of a window: those listed in playlists, and those that have left them but are still answered, as long
 * as draft-pantos-hls-rfc8216bis 6.2.2 wants it: a segment's own duration and that of the longest playlist that had it.
 */
export class SegmentShelf {
  #segments: HlsSegment[] = [];
  #firstListed = 0;
  #discontinuitySequence: number;
  #added = 0;
  #longestListMs = 0;

  constructor(discontinuitySequence: number) {
    this.#discontinuitySequence = discontinuitySequence;
  }

  /** Nothing was ever added. */
  get isEmpty(): boolean {
    return this.#added === 0;
  }

  get listed(): readonly HlsSegment[] {
    return this.#segments.slice(this.#firstListed);
  }

  /** Discontinuities that have left the list, from the number of the beginning on. */
  get discontinuitySequence(): number {
    return this.#discontinuitySequence;
  }

  /** Greater than those of all that is listed. */
  get nextDiscontinuity(): number {
    return this.#discontinuitySequence + this.listed.filter(({ discontinuity }) => discontinuity).length + 1;
  }

  find(sequence: number): HlsSegment | null {
    const first = this.#segments[0]?.sequence ?? 0;
    return this.#segments[sequence - first] ?? null;
  }

  init(runId: string): Buffer | null {
    return this.#segments.find(({ run }) => run.runId === runId)?.run.init ?? null;
  }

  add(segment: HlsSegment, targetDurationS: number): void {
    this.#segments.push(segment);
    this.#added += 1;
    this.#unlist(listedS(targetDurationS) * 1000);
    this.#longestListMs = Math.max(this.#longestListMs, durationOf(this.listed));
    this.#forget();
  }

  #unlist(wantedMs: number): void {
    let restMs = durationOf(this.listed);
    for (let oldest = this.#oldest; oldest; oldest = this.#oldest) {
      restMs -= oldest.durationMs;
      if (restMs < wantedMs || this.#segments.length - this.#firstListed <= minListed) return;
      this.#leave(oldest);
    }
  }

  #forget(): void {
    let sizeBytes = this.#segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
    let sinceMs = durationOf(this.#segments.slice(0, this.#firstListed));
    for (let oldest = this.#segments[0]; oldest; oldest = this.#segments[0]) {
      sinceMs -= oldest.durationMs;
      const isOld = this.#firstListed > 0 && sinceMs > this.#longestListMs + oldest.durationMs;
      const isTooMuch = sizeBytes > maxBytes && this.listed.length > fewestListed;
      if (!isOld && !isTooMuch) return;
      if (this.#firstListed === 0) this.#leave(oldest);
      this.#segments.shift();
      this.#firstListed -= 1;
      sizeBytes -= oldest.bytes.length;
    }
  }

  get #oldest(): HlsSegment | undefined {
    return this.#segments[this.#firstListed];
  }

  #leave(oldest: HlsSegment): void {
    this.#firstListed += 1;
    if (oldest.discontinuity) this.#discontinuitySequence += 1;
  }
}

const durationOf = (segments: readonly HlsSegment[]): number =>
  segments.reduce((sum, { durationMs }) => sum + durationMs, 0);
