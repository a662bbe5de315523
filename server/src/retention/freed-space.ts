import type { Clock } from '../shared/clock.ts';

/** As long as some file systems (btrfs, ZFS) take to give back the space of deleted files. */
const settlesWithinMs = 60_000;

interface Removal {
  /** Monotonic. */
  at: number;
  sizeBytes: number;
  /** As the file system told before. */
  freeBytes: number;
}

/**
 * What is free on each device once what was just deleted is given back: where the file system does that later, deleting
 * would go on and on while the number that it tells stays the same.
 */
export class FreedSpace {
  readonly #clock: Clock;
  readonly #removals = new Map<string, Removal[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param freeBytes as the file system told before. */
  removed(device: string, sizeBytes: number, freeBytes: number): void {
    const removal = { at: this.#clock.monotonicMs(), sizeBytes, freeBytes };
    this.#removals.set(device, [...this.#recent(device), removal]);
  }

  /**
   * @param freeBytes as the file system tells now.
   * @param bytesPerMs what is being written to it.
   */
  freeOn(device: string, freeBytes: number, bytesPerMs: number): number {
    const removals = this.#recent(device);
    const [first] = removals;
    if (!first) return freeBytes;
    const removed = removals.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const written = (this.#clock.monotonicMs() - first.at) * bytesPerMs;
    return Math.max(freeBytes, first.freeBytes + removed - written);
  }

  #recent(device: string): Removal[] {
    const since = this.#clock.monotonicMs() - settlesWithinMs;
    return (this.#removals.get(device) ?? []).filter(({ at }) => at > since);
  }
}
