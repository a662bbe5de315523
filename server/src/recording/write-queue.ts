import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Logger } from '../shared/logger.ts';

type Write = (db: Kysely<Tables>) => Promise<unknown>;

interface Pending {
  write: Write;
  saved: () => void;
}

interface WriteQueueParts {
  db: Kysely<Tables>;
  log: Logger;
  /** How long a write that is not `soon` may wait; also the wait before a failed one is tried again. */
  intervalMs?: number;
}

/**
 * Keeps SQLite out of the way of those who report what was recorded. What is pending is written in one transaction,
 * in the order it was first put; what could not be written stays pending. The truth meanwhile is in the caller's memory.
 */
export class WriteQueue {
  readonly #db: Kysely<Tables>;
  readonly #log: Logger;
  readonly #timer: NodeJS.Timeout;
  #pending = new Map<string, Pending>();
  #flushing: Promise<void> = Promise.resolve();
  #soon = false;

  constructor({ db, log, intervalMs = 5_000 }: WriteQueueParts) {
    this.#db = db;
    this.#log = log;
    this.#timer = setInterval(() => void this.flush(), intervalMs);
    this.#timer.unref();
  }

  /**
   * Writes `key` at the next interval; a later put of the same key replaces this one.
   *
   * @param write reads the state to save when it is called, not now.
   * @param saved called after the commit, unless the key was put again meanwhile.
   */
  put(key: string, write: Write, saved: () => void = () => {}): void {
    this.#pending.set(key, { write, saved });
  }

  /** Rows that wait to be written. */
  get size(): number {
    return this.#pending.size;
  }

  /** Writes all that is pending within moments. */
  soon(): void {
    if (this.#soon) return;
    this.#soon = true;
    setImmediate(() => {
      this.#soon = false;
      void this.flush();
    });
  }

  /** Nothing of `key` will be written any more, unless it is being written right now. */
  drop(key: string): void {
    this.#pending.delete(key);
  }

  /** Resolves when all that was pending at the call is written or has failed. Never rejects. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.then(() => this.#writeAll());
    return this.#flushing;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #writeAll(): Promise<void> {
    if (this.#pending.size === 0) return;
    const batch = this.#pending;
    this.#pending = new Map();
    try {
      await this.#commit([...batch.values()]);
      for (const [key, entry] of batch) this.#settle(key, entry);
    } catch {
      // One of them is to blame: each on its own shows which, and the others get through.
      const failed = await this.#writeEach(batch);
      this.#pending = new Map([...failed, ...this.#pending]);
    }
  }

  async #writeEach(batch: Map<string, Pending>): Promise<Map<string, Pending>> {
    const failed = new Map<string, Pending>();
    for (const [key, entry] of batch) {
      try {
        await this.#commit([entry]);
        this.#settle(key, entry);
      } catch (error) {
        if (isConstraint(error)) {
          this.#log.error({ err: error, key }, 'The index refuses a row; its file stays and reindexing will find it');
        } else {
          this.#log.warn({ err: error, key }, 'The index cannot be written, trying again');
          failed.set(key, entry);
        }
      }
    }
    return failed;
  }

  #commit(entries: Pending[]): Promise<void> {
    return this.#db.transaction().execute(async (trx) => {
      for (const entry of entries) await entry.write(trx);
    });
  }

  #settle(key: string, entry: Pending): void {
    if (!this.#pending.has(key)) entry.saved();
  }
}

/** SQLITE_CONSTRAINT (sqlite.org/rescode.html): trying again can't help. */
const isConstraint = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'errcode' in error && (Number(error.errcode) & 0xff) === 19;
