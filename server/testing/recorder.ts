import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { RecorderInfo, UnixMs } from '@nightjar/contract';
import { RecordedStreams } from '../src/camera/recorded-streams.ts';
import { CameraStore } from '../src/camera/store.ts';
import { type Database, databaseFileName, openDatabase } from '../src/database/index.ts';
import { buildApp } from '../src/http/app.ts';
import { EventHub } from '../src/http/events.ts';
import type { Chunk, RunInfo } from '../src/media/chunk.ts';
import { Chunker, codecStringOf, initSegment } from '../src/media/fmp4/index.ts';
import { type SegmentMessage, SegmentWriter } from '../src/media/segment-writer.ts';
import { VolumeChoice } from '../src/media/volume-choice.ts';
import { playbackRoutes } from '../src/playback/routes.ts';
import { type Account, RecordingIndex, recordingRoutes } from '../src/recording/index.ts';
import type { Clock } from '../src/shared/clock.ts';
import { createLogger, type Logger } from '../src/shared/logger.ts';
import type { App, Routes } from '../src/shared/route.ts';
import type { Volume } from '../src/storage/volume.ts';
import { VolumeSet } from '../src/storage/volumes.ts';
import type { TestStream } from './streams.ts';

/** A clock that stands where a test puts it. */
export interface TestClock extends Clock {
  now: number;
  /** How far it was set in all, ms: a change of `now` that is counted here is no time that passed. */
  steppedMs: number;
}

export interface TestRecorder {
  dataDir: string;
  clock: TestClock;
  cameras: CameraStore;
  volumes: VolumeSet;
  database: Database;
  index: RecordingIndex;
  app: App;
  logger: Logger;
  /** All that was logged. */
  log(): string;
  /** Ends as on SIGTERM. */
  stop(): Promise<void>;
  /** Called when it ends. */
  onStop: Array<() => Promise<void>>;
}

/** What there is before the app. */
export type RecorderParts = Omit<TestRecorder, 'app' | 'log' | 'stop'>;

interface RecorderOptions {
  now?: number;
  timeZone?: string;
  /** Continue in this folder; else a temporary one. */
  dataDir?: string;
  /** Told of what is removed. */
  account?: Account;
  /** Ids of cameras to add. */
  cameras?: string[];
  /** Beside those of recording and playback. */
  routes?(parts: RecorderParts): Routes;
}

/** Index, playback and the real app over SQLite and a folder, without media workers. */
export async function startRecorder(t: TestContext, options: RecorderOptions = {}): Promise<TestRecorder> {
  const { now = Date.parse('2026-11-22T12:00:00Z'), timeZone = 'Europe/Vienna', cameras: ids = [], routes } = options;
  const dataDir = options.dataDir ?? temporaryFolder(t);
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', readable: false, write: (line) => lines.push(line) });
  const clock: TestClock = {
    now,
    steppedMs: 0,
    nowMs: () => clock.now as UnixMs,
    monotonicMs: () => clock.now - clock.steppedMs,
  };
  const database = await openDatabase(path.join(dataDir, databaseFileName), clock);
  const cameras = await CameraStore.open({ db: database.db, clock });
  for (const id of ids) await addCamera(cameras, id);
  const volumes = await VolumeSet.open({ db: database.db, dataDir, clock, log });
  const index = new RecordingIndex({
    db: database.db,
    clock,
    dataDir,
    volumes,
    timeZone,
    log,
    cameras: new RecordedStreams(cameras),
    ...(options.account && { account: options.account }),
  });
  await index.start();
  const onStop: TestRecorder['onStop'] = [];
  const parts = { dataDir, clock, cameras, volumes, database, index, logger: log, onStop };
  const app = await buildApp({
    ...{ log, clock, version: '0.0.0-test', timeZone, rtspPort: null },
    routes: [
      (api) => recordingRoutes(api, { index, cameras }),
      (api) => playbackRoutes(api, { index, cameras }),
      ...(routes ? [routes(parts)] : []),
    ],
    events: new EventHub({ snapshot: () => [] }),
    readiness: () => ({ status: 'ready', cameras: 0, recording: 0 }),
    demoSources: (): RecorderInfo['demoSources'] => [],
  });
  let stopped = false;
  const stop = async () => {
    if (stopped) return;
    stopped = true;
    for (const callback of onStop) await callback();
    await app.close();
    await volumes.close();
    await index.close();
    await database.close();
  };
  t.after(stop);
  return { ...parts, app, log: () => lines.join(''), stop };
}

