import path from 'node:path';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { RunInfo } from '../media/chunk.ts';
import type { FromWorker, OpenedSegment } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { readIdentity } from '../shared/volume-identity.ts';
import { adoptUnknownFiles } from './adopt.ts';
import { holesIn } from './holes.ts';
import { type Coarseness, type FootageHour, hourMs, unclearHours } from './hour-rows.ts';
import { grow, keyOf, type LiveSegment, LiveSegments, replaceChunks } from './live-segments.ts';
import { type Repair, repairSegment } from './repair.ts';
import { endOf, type Run, rounded, type Segment, type SegmentWithChunks, type Volumes } from './segment.ts';
import { removeSegment, SegmentRows, saveSegment } from './segment-rows.ts';
import type { WithHoles } from './spans.ts';
import type { WriteQueue } from './write-queue.ts';

export type ChunkWritten = Extract<FromWorker, { type: 'chunk-written' }>;
export type SegmentClosed = Extract<FromWorker, { type: 'segment-closed' }>;

/** Footage of a range, with the runs that its segments belong to. */
export interface Footage {
  /** Oldest first. */
  segments: SegmentWithChunks[];
  runs: Map<string, Run>;
}

/** How far a camera is recorded. */
interface Newest {
  at: UnixMs;
  /** Key of the segment written last; null when it was written by a former process. */
  segment: string | null;
}

interface SegmentIndexParts {
  db: Kysely<Tables>;
  queue: WriteQueue;
  clock: Clock;
  volumes: Volumes;
  log: Logger;
}

/** More than can begin while a disk is too slow to open files. */
const runsKept = 20;

/** Segments and runs: the newest in memory, as the workers report them, all others in SQLite. */
export class SegmentIndex {
  readonly #parts: SegmentIndexParts;
  readonly #rows: SegmentRows;
  readonly #live = new LiveSegments();
  /** The newest runs of each camera: the segments of one may be reported after the next has begun. */
  readonly #runs = new Map<string, Run[]>();
  readonly #newest = new Map<string, Newest>();
  #lastId = 0;
  #repairs: Promise<void> = Promise.resolve();

  constructor(parts: SegmentIndexParts) {
    this.#parts = parts;
    this.#rows = new SegmentRows(parts.db);
  }

