/** 20 ms of sound as WebRTC carries it: 48 kHz, as many channels as the camera sends, at most two. */
export interface OpusPacket {
  /** UTC of its first sample, Unix milliseconds with fraction; the pictures' clock. */
  startMs: number;
  durationMs: number;
  data: Buffer;
}

export interface OpusListener {
  /** In order; where sound is missing, `startMs` leaps ahead. */
  onPacket(packet: OpusPacket): void;
  /** The stream is gone for good. */
  onEnd(): void;
}

/** A stream's sound, encoded anew as long as somebody listens; silent as long as the camera is. */
export interface OpusFeed {
  /** From now on: nothing of what was kept. @returns ends it. */
  subscribe(listener: OpusListener): () => void;
}
