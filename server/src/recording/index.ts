import fs from 'node:fs/promises';
import path from 'node:path';
import type {
  CameraState,
  Day,
  FootageSummary,
  Recording,
  Span,
  Timeline,
  TimeRange,
  UnixMs,
} from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { RunInfo } from '../media/chunk.ts';
import type { OpenedSegment } from '../media/protocol.ts';
import type { Clock } from '../shared/clock.ts';
import { ClockWatch } from '../shared/clock-watch.ts';
import type { Logger } from '../shared/logger.ts';
import { streamIdsOf } from '../shared/stream-id.ts';
import { AliveMark } from './alive.ts';
import { type Coverage, coverageOf } from './cause.ts';
import { type Account, type Deleted, Deletion, type Durability } from './deletion.ts';
import type { Kept } from './deletion-rows.ts';
import { removeEmptyDays } from './empty-folders.ts';
import { type ChunksAround, chunksAround } from './instant.ts';
import { GapLedger } from './ledger.ts';
import { keyOf } from './live-segments.ts';
import { forgetRemoved } from './removed.ts';
import { endOf, type Segment, type SegmentWithChunks, type Volumes } from './segment.ts';
import { type ChunkWritten, type Footage, type SegmentClosed, SegmentIndex } from './segment-index.ts';
import { SegmentRows } from './segment-rows.ts';
import { sameRunToleranceMs, widened } from './spans.ts';
import { Timelines } from './timelines.ts';
import { WriteQueue } from './write-queue.ts';

export { mergeNear } from '../shared/ranges.ts';
export type { Coverage } from './cause.ts';
export type { Account, Deleted, Durability, RemovalReason, RemovedFile } from './deletion.ts';
export { dayPlaylistName, evidenceFileName, hasOnlyCompanions } from './empty-folders.ts';
export type { ChunksAround } from './instant.ts';
export { recordingRoutes } from './routes.ts';
export type { Run, Segment, SegmentWithChunks, Volumes } from './segment.ts';
export type { ChunkWritten, Footage, SegmentClosed } from './segment-index.ts';

/** What the index has to know of a camera; a `Camera` of the camera store is one. */
export interface RecordedCamera {
  id: string;
  createdAt: UnixMs;
  recording: Recording;
}

interface RecordingIndexParts {
  db: Kysely<Tables>;
  clock: Clock;
  /** Of the database, and of the sign of life. */
  dataDir: string;
  /** What the paths of segments are relative to. */
  volumes: Volumes;
  /** IANA name; days are local to it. */
  timeZone: string;
  log: Logger;
  /** The camera store. */
  cameras: {
    list(): readonly RecordedCamera[];
    get(id: string): RecordedCamera | undefined;
    onChange(listener: (event: { change: string; camera: RecordedCamera }) => void): () => void;
  };
  /** How often growing segments are saved and the sign of life is renewed. */
  flushIntervalMs?: number;
  /** Where a crash of the machine is to lose nothing of the order of deletions. */
  durability?: Durability;
  /** Left out: nobody keeps one, and days that have one stay. */
  account?: Account;
}

const noAccount: Account = { onRemoved: async () => {}, onGivenUp: async () => {}, letGo: async () => false };

/** A clock that was set is noticed within this time: so exact is the ledger about it. */
const clockLookEveryMs = 1_000;

/** Of the deletions left unfinished; cameras need not wait for more. */
const deletedAtStart = 500;

/**
 * What is recorded, and why the rest is not: the segments' rows and the gap ledger. Reports of the media workers
 * (`on…`) come in order per camera, return at once, and show in every answer from then on; SQLite follows.
 */
export class RecordingIndex {
  readonly #parts: RecordingIndexParts;
  readonly #rows: SegmentRows;
  readonly #queue: WriteQueue;
  readonly #segments: SegmentIndex;
  readonly #ledger: GapLedger;
  readonly #timelines: Timelines;
  readonly #alive: AliveMark;
  readonly #clockWatch: ClockWatch;
  readonly #deletion: Deletion;
  readonly #flushIntervalMs: number;
  /** Each camera's newest run that began because the system clock was set. */
  readonly #clockRuns = new Map<string, string>();
  #aliveTimer: NodeJS.Timeout | undefined;
  #clockTimer: NodeJS.Timeout | undefined;
  #unsubscribe: () => void = () => {};
  #isStarted = false;
  #lastAliveAt: UnixMs | null = null;
  readonly #footageListeners = new Set<(cameraId: string | null, range?: TimeRange) => void>();

