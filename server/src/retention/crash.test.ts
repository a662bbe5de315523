import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { filesBelow, layFootage } from '../../testing/footage.ts';
import { cannotMount, LoopVolume } from '../../testing/loop-volume.ts';
import { startRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { waitFor } from '../../testing/wait.ts';
import { databaseFileName, openDatabase } from '../database/index.ts';
import { dayPlaylistName } from '../recording/index.ts';

const day = 86_400_000;
const cleaner = path.resolve(import.meta.dirname, '../../testing/cleaner.ts');
const old = 400;
const young = 20;

/** Of the database, and of the volume that the footage is on. */
interface Folders {
  dataDir: string;
  root: string;
}

const filesOf = ({ root }: Folders): string[] =>
  filesBelow(path.join(root, 'recordings')).map((file) => `recordings/${file}`);

/** A data folder with footage that is too old, and some that is not. */
async function prepare(t: TestContext, { dataDir, root }: Folders): Promise<void> {
  const recorder = await startRecorder(t, { now: Date.now(), dataDir, cameras: ['yard', 'door'] });
  const { database, volumes, cameras } = recorder;
  const { id: volumeId } = root === dataDir ? volumes.dataFolder : await volumes.create({ path: root });
  for (const cameraId of ['yard', 'door']) {
    const wish = { db: database.db, root, volumeId, cameraId };
    await layFootage({ ...wish, startMs: Date.now() - 9 * day, minutes: old / 2 });
    await layFootage({ ...wish, startMs: Date.now() - day / 2, minutes: young / 2 });
    await cameras.update(cameraId, { retention: { maxAgeDays: 2 } });
  }
  await recorder.stop();
  const byFolder = Map.groupBy(filesOf({ dataDir, root }), (file) => path.dirname(file));
  for (const [folder, files] of byFolder) {
    const names = files.map((file) => path.basename(file));
    fs.writeFileSync(path.join(root, folder, dayPlaylistName), names.join('\n'));
  }
}

/**
 * Cleans until so few files are left, or all is clean; then it is killed, without a chance to do anything more.
 *
 * @param before done first: cutting the power of its disk.
 */
async function cleanUntil(folders: Folders, files: number, before = async () => {}): Promise<void> {
  const child = spawn(process.execPath, [cleaner, folders.dataDir], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let isClean = false;
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
    isClean ||= said.includes('clean\n');
  });
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  try {
    const isThere = () => {
      if (child.exitCode !== null) throw new Error(`the cleaner ended: ${said}`);
      return isClean || filesOf(folders).length <= files;
    };
    // Each batch waits for a sync of both disks, one of which others may be writing to.
    await waitFor(`${files} files are left`, isThere, {
      everyMs: 1,
      withinMs: 120_000,
      details: () => said,
    });
    // Power goes for all at once: the kernel would have a disk without power synced for whoever still runs.
    child.kill('SIGSTOP');
    await before();
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}

async function rowsOf({ dataDir }: Folders): Promise<Array<{ path: string; state: string }>> {
  const { db, close } = await openDatabase(path.join(dataDir, databaseFileName));
  const rows = await db.selectFrom('segments').select(['path', 'state']).orderBy('path').execute();
  await close();
  return rows;
}

/** Rows and files agree, but for what is just being deleted. Answers whether something is. */
async function assertAgreement(folders: Folders): Promise<boolean> {
  const rows = await rowsOf(folders);
  const present = new Set(filesOf(folders));
  const lost = rows.filter((row) => row.state === 'closed' && !present.has(row.path));
  assert.deepEqual(lost, [], 'rows without files');
  const known = new Set(rows.map((row) => row.path));
  const unknown = [...present].filter((file) => !known.has(file) && !file.endsWith(dayPlaylistName));
  assert.deepEqual(unknown, [], 'files without rows');
  for (const playlist of [...present].filter((file) => file.endsWith(dayPlaylistName))) {
    const named = fs.readFileSync(path.join(folders.root, playlist), 'utf8').split('\n');
    const gone = named.filter((name) => !present.has(path.posix.join(path.posix.dirname(playlist), name)));
    assert.deepEqual(gone, [], 'named by a playlist');
  }
  return rows.some(({ state }) => state === 'deleting');
}

async function assertClean(folders: Folders): Promise<void> {
  await cleanUntil(folders, 0);
  assert.equal(await assertAgreement(folders), false);
  assert.equal((await rowsOf(folders)).length, young);
}

test('a crash at any moment of cleaning leaves no footage without a file and no file without a row', async (t) => {
  const dataDir = temporaryFolder(t);
  const folders = { dataDir, root: dataDir };
  await prepare(t, folders);
  let interrupted = 0;
  // Amid a batch of a hundred, at its end, and at whatever moment that turns out to be.
  for (const files of [377, 320, 219, 97]) {
    await cleanUntil(folders, files);
    if (await assertAgreement(folders)) interrupted += 1;
  }
  assert.ok(interrupted >= 1, 'no deletion was interrupted');
  await assertClean(folders);
});

for (const [what, foldersOn] of [
  ['recordings', (disk: string, other: string) => ({ dataDir: other, root: disk })],
  ['the database', (disk: string, other: string) => ({ dataDir: disk, root: other })],
] as const) {
  test(`nor does a disk that loses its power, with ${what} on it`, { skip: cannotMount }, async (t) => {
    await using disk = await LoopVolume.create({ sizeMb: 64 });
    const folders = foldersOn(disk.path, temporaryFolder(t));
    await prepare(t, folders);
    execFileSync('sync', ['--file-system', disk.path]);
    for (const files of [370, 250, 120]) {
      await cleanUntil(folders, files, () => disk.cutPower());
      await disk.unmount();
      await disk.mount();
      await assertAgreement(folders);
    }
    await assertClean(folders);
  });
}
