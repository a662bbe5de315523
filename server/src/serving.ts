/** The way out: all routes over the recorder's parts. Loaded once cameras are recorded: the web can wait, frames cannot. */
import { existsSync } from 'node:fs';
import { type Archives, archiveRoutes } from './archive/index.ts';
import { probeRoutes } from './camera/probe-routes.ts';
import { cameraRoutes } from './camera/routes.ts';
import type { CameraStore } from './camera/store.ts';
import { type DemoCameras, demoRoutes } from './demo.ts';
import { type Evidence, evidenceRoutes } from './evidence/index.ts';
import { type Exports, exportRoutes } from './exports/index.ts';
import type { CameraFollower } from './following.ts';
import { buildApp } from './http/app.ts';
import type { EventHub } from './http/events.ts';
import { layoutRoutes } from './layouts/routes.ts';
import type { LayoutStore } from './layouts/store.ts';
import { hlsRoutes } from './live/hls/routes.ts';
import type { LiveHub } from './live/hub.ts';
import { snapshotRoutes } from './live/snapshot.ts';
import type { LiveViewers } from './live/viewers.ts';
import { whepRoutes } from './live/webrtc/routes.ts';
import type { WebRtcSessions } from './live/webrtc/sessions.ts';
import { fragmentRoutes } from './live/ws/routes.ts';
import type { WorkerPool } from './media/pool.ts';
import type { StatusBoard } from './media/status-board.ts';
import { type Monitoring, metricsRoute, monitoringRoutes } from './monitoring/index.ts';
import { playbackRoutes } from './playback/routes.ts';
import { type RecordingIndex, recordingRoutes } from './recording/index.ts';
import { type MarkStore, markRoutes, type RetentionEngine, retentionRoutes } from './retention/index.ts';
import type { RtspOutput } from './rtsp-output/index.ts';
import { scheduleRoutes } from './schedule/routes.ts';
import type { Clock } from './shared/clock.ts';
import type { Logger } from './shared/logger.ts';
import type { Routes } from './shared/route.ts';
import { streamIdOf } from './shared/stream-id.ts';
import { storageRoutes } from './storage/routes.ts';
import type { VolumeSet } from './storage/volumes.ts';

export interface ServingParts {
  clock: Clock;
  log: Logger;
  version: string;
  timeZone: string;
  cameras: CameraStore;
  volumes: VolumeSet;
  layouts: LayoutStore;
  index: RecordingIndex;
  evidence: Evidence;
  archives: Archives;
  exports: Exports;
  live: LiveHub;
  rtsp: Pick<RtspOutput, 'port'>;
  viewers: LiveViewers;
  webrtc: WebRtcSessions;
  board: StatusBoard;
  events: EventHub;
  retention: RetentionEngine;
  marks: MarkStore;
  monitoring: Monitoring;
  pool: WorkerPool;
  demo: DemoCameras;
  following: CameraFollower;
  /** Of the built web pages; they may not be built. */
  webRoot: string;
}

/** The app, not yet listening. */
export function buildServing(parts: ServingParts): ReturnType<typeof buildApp> {
  const { clock, log, version, timeZone, rtsp, cameras, board, events, monitoring, demo, webRoot } = parts;
  return buildApp({
    ...{ log, clock, version, timeZone, events, rtspPort: rtsp.port },
    routes: routesOf(parts),
    rootRoutes: [(app) => metricsRoute(app, monitoring)],
    readiness: () => ({ status: 'ready', cameras: cameras.list().length, recording: board.recordingCount }),
    demoSources: () => demo.sources(),
    ...(existsSync(webRoot) && { webRoot }),
  });
}

function routesOf(parts: ServingParts): Routes[] {
  const { clock, timeZone, cameras, volumes, index, archives, live, viewers, board } = parts;
  const { retention, marks, monitoring, pool, demo, following, webrtc } = parts;
  const deleteFootage = async (id: string) => {
    await following.settled(id);
    await archives.removeAllOf(id);
    const [main, sub] = [await index.deleteFootage(id), await index.deleteFootage(streamIdOf(id, 'sub'))];
    return { segments: main.segments + sub.segments, sizeBytes: main.sizeBytes + sub.sizeBytes };
  };
  return [
    (app) =>
      cameraRoutes(app, {
        cameras,
        statusOf: (id) => board.of(id),
        footageOf: (id) => index.footageSummary(id),
        deleteFootage,
      }),
    (app) => probeRoutes(app, { cameras, probe: (source, timeoutMs) => pool.probe(source, timeoutMs) }),
    (app) => layoutRoutes(app, { layouts: parts.layouts }),
    (app) => scheduleRoutes(app, { cameras, clock, timeZone }),
    (app) => recordingRoutes(app, { index, cameras }),
    (app) =>
      storageRoutes(app, {
        volumes,
        forgetFootage: (id) => index.forgetVolume(id),
        forecast: () => retention.forecast(),
      }),
    (app) => evidenceRoutes(app, { evidence: parts.evidence }),
    (app) => retentionRoutes(app, { engine: retention, cameras }),
    (app) => markRoutes(app, { marks }),
    (app) => monitoringRoutes(app, { monitoring, cameras }),
    (app) => playbackRoutes(app, { index, cameras }),
    (app) => archiveRoutes(app, { archives }),
    (app) => exportRoutes(app, { exports: parts.exports }),
    (app) => hlsRoutes(app, { live, viewers, clock }),
    (app) => fragmentRoutes(app, { live, viewers, clock }),
    (app) => whepRoutes(app, { live, webrtc }),
    (app) => snapshotRoutes(app, { live, index, still: (request) => pool.still(request), cameras }),
    (app) => demoRoutes(app, { demo }),
  ];
}
