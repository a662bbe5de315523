import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from './wait.ts';

const run = promisify(execFile);

/** Why no disk can be made here; `false` when one can. Fits the `skip` option of a test. */
export const cannotMount: string | false = process.getuid?.() === 0 ? false : 'needs root: mounts a disk of its own';

interface LoopVolumeOptions {
  sizeMb: number;
  /** Mount options, e.g. `sync`. */
  options?: string;
}

/** `EXT4_IOC_SHUTDOWN` (fs/ext4/ext4.h): the file system stops as on a power cut; what is not on the disk is lost. */
const shutdownIoctl = 0x8004587d;
const withoutFlushingTheJournal = 2;

/** A small ext4 disk in a file: can be filled, made read-only, taken away, and lose its power. Needs root. */
export class LoopVolume implements AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string;
  readonly #folder: string;
  readonly #options: string;
  #mounted = false;

  private constructor(folder: string, options: string) {
    this.#folder = folder;
    this.path = path.join(folder, 'disk');
    this.#options = options;
  }

  static async create({ sizeMb, options = 'defaults' }: LoopVolumeOptions): Promise<LoopVolume> {
    const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-disk-'));
    const volume = new LoopVolume(folder, options);
    const image = await open(volume.#image, 'w');
    await image.truncate(sizeMb * 1024 * 1024);
    await image.close();
    await run('mkfs.ext4', ['-q', '-F', '-m', '0', volume.#image]);
    await run('mkdir', [volume.path]);
    await volume.mount();
    return volume;
  }

  get #image(): string {
    return path.join(this.#folder, 'image');
  }

  async mount(): Promise<void> {
    const mount = async () => (await mounted()) && (await this.#isAlive());
    const mounted = () =>
      run('mount', ['--rw', '-o', `loop,errors=remount-ro,${this.#options}`, this.#image, this.path]).then(
        () => true,
        () => false,
      );
    // While the kernel still lets go of the loop device it had before, there would only be a read-only one.
    await waitFor('the disk is mounted', mount);
    this.#mounted = true;
  }

  /**
   * Whether it is there. While a sync of a killed process still holds the disk, a mount only gives the disk again
   * that has lost its power; it is unmounted then.
   */
  async #isAlive(): Promise<boolean> {
    const probe = path.join(this.path, '.alive');
    try {
      await writeFile(probe, '');
      await rm(probe);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EIO') return true;
      await run('umount', [this.path]).catch(() => {});
      return false;
    }
  }

  /** @param lazily open files go on being written to a disk that has no name any more. */
  async unmount({ lazily = false } = {}): Promise<void> {
    const unmount = () =>
      run('umount', lazily ? ['-l', this.path] : [this.path]).then(
        () => true,
        () => false,
      );
    // A sync that a killed process has begun holds it for a moment.
    await waitFor('the disk is unmounted', unmount);
    this.#mounted = false;
  }

  /** An error of the disk, upon which the kernel makes it read-only; `unmount` and `mount` make it well again. */
  async breakReadOnly(): Promise<void> {
    const { stdout } = await run('findmnt', ['-no', 'SOURCE', this.path]);
    await writeFile(`/sys/fs/ext4/${path.basename(stdout.trim())}/trigger_fs_error`, '1');
  }

  /** A file of someone else takes all the room there is. Resolves to its path: removing it makes room again. */
  async fill(): Promise<string> {
    const filler = path.join(this.path, 'someone-elses.bin');
    // The kernel gives away the last blocks bit by bit.
    for (const bytes of [1 << 20, 1 << 14, 1 << 10]) {
      const file = await open(filler, 'a');
      for (let full = false; !full; ) {
        full = await file.writeFile(Buffer.alloc(bytes)).then(
          () => false,
          (error: NodeJS.ErrnoException) => {
            if (error.code !== 'ENOSPC') throw error;
            return true;
          },
        );
      }
      await file.sync();
      await file.close();
    }
    return filler;
  }

  /** From now on nothing more reaches the disk, and every write fails; `unmount` and `mount` bring the power back. */
  async cutPower(): Promise<void> {
    const script = 'open(my $d, "<", $ARGV[0]) or die $!; ioctl($d, $ARGV[1], pack("L", $ARGV[2])) or die $!';
    await run('perl', ['-e', script, this.path, String(shutdownIoctl), String(withoutFlushingTheJournal)]);
  }

  /** `MAJOR:MINOR` of its block device. */
  async device(): Promise<string> {
    const { stdout } = await run('findmnt', ['-no', 'MAJ:MIN', this.path]);
    return stdout.trim();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#mounted) await run('umount', ['-l', this.path]).catch(() => {});
    await rm(this.#folder, { recursive: true, force: true });
  }
}
