import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import type { ArchiveFormat } from '@nightjar/contract';
import type { RemuxedFile } from '../media/remux/index.ts';
import { exists, hasSize, syncFolder } from '../shared/disk-files.ts';
import type { Volume } from '../storage/volume.ts';
import type { ArchivedFile } from './jobs.ts';

/** Ends what is not yet read back. */
const temporary = '.part';
/** How much larger than the recording a file may become. */
const growth: Record<ArchiveFormat, number> = { mp4: 1.03, mkv: 1.03, ts: 1.06 };
/** Of an hour: tables; 170,000 frames of sound or silence, in transport streams of a packet or more each. */
const hourBytes: Record<ArchiveFormat, number> = { mp4: 4e6, mkv: 4e6, ts: 60e6 };

/** What the files of a recording need. */
export const bytesOfFiles = (
  { format, from, to }: { format: ArchiveFormat; from: number; to: number },
  recordedBytes: number,
): number => recordedBytes * growth[format] + ((to - from) / 3_600_000) * hourBytes[format];

/** Where the process writes what it has not yet read back. Absolute. */
export const temporaryPath = (root: string, base: string, format: ArchiveFormat): string =>
  path.join(root, `${base}.${format}${temporary}`);

/** Removes what a failed, cancelled or interrupted process left. */
export async function removeTemporary(root: string, base: string, format: ArchiveFormat): Promise<void> {
  const target = temporaryPath(root, base, format);
  const folder = path.dirname(target);
  for (const name of await namesIn(folder)) {
    if (name === path.basename(target) || name.startsWith(`${path.basename(target)}.`)) {
      await rm(path.join(folder, name), { force: true });
    }
  }
}

/** The same of all jobs, in the archive folder of a volume. */
export async function removeAllTemporary(root: string): Promise<void> {
  const folder = path.join(root, 'archive');
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names) {
    if (isTemporary.test(name)) await rm(path.join(folder, name), { force: true });
  }
}

const isTemporary = /\.(mp4|mkv|ts)\.part(\.\d+)?$/;

/** Their names to be, none of which is taken: `<base>.mp4`, `<base>-2.mp4` … */
export async function namesFor(
  { root, id: volumeId }: Volume,
  base: string,
  format: ArchiveFormat,
  made: readonly RemuxedFile[],
): Promise<ArchivedFile[]> {
  const files: ArchivedFile[] = [];
  for (let number = 1; files.length < made.length; number += 1) {
    const name = `${base}${number === 1 ? '' : `-${number}`}.${format}`;
    if (await exists(path.join(root, name))) continue;
    const { sizeBytes, fromMs, toMs, videoFrames } = made[files.length] as RemuxedFile;
    const range = { from: Math.round(fromMs), to: Math.round(toMs) };
    files.push({ path: name, volumeId, sizeBytes, ...range, videoFrames });
  }
  return files;
}

/**
 * Gives the files their names; what has its name already keeps it, so that this can be done again after a crash.
 * Resolves when the names are on the disk. False when a file is neither here nor there.
 */
export async function nameFiles(
  root: string,
  made: readonly string[],
  files: readonly ArchivedFile[],
): Promise<boolean> {
  for (const [at, file] of files.entries()) {
    const from = made[at] as string;
    const to = path.join(root, file.path);
    if (await hasSize(to, file.sizeBytes)) continue;
    if (!(await hasSize(from, file.sizeBytes))) return false;
    await rename(from, to);
  }
  for (const folder of new Set(files.map((file) => path.dirname(path.join(root, file.path))))) await syncFolder(folder);
  return true;
}

/** The n-th file of a process as `remux` names them. */
export const madePath = (target: string, at: number): string => (at === 0 ? target : `${target}.${at + 1}`);

/** Removes files, and the folders that become empty below `archive`. */
export async function removeFiles(root: string, files: readonly ArchivedFile[]): Promise<void> {
  for (const file of files) {
    const whole = path.join(root, file.path);
    await rm(whole, { force: true });
    // ENOTEMPTY is the usual answer, and no folder is worth more than a try.
    for (let folder = path.dirname(whole); folder !== path.join(root, 'archive'); folder = path.dirname(folder)) {
      if (!folder.startsWith(path.join(root, 'archive'))) break;
      await rmdir(folder).catch(() => {});
    }
  }
}

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
