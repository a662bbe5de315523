/** Spacing of the first decode times when a run ends before two frames have come. */
const assumedFrameNs = 40_000_000;
/** Largest reorder depth either codec allows. */
const maxDepth = 16;

/**
 * Derives decode times from presentation times given in decoding order, all nanoseconds.
 *
 * With a reorder depth d, frame n is decoded when the (n−d)-th frame is shown, so its decode time is the (n−d)-th
 * smallest presentation time; the first d frames are set before that at the shortest frame distance seen. Hence no
 * frame is shown before it is decoded, and decode times need no rounding of their own.
 */
export class DecodeTimes {
  /** The depth needed so far: the one given, or more when frames have come less orderly than that. */
  learnedDepth: number;
  private readonly depth: number;
  /** Ascending; presentation times that no frame has yet taken as decode time. */
  private readonly waiting: number[] = [];
  private started = false;
  private readonly recent: number[] = [];

  constructor(depth: number) {
    this.depth = Math.min(Math.max(depth, 0), maxDepth);
    this.learnedDepth = this.depth;
  }

  /** The decode times that `ptsNs` makes known, oldest first: none for the first d frames, then d+1, then one each. */
  push(ptsNs: number): number[] {
    this.learn(ptsNs);
    insertAscending(this.waiting, ptsNs);
    if (this.started) return [this.waiting.shift() ?? ptsNs];
    return this.waiting.length > this.depth ? this.start() : [];
  }

  /** The decode times still owed when the stream ends. */
  finish(): number[] {
    return this.started || this.waiting.length === 0 ? [] : this.start();
  }

  private start(): number[] {
    this.started = true;
    const before = this.waiting.length - 1;
    const spacing = shortestDistance(this.waiting);
    const first = this.waiting.shift() ?? 0;
    return Array.from({ length: before + 1 }, (_, n) => first - (before - n) * spacing);
  }

  /** Counts the frames before this one in decoding order that are shown after it. */
  private learn(ptsNs: number): void {
    let later = 0;
    for (const pts of this.recent) if (pts > ptsNs) later++;
    // All of the window is later: time has jumped back, which is no reordering.
    if (later > this.learnedDepth && later < maxDepth) this.learnedDepth = later;
    this.recent.push(ptsNs);
    if (this.recent.length > maxDepth) this.recent.shift();
  }
}

function insertAscending(sorted: number[], value: number): void {
  let at = sorted.length;
  while (at > 0 && (sorted[at - 1] ?? 0) > value) at--;
  sorted.splice(at, 0, value);
}

function shortestDistance(ascending: readonly number[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < ascending.length; i++) {
    const distance = (ascending[i] ?? 0) - (ascending[i - 1] ?? 0);
    if (distance > 0 && distance < shortest) shortest = distance;
  }
  return Number.isFinite(shortest) ? shortest : assumedFrameNs;
}
