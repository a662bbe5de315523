import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { toEvent } from '../src/camera/dto.ts';
import { cameraRoutes } from '../src/camera/routes.ts';
import { CameraStore } from '../src/camera/store.ts';
import { type Database, openDatabase } from '../src/database/index.ts';
import { buildApp } from '../src/http/app.ts';
import { EventHub } from '../src/http/events.ts';
import { systemClock } from '../src/shared/clock.ts';
import { createLogger, type Logger } from '../src/shared/logger.ts';
import type { App, Routes } from '../src/shared/route.ts';

export interface TestApp {
  app: App;
  cameras: CameraStore;
  events: EventHub;
  /** All that was logged, at every level. */
  log(): string;
  /** Ids of the cameras whose footage was to be deleted. */
  footageDeleted: string[];
  /** The SQLite file. */
  file: string;
}

interface TestAppOptions {
  /** Beside those of the cameras. */
  routes?(parts: { db: Database['db']; cameras: CameraStore; log: Logger }): Routes[] | Promise<Routes[]>;
  webRoot?: string;
  /** Answers `/readyz`; true when left out. */
  ready?: boolean;
  heartbeatMs?: number;
  maxBacklogBytes?: number;
  /** Continue with this SQLite file. */
  file?: string;
}

/** The real app over a temporary SQLite file, without media. */
export async function startTestApp(t: TestContext, options: TestAppOptions = {}): Promise<TestApp> {
  const { webRoot, ready = true, file = temporaryFile(t), routes = () => [], ...hub } = options;
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', readable: false, write: (line) => lines.push(line) });
  const database = await openDatabase(file);
  const cameras = await CameraStore.open({ db: database.db, clock: systemClock });
  const statusOf = (cameraId: string) => ({ cameraId, substream: null, state: 'starting' as const, since: 0 });
  const events = new EventHub({
    snapshot: () => cameras.list().map((camera) => ({ type: 'status', status: statusOf(camera.id) })),
    ...hub,
  });
  cameras.onChange((change) => events.publish(toEvent(change)));
  const footageDeleted: string[] = [];
  const cameraParts = {
    cameras,
    statusOf,
    footageOf: async () => ({ firstAt: null, lastAt: null, recordedMs: 0, sizeBytes: 0 }),
    deleteFootage: async (cameraId: string) => {
      footageDeleted.push(cameraId);
      return { segments: 0, sizeBytes: 0 };
    },
  };
  const app = await buildApp({
    log,
    clock: systemClock,
    version: '0.0.0-test',
    timeZone: 'Europe/Vienna',
    rtspPort: null,
    routes: [(api) => cameraRoutes(api, cameraParts), ...(await routes({ db: database.db, cameras, log }))],
    events,
    readiness: () => ({ status: ready ? 'ready' : 'starting', cameras: cameras.list().length, recording: 0 }),
    demoSources: () => [],
    ...(webRoot === undefined ? {} : { webRoot }),
  });
  t.after(async () => {
    await app.close();
    await database.close();
  });
  return { app, cameras, events, log: () => lines.join(''), footageDeleted, file };
}

export function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-http-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const temporaryFile = (t: TestContext) => path.join(temporaryFolder(t), 'nightjar.db');
