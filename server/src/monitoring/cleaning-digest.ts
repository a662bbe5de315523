import type { RemovalReason } from '@nightjar/contract';
import type { Removal } from '../retention/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { NewEvent } from './event-log.ts';
import { bytesText, clockText, listText } from './words.ts';

interface CleaningDigestParts {
  clock: Clock;
  /** IANA name. */
  timeZone: string;
  nameOf(cameraId: string): string;
  tell(event: NewEvent): void;
}

/** What is removed within this time is told together … */
const collectMs = 60_000;
/** … and a recorder whose disks are full, which cleans every minute, tells of it this often. */
const leastPauseMs = 3_600_000;
const maxNamed = 6;

const reasonWords: Record<RemovalReason, string> = {
  age: 'older than its limit',
  size: 'beyond its size limit',
  quota: 'for the quota of its volume',
  space: 'to keep space free',
};

/** Tells what cleaning has removed, a few lines an hour at most. */
export class CleaningDigest {
  readonly #parts: CleaningDigestParts;
  #removals: Removal[] = [];
  #dueAtMs = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(parts: CleaningDigestParts) {
    this.#parts = parts;
  }

  onRemoved(removals: readonly Removal[]): void {
    const nowMs = this.#parts.clock.monotonicMs();
    if (this.#removals.length === 0) this.#dueAtMs = Math.max(nowMs + collectMs, this.#toldAtMs + leastPauseMs);
    for (const removal of removals) this.#add(removal);
  }

  /** Call every second or so. */
  check(): void {
    if (this.#removals.length > 0 && this.#parts.clock.monotonicMs() >= this.#dueAtMs) this.flush();
  }

  /** Tells what it has. */
  flush(): void {
    if (this.#removals.length === 0) return;
    const { clock, timeZone, nameOf, tell } = this.#parts;
    const all = this.#removals.toSorted((a, b) => b.sizeBytes - a.sizeBytes);
    const named = all.slice(0, maxNamed).map(({ cameraId, reason, to }) => {
      return `${nameOf(cameraId)} up to ${clockText(to, timeZone).slice(0, 16)} (${reasonWords[reason]})`;
    });
    const rest = all.length > maxNamed ? [`${all.length - maxNamed} more`] : [];
    const sizeBytes = all.reduce((sum, removal) => sum + removal.sizeBytes, 0);
    const [first] = all;
    tell({
      kind: 'footage_removed',
      level: 'info',
      message: `Cleaning removed ${bytesText(sizeBytes)}: ${listText([...named, ...rest])}.`,
      cameraId: all.every(({ cameraId }) => cameraId === first?.cameraId) ? (first?.cameraId ?? null) : null,
      code: first?.reason ?? null,
    });
    this.#removals = [];
    this.#toldAtMs = clock.monotonicMs();
  }

  #add(removal: Removal): void {
    const { cameraId, reason } = removal;
    const same = this.#removals.find((other) => other.cameraId === cameraId && other.reason === reason);
    if (!same) {
      this.#removals.push({ ...removal });
      return;
    }
    same.segments += removal.segments;
    same.sizeBytes += removal.sizeBytes;
    same.to = Math.max(same.to, removal.to);
  }
}