  constructor(parts: RecordingIndexParts) {
    const {
      db,
      clock,
      dataDir,
      timeZone,
      volumes,
      log,
      durability,
      account = noAccount,
      flushIntervalMs = 5_000,
    } = parts;
    this.#parts = parts;
    this.#flushIntervalMs = flushIntervalMs;
    this.#rows = new SegmentRows(db);
    this.#queue = new WriteQueue({ db, log, intervalMs: flushIntervalMs });
    this.#segments = new SegmentIndex({ db, queue: this.#queue, clock, volumes, log });
    const recorded = (cameraId: string) => {
      const newest = this.#segments.newest(cameraId);
      return { until: newest?.at ?? null, segment: newest?.segment ?? null };
    };
    this.#ledger = new GapLedger({ db, queue: this.#queue, timeZone, recorded });
    const known = this.#known.bind(this);
    this.#timelines = new Timelines({ db, segments: this.#segments, ledger: this.#ledger, timeZone, known });
    this.#alive = new AliveMark(dataDir);
    this.#clockWatch = new ClockWatch(clock);
    const onGone = this.footageChanged.bind(this);
    this.#deletion = new Deletion({ db, volumes, clock, log, onGone, durability, account });
  }

  /**
   * Recovers what a former process left: deletions are finished, open segments scanned, cut and closed, the time
   * without a recorder entered in the ledger. To be awaited before any worker starts.
   */
  async start(): Promise<void> {
    const { cameras } = this.#parts;
    await this.#deletion.finish({ limit: deletedAtStart, idle: true });
    await this.#segments.recover();
    this.#lastAliveAt = (await this.#alive.read()) as UnixMs | null;
    await this.#ledger.start({ cameras: cameras.list(), aliveAt: this.#lastAliveAt, now: this.#now() });
    this.#unsubscribe = cameras.onChange((event) => this.#onCameraChange(event));
    this.#isStarted = true;
    await this.#touch();
    this.#aliveTimer = setInterval(() => void this.#touch(), this.#flushIntervalMs);
    this.#aliveTimer.unref();
    this.#clockTimer = setInterval(() => this.#now(), clockLookEveryMs);
    this.#clockTimer.unref();
  }

