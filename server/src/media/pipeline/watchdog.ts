/** No frame for this long after the first one: the camera is frozen. GStreamer says nothing then (measured, 1.22). */
const stalledAfterMs = 5_000;
/** Unless packets still come: a slow network brings a large keyframe late, and a new connection would bring it later. */
const slowAfterMs = 20_000;
/** Silence shorter than this is not looked into. */
const suspiciousAfterMs = 1_000;
/** Until the first frame: RTSP set-up. */
const firstFrameWithinMs = 15_000;
/** Most cameras send a keyframe to a new client; others when the next one is due. */
const keyframeExpectedMs = 5_000;
/** A new connection may bring one then. */
const keyframeWithinMs = 60_000;

/** What is known beside the frames. */
export interface Signs {
  /** Whether packets of the picture have come since this was last asked. */
  packetsCame(): boolean;
  /** Whether sound has come. */
  soundCame: boolean;
  /** No frame so far could begin a recording. */
  waitsForKeyframe: boolean;
}

export interface Trouble {
  /**
   * `silent`: nothing has come since the start; `no-picture`: sound only; `no-keyframe`: what came cannot begin a recording;
   * `stalled`: frames came, and now none.
   */
  kind: 'silent' | 'no-picture' | 'no-keyframe' | 'stalled';
  forMs: number;
  /** The connection is to be given up, at the latest in so many milliseconds; 0: now. */
  patienceMs: number;
}

/** Notices that access units stay away; the caller asks it about once a second. */
export class Watchdog {
  readonly #startWithinMs: number;
  readonly #stalledAfterMs: number;
  readonly #startMs: number;
  #firstMs: number | null = null;
  #lastMs: number;
  #lastPacketMs: number;
  #packetsCame = false;
  /** Packets are counted since the silence began, not from before. */
  #isCounting = false;

  constructor(nowMs: number, startWithinMs = firstFrameWithinMs, stalledMs = stalledAfterMs) {
    this.#startWithinMs = startWithinMs;
    this.#stalledAfterMs = stalledMs;
    this.#startMs = nowMs;
    this.#lastMs = nowMs;
    this.#lastPacketMs = nowMs;
  }

  /** A frame has come, of whatever kind. */
  get started(): boolean {
    return this.#firstMs !== null;
  }

  /** A frame arrived. */
  feed(nowMs: number): void {
    this.#firstMs ??= nowMs;
    this.#lastMs = nowMs;
    this.#isCounting = false;
  }

  look(nowMs: number, signs: Signs): Trouble | null {
    this.#countPackets(nowMs, signs);
    if (this.#firstMs === null) return this.#beforeFirstFrame(nowMs, signs);
    return this.#stalled(nowMs) ?? (signs.waitsForKeyframe ? withoutKeyframe(nowMs - this.#firstMs) : null);
  }

  #countPackets(nowMs: number, { packetsCame }: Signs): void {
    if (nowMs - this.#lastMs < suspiciousAfterMs) return;
    const cameInSilence = packetsCame() && this.#isCounting;
    this.#isCounting = true;
    if (!cameInSilence) return;
    this.#lastPacketMs = nowMs;
    this.#packetsCame = true;
  }

  #beforeFirstFrame(nowMs: number, { soundCame }: Signs): Trouble | null {
    const forMs = nowMs - this.#startMs;
    if (forMs <= this.#startWithinMs) return null;
    if (this.#packetsCame && nowMs - this.#lastPacketMs < slowAfterMs) return withoutKeyframe(forMs);
    return { kind: soundCame ? 'no-picture' : 'silent', forMs, patienceMs: 0 };
  }

  #stalled(nowMs: number): Trouble | null {
    const forMs = nowMs - this.#lastMs;
    const packetsStopped = nowMs - Math.max(this.#lastPacketMs, this.#lastMs) > this.#stalledAfterMs;
    if (forMs <= this.#stalledAfterMs || (forMs <= slowAfterMs && !packetsStopped)) return null;
    return { kind: 'stalled', forMs, patienceMs: 0 };
  }
}

function withoutKeyframe(forMs: number): Trouble | null {
  if (forMs <= keyframeExpectedMs) return null;
  return { kind: 'no-keyframe', forMs, patienceMs: Math.max(0, keyframeWithinMs - forMs) };
}
