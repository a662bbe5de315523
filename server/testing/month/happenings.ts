import type { DatabaseSync } from 'node:sqlite';
import { seededRandom } from '../random.ts';
import { type CameraPlan, dayMs, minuteMs } from './plan.ts';

/** Some bookmarks, and a lock now and then. */
export function addMarks(
  sqlite: DatabaseSync,
  { from, to }: { from: number; to: number },
  cameraIds: readonly string[],
): void {
  const insert = sqlite.prepare(
    `INSERT INTO marks (camera_id, kind, from_at, to_at, title, note, created_at, made_by)
      VALUES (?, ?, ?, ?, ?, '', ?, 'Somebody')`,
  );
  const random = seededRandom(11);
  for (let day = from, at = 0; day < to; day += dayMs / 3, at += 1) {
    const start = Math.floor(day + (random() * dayMs) / 3);
    const end = Math.min(start + Math.floor(1 + random() * 20) * minuteMs, to);
    const kind = at % 5 === 4 ? 'lock' : 'bookmark';
    const cameraId = cameraIds[Math.floor(random() * cameraIds.length)] ?? '';
    if (end > start) insert.run(cameraId, kind, start, end, `Mark ${at + 1}`, end);
  }
}

/** Cameras that went away and came back, where the ledger says so. */
export function addEvents(sqlite: DatabaseSync, plans: ReadonlyMap<string, CameraPlan>): void {
  const insert = sqlite.prepare(
    `INSERT INTO events (at, since_at, count, last_at, camera_id, kind, level, message, code) VALUES (?, NULL, 1, ?, ?, ?, ?, ?, ?)`,
  );
  const events = [...plans].flatMap(([cameraId, { gaps }]) =>
    gaps.flatMap(({ from, to, cause }) => [
      { at: from, cameraId, kind: 'camera_interrupted', level: 'warning', message: 'No more pictures came', cause },
      { at: to, cameraId, kind: 'camera_recording', level: 'info', message: 'Recording again', cause: null },
    ]),
  );
  for (const { at, cameraId, kind, level, message, cause } of events.sort((a, b) => a.at - b.at)) {
    insert.run(at, at, cameraId, kind, level, message, cause);
  }
}
