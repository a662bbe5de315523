import type {
  RemovalReason,
  Retention,
  RetentionPreview,
  RetentionPreviewQuery,
  StorageForecast,
} from '@nightjar/contract';
import type { Deleted } from '../recording/index.ts';
import type { Logger } from '../shared/logger.ts';
import type { VolumeChange } from '../storage/volumes.ts';
import { FootageRows } from './footage-rows.ts';
import { Forecaster } from './forecast.ts';
import { FreedSpace } from './freed-space.ts';
import { isShort, volumesInNeed, type Wish } from './needs.ts';
import type { FootageSource, Piece, Verdict } from './piece.ts';
import { previewOf } from './preview.ts';
import { type Situation, verdicts } from './rules.ts';
import { readSituation, type SituationParts } from './situation.ts';

interface EngineParts extends SituationParts {
  cameras: SituationParts['cameras'] & {
    list(): ReadonlyArray<{
      id: string;
      createdAt: number;
      substreamSince: number | null;
      recording: { mode: string };
      retention: Retention;
    }>;
    onChange(listener: () => void): () => void;
    /** Lets go of a deleted camera when nothing is left of it. */
    forgetDeleted(id: string): Promise<void>;
  };
  volumes: SituationParts['volumes'] & {
    checkNow(): Promise<void>;
    onChange(listener: (change: VolumeChange) => void): () => void;
  };
  /** The recording index. */
  index: {
    removeSegments(ids: readonly number[], soon: boolean): Promise<Deleted>;
    finishDeletions(): Promise<Deleted>;
    removeEmptyFolders(): Promise<void>;
    stopDeleting(): Promise<void>;
  };
  log: Logger;
  /** How often is looked. */
  everyMs?: number;
}

/** Footage that was removed for one reason. */
export interface Removal {
  cameraId: string;
  reason: RemovalReason;
  segments: number;
  sizeBytes: number;
  /** End of the newest that went, Unix milliseconds. */
  to: number;
}

/** A step of cleaning: then the situation is read anew, so that what has become urgent need not wait. */
const stepSegments = 100;
/** Of so many, a sync of the disks is worth while. */
const manySegments = 25;
const tidyEveryMs = 3_600_000;
/** A volume on which nothing can be deleted is left alone for so long. */
const distrustMs = 60_000;

/**
 * Cleans: looks every few seconds, and at once when cameras or volumes change, and carries out what the rules say, step
 * by step, until they say nothing more.
 */