  /** Puts the segments in order that a former process left open, and enters those it left unknown. Resolves when all are. */
  async recover(): Promise<void> {
    this.#lastId = await this.#rows.highestId();
    const { volumes } = this.#parts;
    for (const volume of volumes.list()) if (volumes.isPresent(volume.id)) await this.recoverVolume(volume);
    for (const [cameraId, at] of await this.#rows.newest()) this.#newest.set(cameraId, { at, segment: null });
  }

  /** What a former process, or a disk that went away, left open and unknown on a volume. Nobody may write to it yet. */
  async recoverVolume({ id, root }: { id: string; root: string }): Promise<void> {
    for (const segment of await this.#rows.open()) {
      if (segment.volumeId !== id || this.#live.find(segment)) continue;
      const live: LiveSegment = { ...segment, chunks: [], run: null };
      this.#live.add(live);
      this.#repairLater(live);
    }
    await this.settled();
    await this.#parts.queue.flush();
    const { db, log } = this.#parts;
    await adoptUnknownFiles({ db, volume: { id, root }, log, nextId: () => this.#nextId() });
  }

  newest(cameraId: string): Newest | undefined {
    return this.#newest.get(cameraId);
  }

  onRun(info: RunInfo): void {
    const run: Run = {
      id: info.runId,
      cameraId: info.cameraId,
      startAt: rounded(info.startMs),
      videoCodec: info.video.codec,
      codecStrings: info.codecStrings,
      width: info.video.width,
      height: info.video.height,
      audioCodec: info.audio?.codec ?? null,
      initLength: info.init.length,
    };
    this.#runs.set(info.cameraId, [run, ...(this.#runs.get(info.cameraId) ?? [])].slice(0, runsKept));
  }

  onOpened(opened: OpenedSegment): void {
    const run = this.#runs.get(opened.cameraId)?.find(({ id }) => id === opened.runId);
    if (!run) {
      this.#parts.log.error({ ...opened }, 'A segment of an unknown run is left to reindexing');
      return;
    }
    this.#save(this.#live.open(this.#nextId(), opened, run));
    this.#parts.queue.soon();
  }

  volumeOf(name: { cameraId: string; runId: string; sequence: number }): string | undefined {
    return this.#live.find(name)?.volumeId;
  }

  /** False for a chunk of a segment that is not known, or no longer. */
  onChunk({ cameraId, runId, sequence, chunk }: ChunkWritten): boolean {
    const segment = this.#live.find({ cameraId, runId, sequence });
    if (segment?.state !== 'open') return false;
    grow(segment, chunk);
    this.#newest.set(cameraId, { at: segment.endAt, segment: keyOf(segment) });
    this.#save(segment);
    return true;
  }

  onClosed(closed: SegmentClosed): void {
    const segment = this.#live.find(closed);
    if (segment?.state !== 'open') return;
    if (closed.sizeBytes < segment.sizeBytes) this.#shorten(segment, closed.sizeBytes);
    if (segment.chunks.length === 0) {
      this.#repairLater(segment);
      return;
    }
    segment.state = 'closed';
    this.#save(segment);
    this.#parts.queue.soon();
  }

  /** Nobody writes the open segments of these cameras any more: what is in their files is what there is. */
  onWorkerLost(cameraIds: readonly string[]): void {
    for (const cameraId of cameraIds) {
      for (const segment of this.#live.ofCamera(cameraId)) if (segment.state === 'open') this.#repairLater(segment);
    }
  }

  /** Whether a segment is being written that began before an instant. */
  isWriting(cameraId: string, before: number): boolean {
    return this.#live.ofCamera(cameraId).some(({ state, startAt }) => state === 'open' && startAt < before);
  }

  /** Resolves when no repair is under way. */
  async settled(): Promise<void> {
    await this.#repairs;
  }

  /** What is recorded of `range` and perhaps around it, oldest first: segments, and whole hours of them as one. */
  async extents(cameraId: string, range: TimeRange, coarseness: Coarseness): Promise<WithHoles[]> {
    const live = this.#live.snapshot(cameraId);
    const hours = await this.#rows.hours(cameraId, range);
    const unclear = unclearHours(hours, live.extents, coarseness);
    const rows = await this.#rows.extents(cameraId, range, unclear);
    const segments = live
      .over(rows, range)
      .map((segment) => ('holes' in segment ? segment : { ...segment, holes: holesIn(segment.chunks) }));
    const clear = hours.filter(
      ({ hour }) => !unclear.some(({ from, to }) => from <= hour * hourMs && hour * hourMs < to),
    );
    return [...segments, ...clear.map(asOne)].sort((a, b) => a.startAt - b.startAt);
  }

  /** The segments that overlap `range`, oldest first, and their runs. */
  async footage(cameraId: string, range: TimeRange): Promise<Footage> {
    const live = this.#live.snapshot(cameraId);
    const segments = live.over(await this.#rows.overlapping(cameraId, range), range);
    const runs = new Map(live.runs.map((run) => [run.id, run]));
    const missing = new Set(segments.map((segment) => segment.runId).filter((id) => !runs.has(id)));
    for (const run of await this.#rows.runs([...missing])) runs.set(run.id, run);
    return { segments, runs };
  }

  /** The segments whose files lie in a folder of a volume, oldest first, and their runs; what is saved of them. */
  async inFolder(volumeId: string, folder: string): Promise<Footage> {
    await this.settled();
    await this.#parts.queue.flush();
    const segments = await this.#rows.inFolder(volumeId, folder);
    const runs = await this.#rows.runs([...new Set(segments.map(({ runId }) => runId))]);
    return { segments, runs: new Map(runs.map((run) => [run.id, run])) };
  }

  async get(cameraId: string, id: number): Promise<Segment | undefined> {
    return this.#live.get(cameraId, id) ?? (await this.#rows.get(cameraId, id));
  }

  async withChunks(cameraId: string, id: number): Promise<SegmentWithChunks | undefined> {
    return this.#live.get(cameraId, id) ?? (await this.#rows.withChunks(cameraId, id));
  }

  /** The file is not there: neither is the footage. */
  remove(segment: Segment): void {
    const live = this.#live.get(segment.cameraId, segment.id);
    if (live) this.#live.remove(live);
    this.#parts.queue.put(saveKey(segment), (db) => removeSegment(db, segment.id));
    this.#parts.queue.soon();
  }

  /** Lets go of what is in memory of a camera, after writing it down. */
  async release(cameraId: string): Promise<void> {
    await this.settled();
    await this.#parts.queue.flush();
    for (const segment of this.#live.ofCamera(cameraId)) {
      this.#parts.queue.drop(saveKey(segment));
      this.#live.remove(segment);
    }
    this.#newest.delete(cameraId);
  }

  /** Ids follow the clock, so that none is given again after a restart: browsers keep files by their address for a year. */
  #nextId(): number {
    this.#lastId = Math.max(this.#lastId + 1, this.#parts.clock.nowMs());
    return this.#lastId;
  }

  #save(segment: LiveSegment): void {
    const saved = () => {
      if (segment.state === 'closed') this.#live.remove(segment);
    };
    this.#parts.queue.put(saveKey(segment), (db) => saveSegment(db, segment, segment.run), saved);
  }

  /** Its last GOP could not be written whole, and is written elsewhere. */
  #shorten(segment: LiveSegment, sizeBytes: number): void {
    replaceChunks(
      segment,
      segment.chunks.filter((chunk) => chunk.offset + chunk.sizeBytes <= sizeBytes),
    );
    const newest = this.#newest.get(segment.cameraId);
    if (newest?.segment === keyOf(segment)) newest.at = segment.endAt;
  }

  /** One after the other: a disk that has just failed is not asked for all at once. */
  #repairLater(segment: LiveSegment): void {
    segment.state = 'closed';
    this.#repairs = this.#repairs.then(() => this.#repair(segment));
  }

  async #repair(segment: LiveSegment): Promise<void> {
    const { volumes, log } = this.#parts;
    const context = { cameraId: segment.cameraId, path: segment.path };
    try {
      const repair = await repairSegment(path.join(volumes.rootOf(segment.volumeId), segment.path));
      if (repair.outcome === 'missing') await this.#requirePresence(segment.volumeId);
      if (repair.outcome === 'repaired') this.#finish(segment, repair);
      else this.remove(segment);
      const level = repair.outcome === 'repaired' ? 'info' : 'warn';
      const { chunks: _, outcome, ...bytes } = { chunks: [], ...repair };
      log[level]({ ...context, ...bytes }, `A segment without an end: ${outcome}`);
    } catch (error) {
      log.error({ ...context, err: error }, 'A segment without an end cannot be read; trying again at the next start');
      // The row stays open, as it was last saved.
      this.#parts.queue.drop(saveKey(segment));
      this.#live.remove(segment);
    }
  }

  /** A file that is missing with its disk is not gone. @throws when the disk is missing. */
  async #requirePresence(volumeId: string): Promise<void> {
    const root = this.#parts.volumes.rootOf(volumeId);
    if ((await readIdentity(root))?.id !== volumeId) throw new Error(`the disk of ${root} is not there`);
  }

  #finish(segment: LiveSegment, { chunks }: Extract<Repair, { outcome: 'repaired' }>): void {
    replaceChunks(segment, chunks);
    const last = chunks.at(-1);
    const newest = this.#newest.get(segment.cameraId);
    if (last && newest?.segment === keyOf(segment)) newest.at = rounded(endOf(last));
    this.#save(segment);
    this.#parts.queue.soon();
  }
}

/** Its run matters to nobody: `unclearHours` has those where it would. */
const asOne = ({ startAt, endAt }: FootageHour): WithHoles => ({ startAt, endAt, runId: '', holes: [] });

const saveKey = (segment: Segment): string => `segment ${segment.id}`;