  /** To be awaited after the workers have ended: what they reported is saved; the ledger knows since when no one records. */
  async close(): Promise<void> {
    clearInterval(this.#aliveTimer);
    clearInterval(this.#clockTimer);
    await this.#deletion.stop();
    await this.#segments.settled();
    this.#unsubscribe();
    await this.#touch();
    await this.#queue.close();
  }

  /** When the recorder before this one was last alive, give or take the interval of saving; null for the first. */
  get lastAliveAt(): UnixMs | null {
    return this.#lastAliveAt;
  }

  /** Rows that wait to be written. */
  get queued(): number {
    return this.#queue.size;
  }

  /**
   * Calls the listener when footage that was there has gone, or has come back: of a camera and range, of a whole camera,
   * or (null) of any.
   */
  onFootageChanged(listener: (cameraId: string | null, range?: TimeRange) => void): void {
    this.#footageListeners.add(listener);
  }

  /** For those who take footage away themselves: what was counted before is to be counted anew. */
  footageChanged(cameraId: string | null, range?: TimeRange): void {
    for (const listener of this.#footageListeners) listener(cameraId, range);
  }

  onRun(run: RunInfo): void {
    if (run.startedBy === 'clock') this.#clockRuns.set(run.cameraId, run.runId);
    this.#segments.onRun(run);
  }

  onSegmentOpened(segment: OpenedSegment): void {
    this.#segments.onOpened(segment);
  }

  onChunkWritten(message: ChunkWritten): void {
    const { cameraId, chunk } = message;
    const now = this.#now();
    const before = this.newestRecordedAt(cameraId);
    if (!this.#segments.onChunk(message)) return;
    const camera = this.#parts.cameras.get(cameraId);
    if (!camera) return;
    const afterClockStep = this.#clockRuns.get(cameraId) === message.runId;
    const range = { from: chunk.startMs, to: endOf(chunk) };
    this.#ledger.onRecorded(camera, { ...range, segment: keyOf(message), afterClockStep, before }, now);
  }

  /** The volume of a segment that is being written. */
  volumeOf(segment: { cameraId: string; runId: string; sequence: number }): string | undefined {
    return this.#segments.volumeOf(segment);
  }

  /** Whether a segment is being written that began before an instant: more is to come of the time before it. */
  isWriting(cameraId: string, before: number): boolean {
    return this.#segments.isWriting(cameraId, before);
  }

  onSegmentClosed(message: SegmentClosed): void {
    this.#segments.onClosed(message);
  }

  /** A worker died: the open segments of its cameras are scanned and closed as far as they were written. */
  onWorkerLost(cameraIds: readonly string[]): void {
    this.#segments.onWorkerLost(cameraIds);
  }

  /**
   * A disk is back that was away: what was left open on it is put in order, deletions are finished. Nobody may be
   * writing to it yet.
   */
  async onVolumeBack(volumeId: string): Promise<void> {
    await this.#segments.recoverVolume({ id: volumeId, root: this.#parts.volumes.rootOf(volumeId) });
    await this.#deletion.finish({ limit: deletedAtStart, idle: true });
    this.footageChanged(null);
  }

  /** A camera's state changed: the ledger follows. `disk_full` and `disk_error` of a `write-failed` go to `setCoverage`. */
  onState(cameraId: string, state: CameraState): void {
    const coverage = coverageOf(state);
    if (coverage) this.setCoverage(cameraId, coverage);
  }

  /** From `at` on (or rather from the last recorded frame) something keeps frames away, or frames are to be expected. */
  setCoverage(cameraId: string, coverage: Coverage, at: UnixMs = this.#now()): void {
    const camera = this.#parts.cameras.get(cameraId);
    if (camera) this.#ledger.setCoverage(camera, coverage, at);
  }

  /** A camera is to be recorded from now on, or not any more. Nothing is lost when nobody tells, but time. */
  onEdge(cameraId: string): void {
    const now = this.#now();
    const camera = this.#parts.cameras.get(cameraId);
    if (camera) this.#ledger.advance(camera, now);
  }

  /** The camera was removed; its footage stays, as far as `deleteFootage` isn't called too. */
  onCameraRemoved(cameraId: string): void {
    this.#ledger.end(cameraId, this.#now());
  }

  /** End of the newest frame on disk; null when there is none. */
  newestRecordedAt(cameraId: string): UnixMs | null {
    return this.#segments.newest(cameraId)?.at ?? null;
  }

  /** Spans and gaps of a range; gaps only from the day the camera was added until now. */
  timeline(cameraId: string, range: TimeRange): Promise<Timeline> {
    return this.#timelines.of(cameraId, range);
  }

  /** The same of several, as far as it shows at a resolution; see `coarsened`. */
  timelines(cameraIds: readonly string[], range: TimeRange, resolutionMs: number): Promise<Timeline[]> {
    return this.#timelines.ofMany(cameraIds, range, resolutionMs);
  }

  /** @param month `YYYY-MM` */
  days(cameraId: string, month: string): Promise<Day[]> {
    return this.#timelines.days(cameraId, month);
  }

  /** Segments with their chunks, and runs: what playback is made from. */
  footage(cameraId: string, range: TimeRange): Promise<Footage> {
    return this.#segments.footage(cameraId, range);
  }

  /** The same of a folder of a volume, such as `recordings/front-door/2026-11-22`; of segments not yet closed what is saved. */
  footageInFolder(volumeId: string, folder: string): Promise<Footage> {
    return this.#segments.inFolder(volumeId, folder);
  }

  segment(cameraId: string, id: number): Promise<Segment | undefined> {
    return this.#segments.get(cameraId, id);
  }

  segmentWithChunks(cameraId: string, id: number): Promise<SegmentWithChunks | undefined> {
    return this.#segments.withChunks(cameraId, id);
  }

  /** Absolute. */
  fileOf(segment: Segment): string {
    return path.join(this.#parts.volumes.rootOf(segment.volumeId), segment.path);
  }

  /**
   * The chunks from the keyframe before `at` to the one that shows `at`.
   *
   * @param withinMs how far the nearest recorded instant may be when `at` itself was not recorded.
   * @returns null when nothing is recorded there.
   */
  async chunksAround(cameraId: string, at: UnixMs, withinMs = 0): Promise<ChunksAround | null> {
    const footage = await this.footage(cameraId, widened({ from: at, to: at }, withinMs + sameRunToleranceMs));
    return chunksAround(footage, { at, withinMs }, this.#parts.volumes);
  }

  /** Of a camera, its substream included; of the time recorded the longer. */
  async footageSummary(cameraId: string): Promise<FootageSummary> {
    await this.flush();
    const [main, sub] = streamIdsOf(cameraId);
    return together(await this.#rows.summary(main), await this.#rows.summary(sub));
  }

  /** Deletes all that was recorded of a camera, which must not be recording any more. Resolves when the files are gone. */
  async deleteFootage(cameraId: string): Promise<Kept> {
    await this.#segments.release(cameraId);
    const kept = await this.#deletion.removeAllOf(cameraId);
    if (kept.segments === 0) {
      await this.#ledger.forget(cameraId);
      await forgetRemoved(this.#parts.db, cameraId);
    }
    this.footageChanged(cameraId);
    return kept;
  }

  /**
   * Deletes those of the segments that are closed and that no lock or bookmark overlaps, one file after the other, in the
   * background of what is recorded.
   *
   * @param soon without waiting for the next sync of the disks.
   */
  removeSegments(ids: readonly number[], soon = false): Promise<Deleted> {
    return this.#deletion.remove(ids, soon);
  }

  /** Forgets what is on a volume that nobody writes to; its files stay as they are. */
  async forgetVolume(volumeId: string): Promise<void> {
    await this.flush();
    await this.#deletion.forgetVolume(volumeId);
  }

  /** Finishes deletions that a former process, or a disk that went away, has left. */
  finishDeletions(): Promise<Deleted> {
    return this.#deletion.finish();
  }

  /** Resolves when the file is gone that is just being deleted; nothing is deleted after it. */
  stopDeleting(): Promise<void> {
    return this.#deletion.stop();
  }

  /** Removes the folders of days of which nothing is left, of all cameras on the disks that are there. */
  async removeEmptyFolders(): Promise<void> {
    const { volumes, clock, account = noAccount } = this.#parts;
    for (const { id, root } of volumes.list()) {
      if (volumes.isPresent(id)) await removeEmptyDays(path.join(root, 'recordings'), clock.nowMs(), account.letGo);
    }
  }

  /**
   * A segment's file was found missing: someone deleted it, and the index forgets it. Unless the camera's whole folder
   * is missing: then the disk is, and it may come back.
   */
  async onFileMissing(segment: Segment): Promise<void> {
    // Cleaned away since the reader asked for it.
    if (!(await this.segment(segment.cameraId, segment.id))) return;
    const folder = path.join(this.#parts.volumes.rootOf(segment.volumeId), 'recordings', segment.cameraId);
    const hasFolder = await fs.stat(folder).then(
      () => true,
      () => false, // whatever the reason, the index is left alone
    );
    this.#parts.log.warn(
      { cameraId: segment.cameraId, path: segment.path, hasFolder },
      'The file of a segment is missing',
    );
    if (!hasFolder) return;
    this.#segments.remove(segment);
    this.footageChanged(segment.cameraId, { from: segment.startAt as UnixMs, to: segment.endAt as UnixMs });
  }

  /** Resolves when all that was reported so far is in the database. */
  async flush(): Promise<void> {
    await this.#segments.settled();
    await this.#queue.flush();
  }

  /** The system clock; those who keep the ledger hear first when it was set. */
  #now(): UnixMs {
    const step = this.#clockWatch.look();
    if (step) this.#ledger.onClockSet(step.before, step.now);
    return this.#parts.clock.nowMs();
  }

  /**
   * From when on, and up to when, it is known what became of the time; null for a camera that is not there. Beside
   * another process that keeps the ledger: until now.
   */
  #known(cameraId: string): Span | null {
    const camera = this.#parts.cameras.get(cameraId);
    if (!camera) return null;
    const now = this.#now();
    if (!this.#isStarted) return { from: camera.createdAt, to: now };
    this.#ledger.advance(camera, now);
    return { from: camera.createdAt, to: this.#ledger.judgedUntil(camera, now) };
  }

  #onCameraChange({ change, camera }: { change: string; camera: RecordedCamera }): void {
    // The account of a removed camera ends when its stream has stopped.
    if (change !== 'deleted') this.#ledger.setRecording(camera, this.#now());
  }

  /** The ledger is on disk as far as the sign of life says. */
  async #touch(): Promise<void> {
    const now = this.#now();
    for (const camera of this.#parts.cameras.list()) this.#ledger.advance(camera, now);
    await this.#queue.flush();
    try {
      await this.#alive.touch(now);
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'The data directory cannot be written');
    }
  }
}

function together(a: FootageSummary, b: FootageSummary): FootageSummary {
  const ends = (key: 'firstAt' | 'lastAt') => [a[key], b[key]].filter((at) => at !== null);
  const [first, last] = [ends('firstAt'), ends('lastAt')];
  return {
    firstAt: first.length === 0 ? null : (Math.min(...first) as UnixMs),
    lastAt: last.length === 0 ? null : (Math.max(...last) as UnixMs),
    recordedMs: Math.max(a.recordedMs, b.recordedMs),
    sizeBytes: a.sizeBytes + b.sizeBytes,
  };
}
