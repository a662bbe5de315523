import { execFile } from 'node:child_process';
import type { Logger } from '../shared/logger.ts';

interface VolumeSyncParts {
  volumes: { rootOf(id: string): string; complain(id: string, message: string): void };
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

  constructor(parts: VolumeSyncParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#syncDirty(), parts.everyMs ?? 5_000);
    this.#timer.unref();
  }

  /** Something was written to this volume. */
  wrote(volumeId: string): void {
    this.#dirty.add(volumeId);
  }

  /** Resolves when all that was written is on the disks, or cannot be brought there. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#running.values());
    this.#syncDirty();
    await Promise.all(this.#running.values());
  }

  #syncDirty(): void {
    for (const id of this.#dirty) {
      // A slow disk is not asked again before it is done.
      if (this.#running.has(id)) continue;
      this.#dirty.delete(id);
      this.#running.set(
        id,
        this.#sync(id).finally(() => this.#running.delete(id)),
      );
    }
  }

  #sync(id: string): Promise<void> {
    const { volumes, log } = this.#parts;
    return new Promise((resolve) => {
      execFile('sync', ['--file-system', volumes.rootOf(id)], (error, _, stderr) => {
        if (error) {
          const reason = stderr.trim() || error.message;
          log.warn({ volumeId: id, reason }, 'A volume cannot be synced');
          volumes.complain(id, `What was written cannot be brought to the disk: ${reason}.`);
        }
        resolve();
      });
    });
  }
}
