import type { UnixMs } from '@nightjar/contract';
import type { Stream } from './pipeline/stream.ts';
import type { StreamMeasurements } from './protocol.ts';

/** Measures a camera's stream: what it has brought over the last seconds. @param stream null between two connections. */
export class StreamMeasure {
  #lastFrameAt: UnixMs | null = null;

  take(stream: Stream | null, writeBacklogBytes: number): StreamMeasurements {
    if (!stream || stream.figures.lastFrameAt === 0) {
      return { ...nothingArrives, lastFrameAt: this.#lastFrameAt, writeBacklogBytes };
    }
    const { fps, bitrateKbps, keyframeIntervalMs, clockOffsetMs, lastFrameAt } = stream.figures;
    this.#lastFrameAt = lastFrameAt as UnixMs;
    const { received, lost, late } = stream.packets();
    return {
      fps,
      bitrateKbps,
      keyframeIntervalMs,
      lastFrameAt: this.#lastFrameAt,
      packetsReceived: received,
      packetsLost: lost,
      packetsLate: late,
      clockOffsetMs,
      writeBacklogBytes,
    };
  }
}

const nothingArrives = {
  fps: 0,
  bitrateKbps: 0,
  keyframeIntervalMs: null,
  packetsReceived: 0,
  packetsLost: 0,
  packetsLate: 0,
  clockOffsetMs: null,
};
