import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CameraStore } from '../../src/camera/store.ts';
import { databaseFileName, openDatabase } from '../../src/database/index.ts';
import { codecStringOf, encodeChunkIndex, initSegment } from '../../src/media/fmp4/index.ts';
import { pathOf } from '../../src/media/segment-path.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { writeIdentity } from '../../src/shared/volume-identity.ts';
import { chunkIndexOf, headLength, sizeOf } from './chunks.ts';
import { type ClockPictures, encodeClock } from './clock-picture.ts';
import { type WrittenSegment, writeHour } from './files.ts';
import { addEvents, addMarks } from './happenings.ts';
import { type CameraPlan, dayMs, hourMs, minuteMs, type PlannedSegment, planCamera } from './plan.ts';

export interface MonthWish {
  /** New or empty. */
  dataDir: string;
  days?: number;
  cameras?: number;
  /** How many of the cameras have files. */
  withFiles?: number;
  /** How much of each hour they have as files. */
  minutes?: number;
  /** The end, Unix milliseconds; else the beginning of this hour. */
  until?: number;
  timeZone?: string;
}

export interface Month {
  from: number;
  to: number;
  cameraIds: string[];
  /** Those of which the first minutes of each hour can be played, `minutes` of each. */
  playable: string[];
  minutes: number;
  segments: number;
  files: number;
}

const names = ['Yard', 'Garage', 'Door', 'Gate', 'Hall', 'Stairs', 'Roof', 'Cellar'];

/** Written at once, so that nothing is kept for going back: a fill that is killed is begun anew. */
const fastWrites = `
  PRAGMA journal_mode = MEMORY;
  PRAGMA synchronous = OFF;
  PRAGMA cache_size = -400000;
`;

/**
 * Makes a data folder as a recorder leaves it after a month: index, ledger, marks and events of all cameras, whose
 * recording is off and whose addresses do not answer; of some cameras files that play for some minutes of each hour,
 * with a clock in the picture. All other rows speak of files that are not there.
 */
export async function makeMonth(wish: MonthWish): Promise<Month> {
  const { dataDir, days = 30, cameras: count = 16, withFiles = 2, minutes = 2 } = wish;
  const timeZone = wish.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  const to = Math.floor((wish.until ?? Date.now()) / hourMs) * hourMs;
  const from = to - days * dayMs;
  fs.mkdirSync(dataDir, { recursive: true });
  const { cameraIds, volumeId } = await makeCameras(dataDir, count, from);
  await writeIdentity(dataDir, volumeId);
  const playable = cameraIds.slice(0, withFiles);
  const sqlite = new DatabaseSync(path.join(dataDir, databaseFileName));
  sqlite.exec(fastWrites);
  const plans = new Map(
    cameraIds.map((id, camera) => [id, planCamera({ from, to, camera, hourly: playable.includes(id), seed: 5 })]),
  );
  const videos = new Map<string, ClockPictures>();
  for (const id of playable)
    videos.set(id, await encodeClock({ name: id, labels: labelsOf({ from, to }, timeZone), minutes }));
  const fill = new Fill({ sqlite, dataDir, volumeId, timeZone, from, minutes, videos });
  sqlite.exec('BEGIN');
  for (const [id, plan] of plans) fill.addRuns(id, plan);
  fill.addSegments(plans);
  for (const [id, plan] of plans) fill.addGaps(id, plan);
  addMarks(sqlite, { from, to }, cameraIds);
  addEvents(sqlite, plans);
  sqlite.exec('COMMIT');
  sqlite.close();
  const alive = new Date(to);
  fs.writeFileSync(path.join(dataDir, 'alive'), '');
  fs.utimesSync(path.join(dataDir, 'alive'), alive, alive);
  return { from, to, cameraIds, playable, minutes, segments: fill.segments, files: fill.files };
}

async function makeCameras(
  dataDir: string,
  count: number,
  createdAt: number,
): Promise<{ cameraIds: string[]; volumeId: string }> {
  const database = await openDatabase(path.join(dataDir, databaseFileName));
  try {
    const { db } = database;
    const store = await CameraStore.open({ db, clock: systemClock });
    const cameraIds: string[] = [];
    for (let at = 0; at < count; at += 1) {
      const round = Math.floor(at / names.length);
      const name = `${names[at % names.length]}${round > 0 ? ` ${round + 1}` : ''}`;
      // Port 9 (discard) refuses at once.
      const source = { url: `rtsp://127.0.0.1:9/${at}` };
      cameraIds.push((await store.create({ name, source, recording: { mode: 'off' } })).id);
    }
    await db.updateTable('cameras').set({ created_at: createdAt }).execute();
    const volume = await db.selectFrom('volumes').select('id').executeTakeFirstOrThrow();
    return { cameraIds, volumeId: volume.id };
  } finally {
    await database.close();
  }
}

/** Of each hour. */
function labelsOf({ from, to }: { from: number; to: number }, timeZone: string): Array<[date: string, hour: string]> {
  return Array.from({ length: (to - from) / hourMs }, (_, at) => {
    const [, , date = '', time = ''] = pathOf('x', from + at * hourMs, timeZone).path.split('/');
    return [date, time.slice(0, 2)];
  });
}

interface FillParts {
  sqlite: DatabaseSync;
  dataDir: string;
  volumeId: string;
  timeZone: string;
  from: number;
  minutes: number;
  videos: ReadonlyMap<string, ClockPictures>;
}

