import path from 'node:path';
import type {
  ArchiveJob,
  CameraState,
  ServerEvent,
  StorageForecast,
  StreamStats,
  SystemInfo,
  Timeline,
  TimeRange,
  UnixMs,
} from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { CameraChange, CameraStore } from '../camera/store.ts';
import type { Tables } from '../database/index.ts';
import type { StreamMeasurements } from '../media/protocol.ts';
import type { Removal } from '../retention/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import type { VolumeChange, VolumeSet } from '../storage/volumes.ts';
import { CameraClocks } from './camera-clocks.ts';
import { CameraWatch } from './camera-watch.ts';
import { CleaningDigest } from './cleaning-digest.ts';
import { CoverageBook } from './coverage.ts';
import { CoverageCounters } from './coverage-counters.ts';
import { DailyReports } from './daily-reports.ts';
import { EventLog, type NewEvent } from './event-log.ts';
import { HistoryStore } from './history.ts';
import type { Facts, VolumeFacts } from './metric-list.ts';
import { Metrics } from './metrics.ts';
import { Minute } from './minute.ts';
import { archiveEvent, cameraEvent, crashEvent, startEvent, volumeEvent } from './recorder-events.ts';
import { RecorderLoad } from './recorder-load.ts';
import { StreamBoard } from './stream-board.ts';
import { SystemClockWatch } from './system-clock.ts';

export type { NewEvent } from './event-log.ts';
export { metricsRoute, monitoringRoutes } from './routes.ts';

export interface MonitoringParts {
  db: Kysely<Tables>;
  clock: Clock;
  log: Logger;
  version: string;
  dataDir: string;
  /** IANA name; days are local to it. */
  timeZone: string;
  cameras: CameraStore;
  index: {
    timeline(cameraId: string, range: TimeRange): Promise<Timeline>;
    readonly queued: number;
    readonly lastAliveAt: UnixMs | null;
    onFootageChanged(listener: (cameraId: string | null, range?: TimeRange) => void): void;
  };
  stateOf(cameraId: string): CameraState;
  /** Process ids of the media workers. */
  workers(): number[];
  volumes: Pick<VolumeSet, 'list' | 'status' | 'onChange'>;
  /** null while nothing is known. */
  forecast(): Promise<Pick<StorageForecast, 'fullInDays'> | null>;
  publish(event: ServerEvent): void;
}

const everySecondMs = 1_000;
const loadEveryTicks = 10;
const tidyEveryTicks = 3_600;
/** When the start is over, in ticks. */
const prepareAtTick = 60;
const preparedMs = 31 * 86_400_000;

