import { link, mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../../shared/disk-files.ts';
import { CommandError } from './options.ts';

/** Where the files go. */
export interface Output {
  /** Absolute. */
  folder: string;
  /** What the first file is called, without its ending; null: by camera and time. */
  base: string | null;
}

/** @throws {CommandError} when several parts are to go into one file, or it cannot be written there. */
export async function outputOf(out: string, parts: number): Promise<Output> {
  const whole = path.resolve(out);
  const isFolder = out.endsWith('/') || (await isDirectory(whole)) || path.extname(out) === '';
  if (isFolder) {
    await mkdir(whole, { recursive: true }).catch((error: Error) => {
      throw new CommandError(`--out: the folder ${whole} cannot be made: ${error.message}`);
    });
    return { folder: whole, base: null };
  }
  if (parts > 1) throw new CommandError(`--out must be a folder for ${parts} files, not ${out}`);
  const folder = path.dirname(whole);
  if (!(await isDirectory(folder))) throw new CommandError(`--out: there is no folder ${folder}`);
  return { folder, base: path.basename(whole, path.extname(whole)) };
}

const isDirectory = (name: string): Promise<boolean> =>
  stat(name).then(
    (found) => found.isDirectory(),
    () => false,
  );

/** A hidden folder beside the files to be, for what is not complete. Absolute. */
export async function makeWorkFolder({ folder }: Output): Promise<string> {
  return mkdtemp(path.join(folder, '.nightjar-export-')).catch((error: Error) => {
    throw new CommandError(`--out: nothing can be written to ${folder}: ${error.message}`);
  });
}

/** Gives a file its name; one that is there already is replaced only by force. @throws {CommandError} */
export async function place(from: string, to: string, force: boolean): Promise<void> {
  if (force) {
    await rename(from, to);
  } else {
    // A link, unlike a name that is taken over, fails where there is something.
    await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw new CommandError(`${to} is there already; --force replaces it`);
      // FAT and exFAT, as of USB sticks, have no links.
      if (await exists(to)) throw new CommandError(`${to} is there already; --force replaces it`);
      await rename(from, to);
    });
  }
  await rm(from, { force: true });
  await syncFolder(path.dirname(to));
}

const exists = (name: string): Promise<boolean> =>
  stat(name).then(
    () => true,
    () => false,
  );
