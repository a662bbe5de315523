import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { syncFolder } from '../shared/disk-files.ts';

export const manifestName = 'evidence.json';

/** What a process is still writing, or has not read back. */
const makingName = 'making';

/** The folder of one export on a volume, `exports/<id>`. */
export class ExportFolder {
  readonly path: string;

  constructor(root: string, id: number) {
    this.path = path.join(root, 'exports', String(id));
  }

  /** Absolute. */
  file(name: string): string {
    return path.join(this.path, name);
  }

  /** An empty place for what is being made. Absolute. */
  async making(name: string): Promise<string> {
    const folder = this.file(makingName);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    return path.join(folder, name);
  }

  /** What was made gets its names; resolves when these are on the disk. */
  async take(made: ReadonlyArray<{ path: string; name: string }>): Promise<void> {
    for (const { path: from, name } of made) await rename(from, this.file(name));
    await syncFolder(this.path);
    await this.removeMaking();
  }

  async removeMaking(): Promise<void> {
    await rm(this.file(makingName), { recursive: true, force: true });
  }

  /** Removes all but these: leftovers of a process that died. */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    const found = await readdir(this.path).catch(() => []);
    for (const name of found) if (!names.has(name)) await rm(this.file(name), { recursive: true, force: true });
  }

  /** Removes files of this export, and the folder if nothing else is in it. */
  async remove(names: Iterable<string>): Promise<void> {
    for (const name of names) await rm(this.file(name), { force: true });
    await this.removeMaking();
    // ENOTEMPTY: somebody else keeps something here; and no folder is worth more than a try.
    await rmdir(this.path).catch(() => {});
    await rmdir(path.dirname(this.path)).catch(() => {});
  }
}