/** Fills the tables, and writes the files that their rows speak of. */
class Fill {
  readonly #parts: FillParts;
  readonly #segment: StatementSync;
  readonly #runIds = new Map<string, string>();
  readonly #folders = new Map<number, { day: string; offset: string; offsetMinutes: number }>();
  segments = 0;
  files = 0;

  constructor(parts: FillParts) {
    this.#parts = parts;
    this.#segment = parts.sqlite.prepare(
      `INSERT INTO segments (id, camera_id, volume_id, run_id, sequence, path, start_at, end_at, size_bytes, head_length,
        state, holes, chunks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'closed', ?, ?)`,
    );
  }

  addRuns(cameraId: string, { segments }: CameraPlan): void {
    const insert = this.#parts.sqlite.prepare(
      `INSERT INTO runs (id, camera_id, started_at, video_codec, codec_string, width, height, audio_codec, init_length)
        VALUES (?, ?, ?, 'h264', ?, ?, ?, NULL, ?)`,
    );
    const video = this.#parts.videos.get(cameraId)?.video;
    const { codec, size, initLength } = video
      ? {
          codec: codecStringOf('h264', video.codecData),
          size: [video.width, video.height],
          initLength: initSegment(video, null).length,
        }
      : { codec: 'avc1.640028', size: [1920, 1080], initLength: 700 };
    for (const { run, runStartAt, sequence } of segments) {
      if (sequence > 1) continue;
      const id = randomUUID();
      this.#runIds.set(`${cameraId} ${run}`, id);
      insert.run(id, cameraId, runStartAt, codec, size[0] ?? 0, size[1] ?? 0, initLength);
    }
  }

  /** In the order of their beginnings, as a recorder writes them. */
  addSegments(plans: ReadonlyMap<string, CameraPlan>): void {
    const all = [...plans].flatMap(([cameraId, { segments }]) => segments.map((segment) => ({ cameraId, segment })));
    all.sort((a, b) => a.segment.startAt - b.segment.startAt);
    const written = new Map<string, WrittenSegment>();
    for (const { cameraId, segment } of all) {
      const pictures = this.#parts.videos.get(cameraId);
      if (pictures && segment.startAt % hourMs === 0) {
        for (const [minute, file] of this.#writeHour(cameraId, segment, pictures).entries()) {
          written.set(`${cameraId} ${segment.startAt + minute * minuteMs}`, file);
        }
      }
      const key = `${cameraId} ${segment.startAt}`;
      this.#insert(cameraId, segment, written.get(key));
      written.delete(key);
    }
  }

  addGaps(cameraId: string, { gaps }: CameraPlan): void {
    const insert = this.#parts.sqlite.prepare(
      'INSERT INTO gaps (camera_id, from_at, to_at, cause) VALUES (?, ?, ?, ?)',
    );
    for (const { from, to, cause } of gaps) if (cause !== null) insert.run(cameraId, from, to, cause);
  }

  #insert(cameraId: string, segment: PlannedSegment, file: WrittenSegment | undefined): void {
    const { volumeId, from } = this.#parts;
    const { run, sequence, startAt, endAt, hole } = segment;
    this.#segment.run(
      ...[from + this.segments, cameraId, volumeId, this.#runIds.get(`${cameraId} ${run}`) ?? '', sequence],
      ...[this.#pathOf(cameraId, startAt), startAt, endAt, file?.sizeBytes ?? sizeOf(segment)],
      ...[file?.headLength ?? headLength, hole && JSON.stringify([[hole.from, hole.to]])],
      file ? encodeChunkIndex(file.chunks) : chunkIndexOf(segment),
    );
    this.segments += 1;
  }

  #writeHour(cameraId: string, { run, startAt }: PlannedSegment, pictures: ClockPictures): WrittenSegment[] {
    const { dataDir, timeZone, from, minutes } = this.#parts;
    const written = writeHour({
      ...{ dataDir, cameraId, pictures, minutes, timeZone, startAt },
      runId: this.#runIds.get(`${cameraId} ${run}`) ?? '',
      label: (startAt - from) / hourMs,
      pathOf: (at) => this.#pathOf(cameraId, at),
      utcOffsetMinutes: this.#folderAt(startAt).offsetMinutes,
    });
    this.files += written.length;
    return written;
  }

  #pathOf(cameraId: string, startAt: number): string {
    const { offset, offsetMinutes } = this.#folderAt(startAt);
    const [day, time = ''] = new Date(startAt + offsetMinutes * minuteMs).toISOString().split('T');
    return `recordings/${cameraId}/${day}/${time.slice(0, 12).replaceAll(':', '-')}${offset}.mp4`;
  }

  /** What paths have in common in an hour: `pathOf` takes too long to be asked for each. */
  #folderAt(at: number): { day: string; offset: string; offsetMinutes: number } {
    const hour = Math.floor(at / hourMs) * hourMs;
    const known = this.#folders.get(hour);
    if (known) return known;
    const { path: file, utcOffsetMinutes } = pathOf('x', hour, this.#parts.timeZone);
    const [, , day = '', name = ''] = file.split('/');
    const folder = { day, offset: name.slice(12, 17), offsetMinutes: utcOffsetMinutes };
    this.#folders.set(hour, folder);
    return folder;
  }
}
