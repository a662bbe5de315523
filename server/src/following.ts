/** Keeps the streams of all cameras running as the store, the schedules and the viewers want them. */
import type { ServerEvent, StreamName } from '@nightjar/contract';
import type { Camera } from './camera/camera.ts';
import { toEvent } from './camera/dto.ts';
import type { CameraChange, CameraStore } from './camera/store.ts';
import { type Substream, substreamSource } from './camera/substream.ts';
import type { LiveHub } from './live/hub.ts';
import type { WorkerPool } from './media/pool.ts';
import type { StreamSettings } from './media/protocol.ts';
import type { StatusBoard } from './media/status-board.ts';
import type { RecordingIndex } from './recording/index.ts';
import type { RecordingPlans } from './schedule/plans.ts';
import type { Logger } from './shared/logger.ts';
import { readStreamId, streamIdOf } from './shared/stream-id.ts';

interface FollowParts {
  cameras: CameraStore;
  plans: RecordingPlans;
  pool: WorkerPool;
  index: RecordingIndex;
  live: LiveHub;
  board: StatusBoard;
  log: Logger;
  publish(event: ServerEvent): void;
}

const streamNames: readonly StreamName[] = ['main', 'sub'];

export class CameraFollower {
  readonly #parts: FollowParts;
  readonly #turns = new Map<string, Promise<void>>();
  /** Streams that the workers have. */
  readonly #running = new Set<string>();
  /** Substreams that somebody watches. */
  readonly #watched = new Set<string>();

  constructor(parts: FollowParts) {
    this.#parts = parts;
  }

  start(): void {
    const { cameras, plans, index } = this.#parts;
    cameras.onChange((change) => this.#onChange(change));
    plans.onWindows((streamId) => this.#follow(streamId));
    plans.onEdge(({ cameraId }) => index.onEdge(cameraId));
    plans.start();
    for (const { id } of cameras.list()) for (const name of streamNames) this.#follow(streamIdOf(id, name));
  }

  /** Whether someone watches a stream. Some substreams are connected only as long. */
  watch(streamId: string, watched: boolean): void {
    this.#parts.pool.watch(streamId, watched);
    if (readStreamId(streamId).stream === 'main') return;
    if (watched) this.#watched.add(streamId);
    else this.#watched.delete(streamId);
    this.#follow(streamId);
  }

  /** Resolves when the streams of a removed camera have stopped. */
  async settled(cameraId: string): Promise<void> {
    await Promise.all(streamNames.map((name) => this.#turns.get(streamIdOf(cameraId, name))));
  }

  #onChange(event: CameraChange): void {
    const { id } = event.camera;
    this.#parts.publish(toEvent(event));
    for (const streamId of streamNames.map((name) => streamIdOf(id, name))) {
      if (event.change === 'deleted') this.#inTurn(streamId, () => this.#remove(streamId));
      else this.#follow(streamId);
    }
  }

  #follow(streamId: string): void {
    this.#inTurn(streamId, () => this.#carryOut(streamId));
  }

  /** One change of a stream after the other, each once the one before it is carried out. */
  #inTurn(streamId: string, change: () => Promise<void>): void {
    const { log } = this.#parts;
    const turn = (this.#turns.get(streamId) ?? Promise.resolve()).then(change).catch((error: unknown) => {
      log.error({ err: error, cameraId: streamId }, 'a change of this camera could not be carried out');
    });
    this.#turns.set(streamId, turn);
  }

  async #carryOut(streamId: string): Promise<void> {
    const { pool } = this.#parts;
    const settings = this.#wanted(streamId);
    if (settings && this.#running.has(streamId)) {
      await pool.update(settings);
    } else if (settings) {
      this.#running.add(streamId);
      pool.start(settings);
    } else {
      if (this.#running.delete(streamId)) await pool.stop(streamId);
      this.#showResting(streamId);
    }
  }

  /** null for a stream that is not to run. */
  #wanted(streamId: string): StreamSettings | null {
    const { cameras, plans } = this.#parts;
    const { cameraId, stream } = readStreamId(streamId);
    const camera = cameras.get(cameraId);
    if (!camera) return null;
    const record = plans.windowsOf(streamId);
    const { id, source, video, audio, substream } = camera;
    if (stream === 'main') return { cameraId: id, source, video, audio, record };
    const isWanted = substream && (substream.record || substream.connect === 'always' || this.#watched.has(streamId));
    return isWanted ? { cameraId: streamId, record, ...substreamSettings(camera, substream) } : null;
  }

  /** A substream that is not connected. */
  #showResting(streamId: string): void {
    const { cameras, board, live, publish } = this.#parts;
    const { cameraId } = readStreamId(streamId);
    const camera = cameras.get(cameraId);
    if (!camera) return;
    const before = board.of(cameraId).substream;
    if (!camera.substream) {
      board.remove(streamId);
      live.remove(streamId);
    } else if (before?.state !== 'idle') {
      board.setIdle(cameraId);
    }
    if (before?.state !== board.of(cameraId).substream?.state) publish({ type: 'status', status: board.of(cameraId) });
  }

  async #remove(streamId: string): Promise<void> {
    const { pool, index, live, board } = this.#parts;
    if (this.#running.delete(streamId)) await pool.stop(streamId);
    index.onCameraRemoved(streamId);
    live.remove(streamId);
    board.remove(streamId);
  }
}

/** Never encoded: it is what the camera makes small by itself. */
function substreamSettings({ source, video, audio }: Camera, substream: Substream) {
  return {
    source: substreamSource(source, substream),
    video: { ...video, mode: 'copy' as const, overlay: null },
    audio,
  };
}