export class RetentionEngine {
  readonly #parts: EngineParts;
  readonly #freed: FreedSpace;
  readonly #forecaster: Forecaster;
  /** Volume id → until when, on the monotonic clock. */
  readonly #distrusted = new Map<string, number>();
  readonly #listeners = new Set<(removals: Removal[]) => void>();
  readonly #unfollow: Array<() => void> = [];
  readonly #wishes = new Set<Wish>();
  #isFreeing = false;
  #tidiedAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | null = null;
  #again = false;
  #stopped = false;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#freed = new FreedSpace(parts.clock);
    const situation = () => this.#situation(({ retention }) => retention);
    this.#forecaster = new Forecaster({ ...parts, situation });
  }

  /** Begins in the background. To be called once the index has started. */
  start(): void {
    const { cameras, volumes, everyMs = 10_000 } = this.#parts;
    const look = () => void this.freeSpaceNow();
    this.#unfollow.push(cameras.onChange(look), volumes.onChange(look));
    this.#timer = setInterval(look, everyMs);
    this.#timer.unref();
    look();
  }

  /** Resolves when the file is gone that is just being deleted. */
  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const unfollow of this.#unfollow) unfollow();
    await this.#parts.index.stopDeleting();
    await this.#running;
  }

  /** Looks at once. Resolves when all is removed that the rules take, or nothing more can be. Never rejects. */
  freeSpaceNow(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Makes room for something else than recordings, as far as that can be had. Resolves when it has tried. */
  async makeRoom(wish: Wish): Promise<void> {
    this.#wishes.add(wish);
    await this.freeSpaceNow();
    this.#wishes.delete(wish);
  }

  /** What would be removed now, were the limits those that are asked for. */
  async preview({ cameraId, maxAgeDays, maxSizeBytes }: RetentionPreviewQuery = {}): Promise<RetentionPreview> {
    const tried: Retention = { maxAgeDays: maxAgeDays ?? null, maxSizeBytes: maxSizeBytes ?? null };
    const isTry = maxAgeDays !== undefined || maxSizeBytes !== undefined;
    const situation = await this.#situation((camera) =>
      isTry && (cameraId === undefined || cameraId === camera.id) ? tried : camera.retention,
    );
    return previewOf(verdicts(situation, this.#source(situation)), this.#parts.clock.nowMs(), cameraId ?? null);
  }

  /** How long there is room, from what was really written. */
  forecast(): Promise<StorageForecast> {
    return this.#forecaster.forecast();
  }

  /** Calls the listener with what was removed, after each step. */
  onRemoved(listener: (removals: Removal[]) => void): void {
    this.#listeners.add(listener);
  }

  async #run(): Promise<void> {
    const { log } = this.#parts;
    try {
      await this.#tidy();
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (!this.#stopped && (await this.#step()));
        await this.#forgetUnwanted();
      }
    } catch (error) {
      log.error({ err: error }, 'Cleaning failed, trying again at the next look');
    }
  }

  /** True when there may be more to do. */
  async #step(): Promise<boolean> {
    const { volumes, index } = this.#parts;
    await volumes.checkNow();
    const situation = await this.#situation(({ retention }) => retention);
    this.#isFreeing = isShort(situation.devices, situation.headroom);
    const inNeed = new Set(volumesInNeed(situation));
    const going = await this.#next(situation, inNeed);
    if (going.length === 0) return false;
    const ids = going.map(({ piece }) => piece.id as number);
    const { segments, stuck } = await index.removeSegments(ids, inNeed.size > 0 || ids.length > manySegments);
    this.#note(going, situation, stuck);
    return segments > 0;
  }

  /** Where space is needed comes first; elsewhere can wait. */
  async #next(situation: Situation, inNeed: ReadonlySet<string>): Promise<Verdict[]> {
    const source = this.#source(situation);
    const next = (concerns: (piece: Piece) => boolean) => firstOf(verdicts(situation, source), source, concerns);
    const there = inNeed.size > 0 ? await next(({ volumeId }) => inNeed.has(volumeId)) : [];
    return there.length > 0 ? there : next(() => true);
  }

  #note(going: readonly Verdict[], { volumes }: Situation, stuck: readonly string[]): void {
    const { clock } = this.#parts;
    for (const id of stuck) this.#distrusted.set(id, clock.monotonicMs() + distrustMs);
    const gone = going.filter(({ piece }) => !stuck.includes(piece.volumeId));
    for (const [volumeId, ofVolume] of Map.groupBy(gone, ({ piece }) => piece.volumeId)) {
      const facts = volumes.find(({ id }) => id === volumeId);
      const sizeBytes = ofVolume.reduce((sum, { piece }) => sum + piece.sizeBytes, 0);
      if (facts) this.#freed.removed(facts.device, sizeBytes, facts.toldFreeBytes);
    }
    if (gone.length === 0) return;
    const removals = [...Map.groupBy(gone, ({ piece, reason }) => `${piece.cameraId} ${reason}`).values()].map(
      removalOf,
    );
    for (const listener of this.#listeners) listener(removals);
  }

  #situation(limitsOf: (camera: { id: string; retention: Retention }) => Retention): Promise<Situation> {
    const now = this.#parts.clock.monotonicMs();
    const without = new Set([...this.#distrusted].filter(([, until]) => until > now).map(([id]) => id));
    const wishes = [...this.#wishes];
    return readSituation(this.#parts, { freed: this.#freed, isFreeing: this.#isFreeing, without, wishes, limitsOf });
  }

  #source({ volumes }: Situation): FootageSource {
    return new FootageRows(
      this.#parts.db,
      volumes.map(({ id }) => id),
    );
  }

  /** What a crash, a disk that was away, or a playlist written at the wrong moment has left. */
  async #tidy(): Promise<void> {
    const { clock, index } = this.#parts;
    const now = clock.monotonicMs();
    if (now - this.#tidiedAt < tidyEveryMs) return;
    this.#tidiedAt = now;
    await index.finishDeletions();
    await index.removeEmptyFolders();
  }

  async #forgetUnwanted(): Promise<void> {
    const { cameras } = this.#parts;
    for (const id of cameras.unwanted()) await cameras.forgetDeleted(id);
  }
}

/** The first segments that go. */
async function firstOf(
  said: AsyncIterable<Verdict>,
  source: FootageSource,
  concerns: (piece: Piece) => boolean,
): Promise<Verdict[]> {
  const going: Verdict[] = [];
  for await (const verdict of said) {
    if (verdict.kept || !concerns(verdict.piece)) continue;
    for (const piece of await source.segmentsOf([verdict.piece])) going.push({ ...verdict, piece });
    if (going.length >= stepSegments) break;
  }
  return going.slice(0, stepSegments);
}

function removalOf(of: readonly Verdict[]): Removal {
  const { piece, reason } = of[0] as Verdict;
  return {
    cameraId: piece.cameraId,
    reason,
    segments: of.length,
    sizeBytes: of.reduce((sum, { piece: { sizeBytes } }) => sum + sizeBytes, 0),
    to: Math.max(...of.map(({ piece: { endAt } }) => endAt)),
  };
}
