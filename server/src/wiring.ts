import type { ServerEvent } from '@nightjar/contract';
import type { RecordedStreams } from './camera/recorded-streams.ts';
import type { Evidence } from './evidence/index.ts';
import type { LiveHub } from './live/hub.ts';
import type { WorkerPool } from './media/pool.ts';
import type { FromWorker } from './media/protocol.ts';
import type { StatusBoard } from './media/status-board.ts';
import type { VolumeOffer } from './media/volume-choice.ts';
import type { Monitoring } from './monitoring/index.ts';
import type { RecordingIndex } from './recording/index.ts';
import type { RtspOutput } from './rtsp-output/index.ts';
import type { Clock } from './shared/clock.ts';
import type { Logger } from './shared/logger.ts';
import { readStreamId } from './shared/stream-id.ts';
import type { VolumeSync } from './storage/sync.ts';
import type { VolumeSet } from './storage/volumes.ts';

interface MediaParts {
  index: RecordingIndex;
  evidence: Evidence;
  live: LiveHub;
  rtsp: RtspOutput;
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
  const { index, evidence, live, rtsp, board, volumes, sync, monitoring, clock, log, publish } = parts;
  const enter = (cameraId: string, state: Extract<FromWorker, { type: 'state' }>['state']) => {
    board.set(cameraId, state);
    index.onState(cameraId, state);
    monitoring.onState(cameraId, state);
    publish({ type: 'status', status: board.of(readStreamId(cameraId).cameraId) });
  };
  const onMessage = (message: FromWorker) => {
    switch (message.type) {
      case 'run':
        index.onRun(message.run);
        rtsp.onRun(message.run);
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
        evidence.onOpened(message.segment, message.headHash);
        sync.wrote(message.segment.volumeId);
        return;
      case 'chunk-written':
        index.onChunkWritten(message);
        evidence.onChunkWritten(message);
        sync.wrote(index.volumeOf(message) ?? '');
        monitoring.onWritten(message.chunk.sizeBytes);
        return;
      case 'segment-closed':
        index.onSegmentClosed(message);
        evidence.onClosed(message);
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
      case 'encoder-needed':
      case 'unanswered':
        return;
    }
  };
  const onLost = (cameraIds: string[], exit: string) => {
    monitoring.onWorkerLost(cameraIds, exit);
    index.onWorkerLost(cameraIds);
    evidence.onWorkerLost(cameraIds);
    live.onLost(cameraIds);
    const now = clock.nowMs();
    const reason = 'The media process of this camera crashed and is being started again.';
    for (const cameraId of cameraIds) {
      enter(cameraId, { state: 'waiting', since: now, failures: 1, retryAt: now, code: 'pipeline_failed', reason });
    }
  };
  return { onMessage, onLost };
}

interface VolumeParts {
  volumes: VolumeSet;
  index: RecordingIndex;
  evidence: Evidence;
  streams: RecordedStreams;
  pool: WorkerPool;
  log: Logger;
  publish(event: ServerEvent): void;
}

/** Keeps the workers on the volumes that can be written to. */
export function followVolumes({ volumes, index, evidence, streams, pool, log, publish }: VolumeParts): {
  offer(): VolumeOffer;
} {
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
        .then(() => evidence.onVolumeBack(streams.list().map((stream) => stream.id)))
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
