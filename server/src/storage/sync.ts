import { execFile } from 'node:child_process';
import type { Logger } from '../shared/logger.ts';

interface VolumeSyncParts {
  volumes: { isPresent(id: string): boolean; rootOf(id: string): string; complain(id: string, message: string): void };
  log: Logger;
  /** What a power loss costs at most. */
  everyMs?: number;
}

/**
 * Brings what was written to the disks every few seconds: one syncfs(2) for each volume that was written to, however
 * many cameras record on it. `sync -f` (coreutils) does it in a process of its own, so that a disk that does not answer
 * holds up nothing here.
 */
export class VolumeSync {
  readonly #parts: VolumeSyncParts;
  readonly #timer: NodeJS.Timeout;
  readonly #dirty = new Set<string>();
  readonly #running = new Map<string, Promise<void>>();
  /** Who wants to know of the next sync of a volume. */
  readonly #waiting = new Map<string, Array<(isOnDisk: boolean) => void>>();
  /** Volumes whose next sync does not wait for its time. */
  readonly #soon = new Set<string>();
  #closed = false;

  constructor(parts: VolumeSyncParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#syncDirty(), parts.everyMs ?? 5_000);
    this.#timer.unref();
  }

  /** Something was written to this volume. */
  wrote(volumeId: string): void {
    this.#dirty.add(volumeId);
  }

  /**
   * Resolves when all that was changed on a volume before is on its disk; false when it cannot be brought there.
   *
   * @param soon at once, rather than with the next sync.
   */
  settled(volumeId: string, soon = false): Promise<boolean> {
    this.#dirty.add(volumeId);
    const settled = new Promise<boolean>((resolve) => {
      this.#waiting.set(volumeId, [...(this.#waiting.get(volumeId) ?? []), resolve]);
    });
    if (soon) this.#soon.add(volumeId);
    if (soon || this.#closed) this.#start(volumeId);
    return settled;
  }

  /** Resolves when all that was written is on the disks, or cannot be brought there. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#closed = true;
    await Promise.all(this.#running.values());
    this.#syncDirty();
    await Promise.all(this.#running.values());
  }

  #syncDirty(): void {
    for (const id of [...this.#dirty]) this.#start(id);
  }

  #start(id: string): void {
    // A slow disk is not asked again before it is done.
    if (this.#running.has(id)) return;
    this.#dirty.delete(id);
    this.#soon.delete(id);
    const waiting = this.#waiting.get(id) ?? [];
    this.#waiting.delete(id);
    const done = (isOnDisk: boolean) => {
      this.#running.delete(id);
      for (const resolve of waiting) resolve(isOnDisk);
      if (this.#soon.has(id) || (this.#closed && this.#waiting.has(id))) this.#start(id);
    };
    this.#running.set(id, this.#sync(id).then(done));
  }

  #sync(id: string): Promise<boolean> {
    const { volumes, log } = this.#parts;
    // Of a disk that is not there, the folder is one of another disk.
    if (!volumes.isPresent(id)) return Promise.resolve(false);
    return new Promise((resolve) => {
      execFile('sync', ['--file-system', volumes.rootOf(id)], (error, _, stderr) => {
        if (error) {
          const reason = stderr.trim() || error.message;
          log.warn({ volumeId: id, reason }, 'A volume cannot be synced');
          volumes.complain(id, `What was written cannot be brought to the disk: ${reason}.`);
        }
        resolve(error === null);
      });
    });
  }
}