const addCamera = (cameras: CameraStore, id: string) =>
  cameras.create({ id, name: id, source: { url: `rtsp://127.0.0.1/${id}` } });

/** What is left when the process is killed: the folder as it is on disk, in a folder of its own. */
export function copyAfterKill(t: TestContext, dataDir: string): string {
  const copy = temporaryFolder(t);
  fs.cpSync(dataDir, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

export function temporaryFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-recorder-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const always = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

export interface RecordingWish {
  cameraId: string;
  stream: TestStream;
  /** UTC of the first frame, Unix milliseconds. */
  startMs: number;
  /** How often the stream is recorded in a row, in one run. */
  repeat?: number;
  runId?: string;
  /** Else by a connection. */
  startedBy?: RunInfo['startedBy'];
  /** Else the first. */
  volumeId?: string;
  /** The last segment stays open, as in the midst of a recording. */
  leaveOpen?: boolean;
}

/** What was recorded: the run, and the worker's messages in order. */
export interface Recording {
  run: RunInfo;
  messages: SegmentMessage[];
  /** End of the last frame, Unix milliseconds with fraction. */
  endMs: number;
}

/** Records a stream as a media worker does, and tells `index` of it. */
export async function record(recorder: TestRecorder, wish: RecordingWish): Promise<Recording> {
  const { index, volumes, clock } = recorder;
  const { run, chunks } = chunksOf(wish);
  const messages: SegmentMessage[] = [];
  let over = false;
  const report = (message: SegmentMessage) => {
    if (over) return;
    messages.push(message);
    tell(index, message);
  };
  const volume = wish.volumeId ? volumes.require(wish.volumeId) : (volumes.list()[0] as Volume);
  const choice = new VolumeChoice(
    { volumes: [volume], ifNone: { code: 'disk_error', message: 'none' } },
    clock.monotonicMs,
  );
  const writer = new SegmentWriter(
    { cameraId: wish.cameraId, timeZone: 'Europe/Vienna', clock, volumes: choice, report },
    [always],
  );
  index.onRun(run);
  writer.onRun(run);
  for (const chunk of chunks) {
    writer.onChunk(chunk);
    await writer.flush();
  }
  if (!wish.leaveOpen) writer.onRunEnd();
  await writer.flush();
  over = true;
  recorder.onStop.push(async () => {
    writer.onRunEnd();
    await writer.flush();
  });
  const last = chunks.at(-1) as Chunk;
  return { run, messages, endMs: last.startMs + last.duration / 90 };
}

/** As main hands on a worker's messages. */
export function tell(index: RecordingIndex, message: SegmentMessage): void {
  if (message.type === 'segment-opened') index.onSegmentOpened(message.segment);
  else if (message.type === 'chunk-written') index.onChunkWritten(message);
  else if (message.type === 'segment-closed') index.onSegmentClosed(message);
}

/** A run, and its chunks as they go into files. */
export function chunksOf({ cameraId, stream, startMs, repeat = 1, runId, startedBy = 'connection' }: RecordingWish): {
  run: RunInfo;
  chunks: Chunk[];
} {
  const { video, audio, units } = stream;
  const id = runId ?? crypto.randomUUID();
  const chunker = new Chunker({ runId: id, video, audio, anchor: { utcMs: startMs, ptsNs: 0 } });
  const lengthNs = lengthOf(stream);
  const chunks: Chunk[] = [];
  for (let round = 0; round < repeat; round += 1) {
    for (const { track, unit } of units) {
      const shifted = { ...unit, ptsNs: unit.ptsNs + round * lengthNs };
      if (track === 'audio') chunker.pushAudio(shifted);
      else chunks.push(...chunker.pushVideo(shifted));
    }
  }
  chunks.push(...chunker.flush());
  const codecStrings = [codecStringOf(video.codec, video.codecData)];
  if (audio) codecStrings.push(codecStringOf('aac', audio.codecData));
  const run = {
    ...{ runId: id, cameraId, video, audio, codecStrings },
    startMs: chunker.startMs ?? startMs,
    startedBy,
    init: initSegment(video, audio),
  };
  return { run, chunks };
}

/** From the first picture until one frame after the last. */
function lengthOf({ units }: TestStream): number {
  const times = units.filter(({ track }) => track === 'video').map(({ unit }) => unit.ptsNs);
  const last = Math.max(...times);
  return Math.round((last * times.length) / (times.length - 1));
}
