/** The recorder: builds every part along the path of a frame, and stops them in the opposite order. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServerEvent, UnixMs } from '@nightjar/contract';
import { Archives } from './archive/index.ts';
import { RecordedStreams } from './camera/recorded-streams.ts';
import { CameraStore } from './camera/store.ts';
import { type Config, helpText, prepareDataDir, readConfig, startProblem } from './config/index.ts';
import { databaseFileName, databaseProblem, openDatabase } from './database/index.ts';
import { DemoCameras } from './demo.ts';
import { Evidence } from './evidence/index.ts';
import { Exports } from './exports/index.ts';
import { CameraFollower } from './following.ts';
import { EventHub } from './http/events.ts';
import { LayoutStore } from './layouts/store.ts';
import { LiveEncoders } from './live/encoded.ts';
import { LiveHub } from './live/hub.ts';
import { LiveViewers } from './live/viewers.ts';
import { WebRtcSessions } from './live/webrtc/sessions.ts';
import { makeExport } from './media/export/index.ts';
import { WorkerPool } from './media/pool.ts';
import { StatusBoard } from './media/status-board.ts';
import { Monitoring } from './monitoring/index.ts';
import { DayPlaylists } from './playback/day-playlists.ts';
import { RecordingIndex } from './recording/index.ts';
import { MarkStore, RetentionEngine } from './retention/index.ts';
import { RtspOutput } from './rtsp-output/index.ts';
import { RecordingPlans } from './schedule/plans.ts';
import { systemClock } from './shared/clock.ts';
import { createLogger, type Logger } from './shared/logger.ts';
import { VolumeSync } from './storage/sync.ts';
import { VolumeSet } from './storage/volumes.ts';
import { followVolumes, mediaHandlers } from './wiring.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const clock = systemClock;

/** Records first, then serves; resolves when it does both. `stop` ends it with every segment closed. */
async function start(config: Config, log: Logger): Promise<{ url: string; stop(): Promise<void> }> {
  const { dataDir, timeZone } = config;
  const lock = prepareDataDir(dataDir);
  warnOfLostDatabase(dataDir, log);
  const database = await openDatabase(path.join(dataDir, databaseFileName));
  const { db } = database;
  const cameras = await CameraStore.open({ db, clock });
  const streams = new RecordedStreams(cameras);
  const plans = new RecordingPlans({ cameras: streams, clock, timeZone, log });
  const volumes = await VolumeSet.open({ db, dataDir, clock, log });
  const sync = new VolumeSync({ volumes, log });
  const dataVolume = volumes.dataFolder.id;
  const index = new RecordingIndex({
    ...{ db, clock, dataDir, volumes, timeZone, log, cameras: streams },
    durability: {
      ofIndex: (soon) => sync.settled(dataVolume, soon),
      ofVolume: (id, soon) => sync.settled(id, soon),
    },
    account: {
      onRemoved: (files, reason) => evidence.onRemoved(files, reason),
      onGivenUp: (volumeId) => evidence.onGivenUp(volumeId),
      letGo: (folder) => evidence.letGo(folder),
    },
  });
  const evidence = await Evidence.open({
    ...{ db, dataDir, index, volumes, clock, log },
    durability: { ofVolume: (id, soon) => sync.settled(id, soon) },
  });
  await index.start();
  const dayPlaylists = new DayPlaylists({ index, volumes, clock, timeZone, log });
  const encoders = new LiveEncoders({ clock, log, max: config.liveEncoders, encoder: () => pool.encoder });
  const live = new LiveHub({
    clock,
    encoders,
    watch: (streamId, watched) => following.watch(streamId, watched),
    requireStream: (cameraId, stream) => void cameras.requireStream(cameraId, stream),
  });
  const viewers = new LiveViewers();
  const rtsp = new RtspOutput({
    ...{ host: config.host, port: config.rtspPort, credentials: config.rtspCredentials },
    ...{ cameras, live, viewers, log },
  });
  const webrtc = new WebRtcSessions({ settings: config.webRtc, opusOf: (stream) => live.opusOf(stream), viewers, log });
  const board = new StatusBoard({ clock });
  const snapshot = () => {
    // Whoever opens the pages is likely to watch.
    webrtc.prepare();
    return cameras.list().map(({ id }) => ({ type: 'status' as const, status: board.of(id) }));
  };
  const events = new EventHub({ snapshot });
  const publish = (event: ServerEvent) => {
    events.publish(event);
    monitoring.onPublished(event);
  };
  const retention = new RetentionEngine({ db, clock, log, cameras, volumes, index });
  const marks = new MarkStore({ db, clock, cameras, onChange: () => publish({ type: 'marks' }) });
  const layouts = new LayoutStore({ db, cameras, log, onChange: () => publish({ type: 'layouts' }) });
  const archives = new Archives({
    ...{ db, index, volumes, cameras, clock, timeZone, log },
    publish: (job) => publish({ type: 'archive', job }),
    makeRoom: (wish) => retention.makeRoom(wish),
  });
  const exports = new Exports({
    ...{ db, index, volumes, cameras, clock, timeZone, log, makeExport, expireAfterDays: config.exportDays },
    publish: (job) => publish({ type: 'export', job }),
    makeRoom: (wish) => retention.makeRoom(wish),
    signManifest: (request) => evidence.signManifest(request),
  });
  const monitoring = new Monitoring({
    ...{ db, clock, log, version, dataDir, timeZone, cameras, index, volumes, publish: events.publish.bind(events) },
    stateOf: (id) => board.of(id),
    viewers: () => viewers.counts,
    workers: () => [...pool.pids, ...encoders.pids, ...rtsp.pids],
    forecast: () => retention.forecast(),
  });
  retention.onRemoved((removals) => monitoring.onRemoved(removals));
  await monitoring.start();
  evidence.start(
    streams.list().map(({ id }) => id),
    (trouble) => monitoring.onEvidence(trouble),
  );
  const pool = new WorkerPool({
    volumes: () => storage.offer(),
    timeZone,
    mediaDirs: config.mediaDirs,
    log,
    ...mediaHandlers({ index, evidence, live, rtsp, board, volumes, sync, monitoring, clock, log, publish }),
  });
  const storage = followVolumes({ volumes, index, evidence, streams, pool, log, publish });
  const demo = new DemoCameras({ cameras, cacheDir: path.join(dataDir, 'demo'), log });
  const following = new CameraFollower({ cameras, plans, pool, index, live, board, log, publish });
  let app: Awaited<ReturnType<typeof import('./serving.ts').buildServing>> | undefined;
  const stop = async () => {
    await app?.close();
    await webrtc.close();
    plans.close();
    await pool.close();
    await demo.close();
    rtsp.close();
    live.close();
    encoders.close();
    await layouts.settled();
    await archives.close();
    await exports.close();
    await dayPlaylists.close();
    await retention.close();
    await index.stopDeleting();
    await evidence.close();
    await sync.close();
    await volumes.close();
    await monitoring.close();
    await index.close();
    await database.close();
    lock.release();
  };
  try {
    await demo.resume();
    following.start();
    rtsp.start();
    const { buildServing } = await import('./serving.ts');
    app = await buildServing({
      ...{ clock, log, version, timeZone, cameras, layouts, volumes, index, evidence, archives, exports },
      ...{ live, viewers, board, events, retention, marks, monitoring, pool, demo, following, webrtc, rtsp },
      webRoot: path.join(root, 'web/dist'),
    });
    const url = await app.listen({ host: config.host, port: config.port });
    retention.start();
    archives.start();
    exports.start();
    dayPlaylists.start();
    demo.start(config.demoCameras);
    warmUp(index, streams, log);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What is read ahead of timelines: a month, as a screen shows it. */
const warmMs = 31 * 86_400_000;
const warmResolutionMs = 1_800_000;

/** The first month that somebody looks at is there as quickly as those after it: of 16 cameras 260 ms without, 60 with. */
function warmUp(index: RecordingIndex, streams: RecordedStreams, log: Logger): void {
  const ask = () => {
    const to = clock.nowMs();
    const ids = streams.list().map(({ id }) => id);
    index
      .timelines(ids, { from: (to - warmMs) as UnixMs, to }, warmResolutionMs)
      .catch((error: unknown) => log.debug({ err: error }, 'The timelines could not be read ahead'));
  };
  setTimeout(ask, 1_000).unref();
}

/** An empty one is made then, and no footage shows; reindexing finds it, now or later. */
function warnOfLostDatabase(dataDir: string, log: Logger): void {
  const has = (name: string) => existsSync(path.join(dataDir, name));
  if (has(databaseFileName) || !has('recordings')) return;
  log.warn({ dataDir }, 'There are recordings, but no database: stop the recorder and run ./nightjar reindex');
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const config = readConfig(args[0] === 'start' ? args.slice(1) : args, process.env);
  if (config === 'help') {
    process.stdout.write(helpText);
    return;
  }
  const log = createLogger({ level: config.logLevel });
  try {
    const starting = start(config, log);
    stopOnSignal(starting, log);
    const { url } = await starting;
    process.stdout.write(`Nightjar ${version} is ready: ${url}\n`);
  } catch (error) {
    const problem = startProblem(error, config) ?? databaseProblem(error, config.dataDir);
    if (problem === undefined) throw error;
    process.stderr.write(`nightjar: ${problem}\n`);
    process.exit(1);
  }
}

/** Also while it is still starting: then it stops as soon as it has started. */
function stopOnSignal(starting: ReturnType<typeof start>, log: Logger): void {
  let stopping = false;
  const onSignal = (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    starting.then(
      async ({ stop }) => {
        await stop();
        process.exit(0);
      },
      () => {}, // a start that failed is reported by whoever waits for it
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

await main().catch((error: unknown) => {
  const problem = startProblem(error, { host: '', port: 0 });
  process.stderr.write(
    problem === undefined ? `nightjar: ${error instanceof Error ? error.stack : error}\n` : `nightjar: ${problem}\n`,
  );
  process.exit(1);
});
