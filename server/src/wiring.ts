import type { CameraId, ServerEvent } from '@nightjar/contract';
import type { Camera } from './camera/camera.ts';
import { toEvent } from './camera/dto.ts';
import type { CameraChange, CameraStore } from './camera/store.ts';
import type { LiveHub } from './live/hub.ts';
import type { WorkerPool } from './media/pool.ts';
import type { FromWorker, StreamSettings } from './media/protocol.ts';
import type { StatusBoard } from './media/status-board.ts';
import type { VolumeOffer } from './media/volume-choice.ts';
import type { Monitoring } from './monitoring/index.ts';
import type { RecordingIndex } from './recording/index.ts';
import type { RecordingPlans } from './schedule/plans.ts';
import type { Clock } from './shared/clock.ts';
import type { Logger } from './shared/logger.ts';
import type { VolumeSync } from './storage/sync.ts';
import type { VolumeSet } from './storage/volumes.ts';

interface MediaParts {
  index: RecordingIndex;
  live: LiveHub;
  board: StatusBoard;
  volumes: VolumeSet;
  sync: VolumeSync;
  monitoring: Monitoring;
  clock: Clock;
  log: Logger;
  publish(event: ServerEvent): void;
}

/** Hands what workers tell to those who keep it. */
export function mediaHandlers(parts: MediaParts): {
  onMessage(message: FromWorker): void;
  onLost(cameraIds: string[], reason: string): void;
} {
  const { index, live, board, volumes, sync, monitoring, clock, log, publish } = parts;
  const enter = (cameraId: string, state: Extract<FromWorker, { type: 'state' }>['state']) => {
    board.set(cameraId, state);
    index.onState(cameraId, state);
    monitoring.onState(cameraId, state);
    publish({ type: 'status', status: { cameraId, ...state } });
  };
  const onMessage = (message: FromWorker) => {
    switch (message.type) {
      case 'run':
        index.onRun(message.run);
        return;
      case 'live-run':
      case 'live-replayed':
      case 'chunk':
      case 'frames':
        live.onMessage(message);
        return;
      case 'state':
        enter(message.cameraId, message.state);
        return;
      case 'segment-opened':
        index.onSegmentOpened(message.segment);
        sync.wrote(message.segment.volumeId);
        return;
      case 'chunk-written':
        index.onChunkWritten(message);
        sync.wrote(index.volumeOf(message) ?? '');
        monitoring.onWritten(message.chunk.sizeBytes);
        return;
      case 'segment-closed':
        index.onSegmentClosed(message);
        return;
      case 'write-failed':
        log.error({ cameraId: message.cameraId, code: message.code }, message.message);
        index.setCoverage(message.cameraId, message.code);
        if (message.volumeId !== null) volumes.complain(message.volumeId, message.message);
        return;
      case 'log':
        log[message.level]({ part: 'media', cameraId: message.cameraId ?? undefined }, message.message);
        return;
      case 'ready':
        log.debug({ gstreamer: message.gstVersion }, 'a media worker is ready');
        return;
      case 'stats':
        monitoring.onStats(message.cameraId, message.stats);
        return;
      case 'alive':
        monitoring.onClockSynchronized(message.clockSynchronized);
        return;
      // Taken by the pool.
      case 'probed':
      case 'still':
      case 'encoder':
      case 'stopped':
      case 'answered':
      case 'unanswered':
        return;
    }
  };
  const onLost = (cameraIds: string[], exit: string) => {
    monitoring.onWorkerLost(cameraIds, exit);
    index.onWorkerLost(cameraIds);
    live.onLost(cameraIds);
    const now = clock.nowMs();
    const reason = 'The media process of this camera crashed and is being started again.';
    for (const cameraId of cameraIds) {
      enter(cameraId, { state: 'waiting', since: now, failures: 1, retryAt: now, code: 'pipeline_failed', reason });
    }
  };
  return { onMessage, onLost };
}

const streamOf = ({ id, source, video, audio }: Camera, plans: RecordingPlans): StreamSettings => ({
  cameraId: id,
  source,
  video,
  audio,
  record: plans.windowsOf(id),
});

interface VolumeParts {
  volumes: VolumeSet;
  index: RecordingIndex;
  pool: WorkerPool;
  log: Logger;
  publish(event: ServerEvent): void;
}

/** Keeps the workers on the volumes that can be written to. */
export function followVolumes({ volumes, index, pool, log, publish }: VolumeParts): { offer(): VolumeOffer } {
  const returning = new Set<string>();
  const offer = () => ({
    volumes: volumes.writable().filter(({ id }) => !returning.has(id)),
    ifNone: volumes.whyNoneIsWritable(),
  });
  volumes.onChange((change) => {
    publish({ type: 'storage' });
    if (change.kind === 'state' && change.before.state === 'missing' && change.status.state !== 'missing') {
      const { id } = change.volume;
      returning.add(id);
      index
        .onVolumeBack(id)
        .catch((error: unknown) => log.error({ err: error, volumeId: id }, 'a disk that is back cannot be read'))
        .finally(() => {
          returning.delete(id);
          pool.volumesChanged();
        });
    }
    pool.volumesChanged();
  });
  return { offer };
}

interface CameraParts {
  cameras: CameraStore;
  plans: RecordingPlans;
  pool: WorkerPool;
  index: RecordingIndex;
  live: LiveHub;
  board: StatusBoard;
  log: Logger;
  publish(event: ServerEvent): void;
}

/** Keeps the streams of all cameras as the store says, from `start` on. */
export function followCameras({ cameras, plans, pool, index, live, board, log, publish }: CameraParts): {
  start(): void;
  /** Resolves when the stream of a removed camera has stopped. */
  settled(cameraId: string): Promise<void>;
} {
  const turns = new Map<string, Promise<void>>();
  /** One change of a camera after the other, each once the one before is carried out. */
  const inTurn = (cameraId: CameraId, change: () => void | Promise<void>) => {
    const turn = (turns.get(cameraId) ?? Promise.resolve()).then(change).catch((error: unknown) => {
      log.error({ err: error, cameraId }, 'a change of this camera could not be carried out');
    });
    turns.set(cameraId, turn);
  };

  const onChange = (event: CameraChange) => {
    const { camera } = event;
    publish(toEvent(event));
    inTurn(camera.id, async () => {
      if (event.change === 'created') pool.start(streamOf(camera, plans));
      if (event.change === 'updated') await pool.update(streamOf(camera, plans));
      if (event.change !== 'deleted') return;
      await pool.stop(camera.id);
      index.onCameraRemoved(camera.id);
      live.remove(camera.id);
      board.remove(camera.id);
    });
  };
  /** Does not touch the stream. */
  const onWindows = (cameraId: string) => {
    inTurn(cameraId as CameraId, async () => {
      const camera = cameras.get(cameraId);
      if (camera) await pool.update(streamOf(camera, plans));
    });
  };
  const start = () => {
    cameras.onChange(onChange);
    plans.onWindows(onWindows);
    plans.onEdge(({ cameraId }) => index.onEdge(cameraId));
    plans.start();
    for (const camera of cameras.list()) inTurn(camera.id, () => pool.start(streamOf(camera, plans)));
  };
  return { start, settled: (cameraId) => turns.get(cameraId) ?? Promise.resolve() };
}
