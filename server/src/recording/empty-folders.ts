import fs from 'node:fs/promises';
import path from 'node:path';

/** Plays the files of its folder; written once the day is over. */
export const dayPlaylistName = 'index.m3u8';
/** What the recordings of its folder were when they were written, signed; docs/reference/evidence.md. */
export const evidenceFileName = 'evidence.jsonl';

/**
 * Whoever keeps an account of a day's recordings in its folder: takes it away when none of them is left. False when
 * the folder has to stay. @param folder absolute.
 */
export type LetGo = (folder: string) => Promise<boolean>;

/** Ours, and worth nothing without the recordings beside it. */
const derived = [dayPlaylistName, `${dayPlaylistName}.new`];

/** How long after its beginning, were it in UTC, a day is over in every time zone. */
const overEverywhereMs = 38 * 3_600_000;

/** Whether the day that a folder is named after is over: nothing is written to it any more. */
export function isOver(folder: string, nowMs: number): boolean {
  const start = Date.parse(`${path.basename(folder)}T00:00:00Z`);
  return Number.isFinite(start) && nowMs - start > overEverywhereMs;
}

/** A playlist that names files that are going; it is written again from those that stay. */
export async function removeDayPlaylist(folder: string): Promise<void> {
  await fs.rm(path.join(folder, dayPlaylistName), { force: true }).catch(() => {}); // a failing disk shows with the files
}

/** Whether no recording, and nothing that is not ours, is in a folder's files. */
export const hasOnlyCompanions = (names: readonly string[]): boolean =>
  names.every((name) => derived.includes(name) || name === evidenceFileName);

/** Removes a day's folder when nothing is left in it but what we made of its recordings; then its camera's folder, when empty. */
export async function removeDayIfEmpty(folder: string, letGo: LetGo): Promise<void> {
  const names = await fs.readdir(folder).catch(() => null);
  if (names === null || !hasOnlyCompanions(names)) return;
  if (names.includes(evidenceFileName) && !(await letGo(folder))) return;
  for (const name of names) await fs.rm(path.join(folder, name), { force: true }).catch(() => {});
  // ENOTEMPTY and ENOENT are usual answers, and no folder is worth more than a try.
  await fs.rmdir(folder).catch(() => {});
  await fs.rmdir(path.dirname(folder)).catch(() => {});
}

/**
 * Looks through the folders of all cameras for days that are over and empty: a crash, or a playlist written at the wrong
 * moment, can leave some.
 *
 * @param recordings absolute; of one volume.
 */
export async function removeEmptyDays(recordings: string, nowMs: number, letGo: LetGo): Promise<void> {
  for (const camera of await foldersIn(recordings)) {
    for (const day of await foldersIn(camera)) if (isOver(day, nowMs)) await removeDayIfEmpty(day, letGo);
  }
}

/** The same of one camera, for any day: nobody may be recording it. @param folder the camera's, absolute. */
export async function removeEmptyDaysOf(folder: string, letGo: LetGo): Promise<void> {
  for (const day of await foldersIn(folder)) await removeDayIfEmpty(day, letGo);
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(folder, name));
}
