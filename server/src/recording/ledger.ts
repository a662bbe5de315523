import type { Recording, Span, UnixMs } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { WallClock } from '../schedule/wall-clock.ts';
import { type AccountStart, CameraAccount, graceMs, type Recorded, type RecordedChunk } from './camera-account.ts';
import type { Coverage } from './cause.ts';
import { type Gap, GapRows } from './gap-rows.ts';
import type { LedgerGap } from './spans.ts';
import type { WriteQueue } from './write-queue.ts';

/** What the ledger has to know of a camera. */
export interface LedgerCamera {
  id: string;
  createdAt: UnixMs;
  recording: Recording;
}

interface LedgerParts {
  db: Kysely<Tables>;
  queue: WriteQueue;
  /** IANA name, of schedules. */
  timeZone: string;
  recorded(cameraId: string): Recorded;
}

/** How a former process left the ledger. */
interface LedgerStart {
  cameras: readonly LedgerCamera[];
  /** When it was last alive; null when unknown. */
  aliveAt: number | null;
  now: number;
}

/** The clock that shows so much less than at the last sign of life was set back meanwhile. */
const sameClockMs = 1_000;

/**
 * Why cameras were not recorded. Each camera has an account of its own; here they begin, go on after a restart, and
 * learn what concerns all. Instants are Unix milliseconds of the system clock, `now` the present one.
 */
export class GapLedger {
  readonly #rows: GapRows;
  readonly #wall: WallClock;
  readonly #recorded: (cameraId: string) => Recorded;
  readonly #accounts = new Map<string, CameraAccount>();

  constructor({ db, queue, timeZone, recorded }: LedgerParts) {
    this.#rows = new GapRows({ db, queue });
    this.#wall = new WallClock(timeZone);
    this.#recorded = recorded;
  }

  /**
   * Takes up the accounts of a former process: what lasted then lasted until it was last alive; from then on there was
   * no recorder, as far as a recording was wanted.
   */
  async start({ cameras, aliveAt, now }: LedgerStart): Promise<void> {
    const open = Map.groupBy(await this.#rows.open(), (gap) => gap.cameraId);
    const lastEnds = await this.#rows.lastEnds();
    for (const camera of cameras) {
      const gaps = open.get(camera.id) ?? [];
      const gap = gaps.pop() ?? null;
      // There is one at most, unless the database lost a write.
      for (const older of gaps) this.#close(older, gap?.from ?? older.from);
      const accountedFor = Math.max(camera.createdAt, lastEnds.get(camera.id) ?? 0);
      this.#open(camera, this.#takenUp(camera, gap, { accountedFor, aliveAt, now }));
      this.advance(camera, now);
      open.delete(camera.id);
    }
    for (const gap of [...open.values()].flat()) this.#close(gap, aliveAt ?? gap.from);
  }

  /** Carries a camera's account on; see `CameraAccount`. */
  advance(camera: LedgerCamera, now: number): void {
    this.#accountOf(camera).advance(now);
  }

  setRecording(camera: LedgerCamera, now: number): void {
    this.#accountOf(camera).setRecording(camera.recording, now);
  }

  /** `recording` promises frames: a gap ends with the first of them, not with the promise. */
  setCoverage(camera: LedgerCamera, coverage: Coverage, now: number): void {
    this.#accountOf(camera).setCondition(coverage === 'recording' ? null : coverage, now);
  }

  onRecorded(camera: LedgerCamera, chunk: RecordedChunk, now: number): void {
    const account = this.#accountOf(camera);
    account.advance(now);
    account.onRecorded(chunk);
  }

  /** The system clock was set from `before` to `now`. */
  onClockSet(before: number, now: number): void {
    for (const account of this.#accounts.values()) account.onClockSet(before, now);
  }

  /** Up to when it is known by now what became of the time. */
  judgedUntil(camera: LedgerCamera, now: number): number {
    return this.#accountOf(camera).judgedUntil(now);
  }

  /** The rows that overlap `range`, in the order in which they were entered. */
  rows(cameraId: string, range: Span): Promise<LedgerGap[]> {
    return this.#rows.overlapping(cameraId, range);
  }

  /** The camera was removed: nobody misses its footage any more. */
  end(cameraId: string, now: number): void {
    this.#accounts.get(cameraId)?.end(now);
    this.#accounts.delete(cameraId);
  }

  /** The camera is gone with all its footage. */
  async forget(cameraId: string): Promise<void> {
    this.#accounts.delete(cameraId);
    await this.#rows.forget(cameraId);
  }

  /** A camera that nobody has told of yet is new: its account begins when it was added. */
  #accountOf(camera: LedgerCamera): CameraAccount {
    const { createdAt } = camera;
    const start = { at: createdAt, reached: createdAt, open: null, condition: null };
    return this.#accounts.get(camera.id) ?? this.#open(camera, start);
  }

  #open({ id, recording }: LedgerCamera, start: AccountStart): CameraAccount {
    const recorded = () => this.#recorded(id);
    const account = new CameraAccount({ cameraId: id, recording, rows: this.#rows, wall: this.#wall, recorded }, start);
    this.#accounts.set(id, account);
    return account;
  }

  /** Where the account of a camera goes on, without its recorder from there. */
  #takenUp(
    camera: LedgerCamera,
    gap: Gap | null,
    { accountedFor, aliveAt, now }: { accountedFor: number; aliveAt: number | null; now: number },
  ): AccountStart {
    const footageEnd = this.#recorded(camera.id).until ?? 0;
    const isSetBack = (aliveAt ?? 0) > now + sameClockMs;
    const lasted = gap !== null && stillLasted(gap, footageEnd, aliveAt);
    if (gap && (!lasted || isSetBack || gap.from > now)) this.#close(gap, lasted ? (aliveAt ?? 0) : footageEnd);
    const until = Math.max(accountedFor, footageEnd, gap?.to ?? 0);
    const condition = until === now ? null : 'recorder_down';
    if (!gap || gap.to !== null) return { at: Math.min(until, now), reached: until, open: null, condition };
    const at = Math.min(Math.max(gap.from, aliveAt ?? 0), now);
    return { at, reached: Math.max(until, at), open: gap, condition };
  }

  #close(gap: Gap, at: number): void {
    gap.to = Math.max(gap.from, at);
    this.#rows.save(gap);
  }
}

/**
 * Whether a gap that was left open lasted until its recorder ended. Else frames came, of which its row does not know;
 * those far ahead of the recorder's end were recorded before the clock was set back.
 */
function stillLasted(gap: Gap, footageEnd: number, aliveAt: number | null): boolean {
  const isRest = gap.cause === 'schedule' || gap.cause === 'paused';
  return isRest || footageEnd <= gap.from || Math.abs((aliveAt ?? footageEnd) - footageEnd) >= graceMs;
}
