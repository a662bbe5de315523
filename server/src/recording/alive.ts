import fs from 'node:fs/promises';
import path from 'node:path';
import { isMissing } from '../shared/is-missing.ts';

/**
 * A file whose modification time says when the recorder was last alive, so that after a crash the ledger can tell "the
 * camera was unreachable" from "there was no recorder" also while nothing was recorded.
 */
export class AliveMark {
  readonly #file: string;

  constructor(dataDir: string) {
    this.#file = path.join(dataDir, 'alive');
  }

  /** Unix milliseconds; null when there never was a recorder here. */
  async read(): Promise<number | null> {
    try {
      return Math.round((await fs.stat(this.#file)).mtimeMs);
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async touch(nowMs: number): Promise<void> {
    const file = await fs.open(this.#file, 'a');
    try {
      await file.utimes(nowMs / 1_000, nowMs / 1_000);
    } finally {
      await file.close();
    }
  }
}
