/** The recorder: builds every part along the path of a frame, and stops them in the opposite order. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ServerEvent } from '@nightjar/contract';
import { Archives, archiveRoutes } from './archive/index.ts';
import { probeRoutes } from './camera/probe-routes.ts';
import { cameraRoutes } from './camera/routes.ts';
import { CameraStore } from './camera/store.ts';
import { type Config, helpText, prepareDataDir, readConfig, startProblem } from './config/index.ts';
import { databaseFileName, databaseProblem, openDatabase } from './database/index.ts';
import { DemoCameras, demoRoutes } from './demo.ts';
import { buildApp } from './http/app.ts';
import { EventHub } from './http/events.ts';
import { LiveHub } from './live/hub.ts';
import { liveRoutes } from './live/routes.ts';
import { snapshotRoutes } from './live/snapshot.ts';
import { WorkerPool } from './media/pool.ts';
import { StatusBoard } from './media/status-board.ts';
import { Monitoring, metricsRoute, monitoringRoutes } from './monitoring/index.ts';
import { DayPlaylists } from './playback/day-playlists.ts';
import { playbackRoutes } from './playback/routes.ts';
import { RecordingIndex, recordingRoutes } from './recording/index.ts';
import { MarkStore, markRoutes, RetentionEngine, retentionRoutes } from './retention/index.ts';
import { RecordingPlans } from './schedule/plans.ts';
import { scheduleRoutes } from './schedule/routes.ts';
import { systemClock } from './shared/clock.ts';
import { createLogger, type Logger } from './shared/logger.ts';
import type { Routes } from './shared/route.ts';
import { storageRoutes } from './storage/routes.ts';
import { VolumeSync } from './storage/sync.ts';
import { VolumeSet } from './storage/volumes.ts';
import { followCameras, followVolumes, mediaHandlers } from './wiring.ts';

const root = path.resolve(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
const clock = systemClock;

/** Resolves when the recorder serves; `stop` ends it with every segment closed. */
async function start(config: Config, log: Logger): Promise<{ url: string; stop(): Promise<void> }> {
  const { dataDir, timeZone } = config;
  const lock = prepareDataDir(dataDir);
  warnOfLostDatabase(dataDir, log);
  const database = await openDatabase(path.join(dataDir, databaseFileName));
  const { db } = database;
  const cameras = await CameraStore.open({ db, clock });
  const plans = new RecordingPlans({ cameras, clock, timeZone, log });
  const volumes = await VolumeSet.open({ db, dataDir, clock, log });
  const sync = new VolumeSync({ volumes, log });
  const dataVolume = volumes.dataFolder.id;
  const index = new RecordingIndex({
    ...{ db, clock, dataDir, volumes, timeZone, log, cameras },
    durability: {
      ofIndex: (soon) => sync.settled(dataVolume, soon),
      ofVolume: (id, soon) => sync.settled(id, soon),
    },
  });
  await index.start();
  const dayPlaylists = new DayPlaylists({ index, volumes, clock, timeZone, log });
  dayPlaylists.start();
  const live = new LiveHub({ clock, watch: (cameraId, watched) => pool.watch(cameraId, watched) });
  const board = new StatusBoard({ clock });
  const snapshot = () => cameras.list().map(({ id }) => ({ type: 'status' as const, status: board.of(id) }));
  const events = new EventHub({ snapshot });
  const publish = (event: ServerEvent) => {
    events.publish(event);
    monitoring.onPublished(event);
  };
  const retention = new RetentionEngine({ db, clock, log, cameras, volumes, index });
  const marks = new MarkStore({ db, clock, cameras });
  const archives = new Archives({
    ...{ db, index, volumes, cameras, clock, timeZone, log },
    publish: (job) => publish({ type: 'archive', job }),
    makeRoom: (wish) => retention.makeRoom(wish),
  });
  const monitoring = new Monitoring({
    ...{ db, clock, log, version, dataDir, timeZone, cameras, index, volumes, publish: events.publish.bind(events) },
    stateOf: (id) => board.of(id),
    workers: () => pool.pids,
    forecast: () => retention.forecast(),
  });
  retention.onRemoved((removals) => monitoring.onRemoved(removals));
  await monitoring.start();
  const pool = new WorkerPool({
    volumes: () => storage.offer(),
    timeZone,
    log,
    ...mediaHandlers({ index, live, board, volumes, sync, monitoring, clock, log, publish }),
  });
  const storage = followVolumes({ volumes, index, pool, log, publish });
  const demo = new DemoCameras({ cameras, cacheDir: path.join(dataDir, 'demo'), log });
  const requireCamera = (id: string) => void cameras.require(id);
  const following = followCameras({ cameras, plans, pool, index, live, board, log, publish });
  const deleteFootage = async (id: string) => {
    await following.settled(id);
    await archives.removeAllOf(id);
    return index.deleteFootage(id);
  };
  const routes: Routes[] = [
    (app) =>
      cameraRoutes(app, {
        cameras,
        statusOf: (id) => board.of(id),
        footageOf: (id) => index.footageSummary(id),
        deleteFootage,
      }),
    (app) => probeRoutes(app, { cameras, probe: (source, timeoutMs) => pool.probe(source, timeoutMs) }),
    (app) => scheduleRoutes(app, { cameras, clock, timeZone }),
    (app) => recordingRoutes(app, { index, cameras }),
    (app) =>
      storageRoutes(app, {
        volumes,
        forgetFootage: (id) => index.forgetVolume(id),
        forecast: () => retention.forecast(),
      }),
    (app) => retentionRoutes(app, { engine: retention, cameras }),
    (app) => markRoutes(app, { marks }),
    (app) => monitoringRoutes(app, { monitoring, cameras }),
    (app) => playbackRoutes(app, { index, cameras }),
    (app) => archiveRoutes(app, { archives }),
    (app) => liveRoutes(app, { live, requireCamera }),
    (app) => snapshotRoutes(app, { live, index, still: (request) => pool.still(request), requireCamera }),
    (app) => demoRoutes(app, { demo }),
  ];
  const webRoot = path.join(root, 'web/dist');
  const app = await buildApp({
    log,
    clock,
    version,
    timeZone,
    routes,
    rootRoutes: [(app) => metricsRoute(app, monitoring)],
    events,
    readiness: () => ({ status: 'ready', cameras: cameras.list().length, recording: board.recordingCount }),
    demoSources: () => demo.sources(),
    ...(existsSync(webRoot) && { webRoot }),
  });
  const stop = async () => {
    await app.close();
    plans.close();
    await pool.close();
    await demo.close();
    live.close();
    await archives.close();
    await dayPlaylists.close();
    await retention.close();
    await sync.close();
    await volumes.close();
    await monitoring.close();
    await index.close();
    await database.close();
    lock.release();
  };
  try {
    const url = await app.listen({ host: config.host, port: config.port });
    await demo.resume();
    following.start();
    retention.start();
    archives.start();
    demo.start(config.demoCameras);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
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
