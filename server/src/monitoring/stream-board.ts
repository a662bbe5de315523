import type { StreamMeasurements } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Minute } from './minute.ts';

/** Older measurements say nothing of now: the worker died, or the camera is gone. */
const freshMs = 20_000;

/** RTP packets since the recorder started, over all connections. */
export interface PacketTotals {
  received: number;
  lost: number;
  late: number;
}

interface Entry {
  stats: StreamMeasurements;
  atMs: number;
  totals: PacketTotals;
}

interface StreamBoardParts {
  clock: Clock;
  minute: Pick<Minute, 'add'>;
}

/** What each camera's stream was last measured to be. */
export class StreamBoard {
  readonly #parts: StreamBoardParts;
  readonly #entries = new Map<string, Entry>();

  constructor(parts: StreamBoardParts) {
    this.#parts = parts;
  }

  onStats(cameraId: string, stats: StreamMeasurements): void {
    const before = this.#entries.get(cameraId);
    const news = packetsSince(before?.stats, stats);
    const totals = before?.totals ?? { received: 0, lost: 0, late: 0 };
    const added = {
      received: totals.received + news.received,
      lost: totals.lost + news.lost,
      late: totals.late + news.late,
    };
    this.#entries.set(cameraId, { stats, atMs: this.#parts.clock.monotonicMs(), totals: added });
    const { minute } = this.#parts;
    for (const series of ['fps', 'bitrateKbps', 'keyframeIntervalMs', 'clockOffsetMs'] as const) {
      const value = stats[series];
      if (value !== null) minute.add(cameraId, series, value);
    }
    minute.add(cameraId, 'packetsLost', news.lost);
    minute.add(cameraId, 'packetsLate', news.late);
  }

  /** null when there is nothing new enough. */
  of(cameraId: string): StreamMeasurements | null {
    const entry = this.#entries.get(cameraId);
    return entry && this.#parts.clock.monotonicMs() - entry.atMs < freshMs ? entry.stats : null;
  }

  totals(cameraId: string): PacketTotals {
    return this.#entries.get(cameraId)?.totals ?? { received: 0, lost: 0, late: 0 };
  }

  /** Of all cameras. */
  get writeBacklogBytes(): number {
    return [...this.#entries.keys()].reduce((sum, id) => sum + (this.of(id)?.writeBacklogBytes ?? 0), 0);
  }

  forget(cameraId: string): void {
    this.#entries.delete(cameraId);
  }
}

/** The counters begin anew with each connection. */
function packetsSince(before: StreamMeasurements | undefined, now: StreamMeasurements): PacketTotals {
  const goesOn = before !== undefined && now.packetsReceived >= before.packetsReceived;
  const since = (counter: 'packetsReceived' | 'packetsLost' | 'packetsLate') =>
    Math.max(0, now[counter] - (goesOn ? before[counter] : 0));
  return { received: since('packetsReceived'), lost: since('packetsLost'), late: since('packetsLate') };
}
