import type { CameraState, StreamStats } from '@nightjar/contract';
import type { StreamMeasurements } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import { CameraClocks } from './camera-clocks.ts';
import { CameraWatch, type WatchedCamera } from './camera-watch.ts';
import type { EventLog, NewEvent } from './event-log.ts';
import type { Minute } from './minute.ts';
import { type PacketTotals, StreamBoard } from './stream-board.ts';

interface CameraMonitorParts {
  clock: Clock;
  cameras: { list(): readonly WatchedCamera[]; get(id: string): WatchedCamera | undefined };
  minute: Pick<Minute, 'add'>;
  tell(event: NewEvent): void;
}

/** What workers tell of cameras: measured, counted, and told where it matters. */
export class CameraMonitor {
  readonly #parts: CameraMonitorParts;
  readonly #board: StreamBoard;
  readonly #watch: CameraWatch;
  readonly #clocks: CameraClocks;

  constructor(parts: CameraMonitorParts) {
    const { clock, cameras, minute, tell } = parts;
    this.#parts = parts;
    this.#board = new StreamBoard({ clock, minute });
    this.#watch = new CameraWatch({ clock, cameras, tell });
    this.#clocks = new CameraClocks({ nameOf: (id) => cameras.get(id)?.name ?? id, tell });
  }

  /** Takes up which cameras were down when the recorder before this one ended. */
  async resume(events: Pick<EventLog, 'newestOf'>): Promise<void> {
    for (const [cameraId, event] of await events.newestOf(['camera_down', 'camera_up'])) {
      const camera = this.#parts.cameras.get(cameraId ?? '');
      if (!camera || event.kind === 'camera_up' || event.at < camera.createdAt) continue;
      this.#watch.wasDown(camera.id, event.since ?? event.at);
    }
  }

  /** Call every second. */
  check(): void {
    this.#watch.check();
  }

  onState(cameraId: string, state: CameraState): void {
    // What was on its way when the camera was removed.
    if (!this.#parts.cameras.get(cameraId)) return;
    const before = this.#watch.reconnects(cameraId);
    this.#watch.onState(cameraId, state);
    this.#parts.minute.add(cameraId, 'reconnects', this.#watch.reconnects(cameraId) - before);
  }

  onStats(cameraId: string, stats: StreamMeasurements): void {
    if (!this.#parts.cameras.get(cameraId)) return;
    this.#board.onStats(cameraId, stats);
    this.#parts.minute.add(cameraId, 'reconnects', 0);
    if (stats.clockOffsetMs !== null) this.#clocks.onOffset(cameraId, stats.clockOffsetMs);
  }

  /** null when nothing is known of now. */
  statsOf(cameraId: string): StreamStats | null {
    const stats = this.#board.of(cameraId);
    return stats && { ...stats, reconnects: this.#watch.reconnects(cameraId) };
  }

  packetsOf(cameraId: string): PacketTotals {
    return this.#board.totals(cameraId);
  }

  /** Of all cameras. */
  get writeBacklogBytes(): number {
    return this.#board.writeBacklogBytes;
  }

  forget(cameraId: string): void {
    for (const part of [this.#board, this.#watch, this.#clocks]) part.forget(cameraId);
  }
}