/** Knows how the recorder is doing, and tells of what happens. */
export class Monitoring {
  readonly events: EventLog;
  readonly history: HistoryStore;
  readonly coverage: CoverageBook;
  readonly reports: DailyReports;
  readonly metrics: Metrics;
  readonly #parts: MonitoringParts;
  readonly #minute: Minute;
  readonly #board: StreamBoard;
  readonly #load: RecorderLoad;
  readonly #cameraWatch: CameraWatch;
  readonly #cameraClocks: CameraClocks;
  readonly #systemClock: SystemClockWatch;
  readonly #cleaning: CleaningDigest;
  readonly #counters: CoverageCounters;
  readonly #startedAt: UnixMs;
  #timer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #ticks = 0;
  #workerRestarts = 0;
  /** Those that were told; a job that is done may still change. */
  readonly #endedArchives = new Set<number>();
  #clockSynchronized: boolean | null = null;
  /** What the last tick began, one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(parts: MonitoringParts) {
    const { db, clock, log, cameras, index, workers, dataDir } = parts;
    const freeBytes = () => freeBytesOf(this.#volumes());
    const tell = (event: NewEvent) => this.events.add(event);
    this.#parts = parts;
    this.#startedAt = clock.nowMs();
    this.events = new EventLog(parts);
    this.history = new HistoryStore({ db, clock, log });
    this.coverage = new CoverageBook(parts);
    this.#counters = new CoverageCounters(parts);
    this.#minute = new Minute(this.history);
    const minute = this.#minute;
    this.#board = new StreamBoard({ clock, minute });
    this.#load = new RecorderLoad({
      ...{ clock, minute, workers },
      indexQueue: () => index.queued,
      writeBacklogBytes: () => this.#board.writeBacklogBytes,
      freeBytes,
    });
    this.#cameraWatch = new CameraWatch({ clock, cameras, tell });
    const nameOf = (id: string) => this.#nameOf(id);
    this.#cameraClocks = new CameraClocks({ nameOf, tell });
    this.#cleaning = new CleaningDigest({ clock, timeZone: parts.timeZone, nameOf, tell });
    this.#systemClock = new SystemClockWatch({ clock, tell, onStep: () => this.#onClockStep() });
    const folder = path.join(dataDir, 'reports');
    this.reports = new DailyReports({
      ...parts,
      events: this.events,
      coverage: this.coverage,
      freeBytes,
      folder,
      tell,
    });
    this.metrics = new Metrics({
      clock,
      coverage: (range) => this.coverage.of(range),
      facts: (shares) => this.#facts(shares),
    });
    index.onFootageChanged((cameraId, range) => this.coverage.forget(cameraId ?? undefined, range));
  }

  /** To be awaited after the index has started, and before any camera does. */
  async start(): Promise<void> {
    const { version, clock, timeZone, index, cameras, volumes } = this.#parts;
    await this.events.start();
    const before = (await this.events.newestOf(['recorder_started', 'recorder_stopped'])).get(null);
    const { lastAliveAt } = index;
    this.events.add(startEvent({ version, before, lastAliveAt, nowMs: clock.nowMs(), timeZone }));
    for (const [cameraId, event] of await this.events.newestOf(['camera_down', 'camera_up'])) {
      const camera = cameras.get(cameraId ?? '');
      if (!camera || event.kind === 'camera_up' || event.at < camera.createdAt) continue;
      this.#cameraWatch.wasDown(camera.id, event.since ?? event.at);
    }
    cameras.onChange((change) => this.#onCameraChange(change));
    volumes.onChange((change) => this.#onVolumeChange(change));
    await this.history.prune();
    this.#load.start();
    this.#timer = setInterval(() => this.tick(), everySecondMs);
    this.#timer.unref();
  }

  /** To be awaited after the workers have ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#isClosing = true;
    this.#load.stop();
    await this.#work;
    await this.reports.settled();
    this.#minute.end();
    await this.history.close();
    this.#cleaning.flush();
    this.events.add({ kind: 'recorder_stopped', level: 'info', message: 'Nightjar was stopped.' });
    await this.events.close();
  }

  /** Called every second. */
  tick(): void {
    this.#ticks += 1;
    this.#systemClock.check();
    this.#cameraWatch.check();
    this.#cleaning.check();
    const minuteEnded = this.#minute.check(this.#parts.clock.nowMs());
    if (this.#ticks === prepareAtTick) this.#later(() => this.#prepareCoverage());
    if (this.#ticks % loadEveryTicks === 1) this.#later(() => this.#load.sample());
    if (minuteEnded) {
      this.#later(() => this.#counters.count());
      this.reports.check();
    }
    if (this.#ticks % tidyEveryTicks !== 0) return;
    this.#later(() => this.events.prune());
    this.#later(() => this.history.prune());
  }

  onState(cameraId: string, state: CameraState): void {
    // What was on its way when the camera was removed.
    if (!this.#parts.cameras.get(cameraId)) return;
    const before = this.#cameraWatch.reconnects(cameraId);
    this.#cameraWatch.onState(cameraId, state);
    this.#minute.add(cameraId, 'reconnects', this.#cameraWatch.reconnects(cameraId) - before);
  }

  onStats(cameraId: string, stats: StreamMeasurements): void {
    if (!this.#parts.cameras.get(cameraId)) return;
    this.#board.onStats(cameraId, stats);
    this.#minute.add(cameraId, 'reconnects', 0);
    if (stats.clockOffsetMs !== null) this.#cameraClocks.onOffset(cameraId, stats.clockOffsetMs);
  }

  /** Footage is in its file. */
  onWritten(bytes: number): void {
    this.#load.onWritten(bytes);
  }

  onWorkerLost(cameraIds: readonly string[], reason: string): void {
    this.#workerRestarts += 1;
    const cameras = cameraIds.map((id) => ({ id, name: this.#nameOf(id) }));
    this.events.add(crashEvent(cameras, reason));
  }

  /** What the kernel says of the system clock. */
  onClockSynchronized(synchronized: boolean | null): void {
    this.#clockSynchronized = synchronized;
  }

  #onCameraChange(change: CameraChange): void {
    const event = cameraEvent(change);
    if (event) this.events.add(event);
    if (change.change !== 'deleted') return;
    const { id } = change.camera;
    for (const part of [this.#board, this.#cameraWatch, this.#cameraClocks, this.#counters, this.coverage])
      part.forget(id);
  }

  #onVolumeChange(change: VolumeChange): void {
    const event = volumeEvent(change);
    if (event) this.events.add(event);
  }

  /** Cleaning took footage away. */
  onRemoved(removals: readonly Removal[]): void {
    this.#cleaning.onRemoved(removals);
  }

  /** What others tell the browsers of. */
  onPublished(event: ServerEvent): void {
    if (event.type === 'archive') this.#onArchive(event.job);
  }

  #onArchive(job: ArchiveJob): void {
    const event = archiveEvent(job, this.#nameOf(job.cameraId));
    if (!event) this.#endedArchives.delete(job.id);
    else if (!this.#endedArchives.has(job.id)) {
      this.#endedArchives.add(job.id);
      this.events.add(event);
    }
  }

  /** The present values. */
  system(): SystemInfo {
    const { cpuSeconds: _, ...load } = this.#load.now();
    return {
      startedAt: this.#startedAt,
      ...load,
      workerRestarts: this.#workerRestarts,
      clock: { synchronized: this.#clockSynchronized, lastStepAt: this.#systemClock.lastStepAt },
      cameras: this.#parts.cameras.list().map(({ id }) => ({ cameraId: id, stats: this.#statsOf(id) })),
    };
  }

  /** null when nothing is known of now. */
  #statsOf(cameraId: string): StreamStats | null {
    const stats = this.#board.of(cameraId);
    return stats && { ...stats, reconnects: this.#cameraWatch.reconnects(cameraId) };
  }

  async #facts(shares: Map<string, number | null>): Promise<Facts> {
    const { version, stateOf, db } = this.#parts;
    const rows = await db.selectFrom('footage_totals').select(['camera_id', 'segments', 'size_bytes']).execute();
    const totals = Map.groupBy(rows, (row) => row.camera_id);
    const system = this.system();
    const { cpuSeconds } = this.#load.now();
    return {
      version,
      system,
      spent: { cpuSeconds, writtenBytes: this.#load.writtenBytes },
      volumes: this.#volumes(),
      cameras: system.cameras.map(({ cameraId, stats }) => ({
        cameraId,
        stats,
        state: stateOf(cameraId).state,
        packets: this.#board.totals(cameraId),
        counted: this.#counters.of(cameraId),
        coverage: shares.get(cameraId) ?? null,
        footage: {
          segments: (totals.get(cameraId) ?? []).reduce((sum, row) => sum + row.segments, 0),
          sizeBytes: (totals.get(cameraId) ?? []).reduce((sum, row) => sum + row.size_bytes, 0),
        },
      })),
    };
  }

  /** Those that take recordings. */
  #volumes(): VolumeFacts[] {
    const { volumes } = this.#parts;
    const used = volumes.list().filter(({ use }) => use === 'record');
    return used.map(({ id }) => ({ id, ...volumes.status(id) }));
  }

  async #prepareCoverage(): Promise<void> {
    const to = this.#parts.clock.nowMs();
    await this.coverage.prepare({ from: to - preparedMs, to } as TimeRange, () => !this.#isClosing);
  }

  #onClockStep(): void {
    this.coverage.forget();
    this.#counters.restart();
  }

  #later(work: () => Promise<void>): void {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, 'a measurement failed');
    });
  }

  #nameOf(cameraId: string): string {
    return this.#parts.cameras.get(cameraId)?.name ?? cameraId;
  }
}

function freeBytesOf(volumes: readonly VolumeFacts[]): number | null {
  const known = volumes.map(({ freeBytes }) => freeBytes).filter((bytes) => bytes !== null);
  return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
}
