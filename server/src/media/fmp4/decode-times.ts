/** Spacing of the decode times before the first picture is shown; any would do that keeps them apart. */
const leadPerFrameNs = 40_000_000;
/** Largest reorder depth either codec allows. */
const maxDepth = 16;

/**
 * Derives decode times from presentation times given in decoding order, all nanoseconds.
 *
 * With a reorder depth d, frame n is decoded when the (n−d)-th frame is shown, so its decode time is the (n−d)-th
 * smallest presentation time, which is known as soon as frame n is. The first d frames are decoded ahead of the first
 * presentation time, 40 ms apart. Hence no frame is shown before it is decoded.
 */
export class DecodeTimes {
  /** The depth needed so far: the one given, or more when frames have come less orderly than that. */
  learnedDepth: number;
  private readonly depth: number;
  /** Ascending; presentation times that no frame has yet taken as decode time. */
  private readonly waiting: number[] = [];
  private readonly recent: number[] = [];
  /** Frames still to be decoded ahead of the first presentation time. */
  private ahead: number;
  private firstPtsNs: number | null = null;

  constructor(depth: number) {
    this.depth = Math.min(Math.max(depth, 0), maxDepth);
    this.learnedDepth = this.depth;
    this.ahead = this.depth;
  }

  /** The decode time of the frame shown at `ptsNs`. It runs back where frames are less orderly than the depth says. */
  push(ptsNs: number): number {
    this.learn(ptsNs);
    this.firstPtsNs ??= ptsNs;
    insertAscending(this.waiting, ptsNs);
    if (this.ahead > 0) return this.firstPtsNs - this.ahead-- * leadPerFrameNs;
    return this.waiting.shift() ?? ptsNs;
  }

  /** Counts the frames before this one in decoding order that are shown after it. */
  private learn(ptsNs: number): void {
    let later = 0;
    for (const pts of this.recent) if (pts > ptsNs) later++;
    // All of the window is later: time has jumped back, which is no reordering.
    if (later === maxDepth) this.recent.length = 0;
    else this.learnedDepth = Math.max(this.learnedDepth, later);
    this.recent.push(ptsNs);
    if (this.recent.length > maxDepth) this.recent.shift();
  }
}

function insertAscending(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && (sorted[at - 1] ?? 0) > value) at--;
  sorted.splice(at, 0, value);
}
