import fs from 'node:fs';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../src/database/index.ts';
import { encodeChunkIndex } from '../src/media/fmp4/index.ts';

interface FootageWish {
  db: Kysely<Tables>;
  /** Where the files go; absolute. */
  root: string;
  volumeId: string;
  cameraId: string;
  /** UTC of the first frame, Unix milliseconds. */
  startMs: number;
  /** How many segments of a minute, one after the other, in one run. */
  minutes: number;
  /** Of each file. */
  sizeBytes?: number;
  /** A file to hard-link in place of a file of zeros; `sizeBytes` is its size. */
  linkTo?: string;
}

const minuteMs = 60_000;
const rowsAtOnce = 500;

/** Puts footage on a disk and into the index as if it had been recorded; the files cannot be played unless linked to one that can. */
export async function layFootage(wish: FootageWish): Promise<number[]> {
  const { db, cameraId, volumeId, startMs, minutes, sizeBytes = 1_000 } = wish;
  const runId = crypto.randomUUID();
  await db
    .insertInto('runs')
    .values({
      id: runId,
      camera_id: cameraId,
      started_at: startMs,
      video_codec: 'h264',
      codec_string: 'avc1.640028',
      width: 1920,
      height: 1080,
      audio_codec: null,
      init_length: 700,
    })
    .execute();
  const ids: number[] = [];
  for (let from = 0; from < minutes; from += rowsAtOnce) {
    const rows = Array.from({ length: Math.min(rowsAtOnce, minutes - from) }, (_, at) => {
      const startAt = startMs + (from + at) * minuteMs;
      return {
        camera_id: cameraId,
        volume_id: volumeId,
        run_id: runId,
        sequence: from + at + 1,
        path: pathFor(cameraId, startAt),
        start_at: startAt,
        end_at: startAt + minuteMs,
        size_bytes: sizeBytes,
        head_length: 900,
        state: 'closed' as const,
        chunks: encodeChunkIndex([]),
      };
    });
    for (const row of rows) writeFile(wish, row.path);
    const written = await db.insertInto('segments').values(rows).returning('id').execute();
    ids.push(...written.map(({ id }) => id));
  }
  return ids;
}

function writeFile({ root, sizeBytes = 1_000, linkTo }: FootageWish, relative: string): void {
  const file = path.join(root, relative);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  if (linkTo !== undefined) fs.linkSync(linkTo, file);
  else fs.writeFileSync(file, Buffer.alloc(sizeBytes));
}

/** Days in UTC. */
export function pathFor(cameraId: string, startAt: number): string {
  const [day, time] = new Date(startAt).toISOString().split('T') as [string, string];
  return `recordings/${cameraId}/${day}/${time.replaceAll(':', '-').replace('Z', '')}+0000.mp4`;
}

/** All files below a folder, relative to it, sorted; [] when it is not there. Folders may vanish meanwhile. */
export function filesBelow(root: string): string[] {
  let entries: fs.Dirent[];
  try {
    entries = fs.readdirSync(root, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return filesBelow(path.join(root, entry.name)).map((file) => path.join(entry.name, file));
    })
    .sort();
}
