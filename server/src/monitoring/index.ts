import path from 'node:path';
import type {
  ArchiveJob,
  CameraState,
  ServerEvent,
  StorageForecast,
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
import { readStreamId } from '../shared/stream-id.ts';
import type { VolumeChange, VolumeSet } from '../storage/volumes.ts';
import { CameraMonitor } from './camera-monitor.ts';
import { CleaningDigest } from './cleaning-digest.ts';
import { CoverageBook } from './coverage.ts';
import { CoverageCounters } from './coverage-counters.ts';
import { DailyReports } from './daily-reports.ts';
import { EventLog, type NewEvent } from './event-log.ts';
import { HistoryStore } from './history.ts';
import { metricFacts } from './metric-facts.ts';
import type { VolumeFacts } from './metric-list.ts';
import { Metrics } from './metrics.ts';
import { Minute } from './minute.ts';
import { archiveEvent, cameraEvent, crashEvent, startEvent, volumeEvent } from './recorder-events.ts';
import { RecorderLoad } from './recorder-load.ts';
import { SubstreamWatch } from './substream-watch.ts';
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
  /** Live viewers by protocol. */
  viewers(): Readonly<Record<string, number>>;
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
  readonly #cameras: CameraMonitor;
  readonly #substreams: SubstreamWatch;
  readonly #load: RecorderLoad;
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
    this.#cameras = new CameraMonitor({ clock, cameras, minute, tell });
    this.#substreams = new SubstreamWatch({ clock, cameras, tell });
    this.#load = new RecorderLoad({
      ...{ clock, minute, workers },
      indexQueue: () => index.queued,
      writeBacklogBytes: () => this.#cameras.writeBacklogBytes,
      freeBytes,
    });
    const nameOf = (id: string) => this.#nameOf(id);
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
      facts: (shares) =>
        metricFacts({
          ...{ db, version: parts.version, stateOf: parts.stateOf, coverage: shares },
          system: this.system(),
          spent: { cpuSeconds: this.#load.now().cpuSeconds, writtenBytes: this.#load.writtenBytes },
          volumes: this.#volumes(),
          viewers: parts.viewers(),
          packetsOf: (id) => this.#cameras.packetsOf(id),
          countedOf: (id) => this.#counters.of(id),
        }),
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
    await this.#cameras.resume(this.events);
    await this.#substreams.resume(this.events);
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
    this.#cameras.check();
    this.#substreams.check();
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

  onState(streamId: string, state: CameraState): void {
    const { cameraId, stream } = readStreamId(streamId);
    if (stream === 'main') this.#cameras.onState(cameraId, state);
    else this.#substreams.onState(cameraId, state);
  }

  /** Those of substreams are not kept. */
  onStats(streamId: string, stats: StreamMeasurements): void {
    this.#cameras.onStats(streamId, stats);
  }

  /** Footage is in its file. */
  onWritten(bytes: number): void {
    this.#load.onWritten(bytes);
  }

  onWorkerLost(streamIds: readonly string[], reason: string): void {
    this.#workerRestarts += 1;
    const cameraIds = new Set(streamIds.map((streamId) => readStreamId(streamId).cameraId));
    const cameras = [...cameraIds].map((id) => ({ id, name: this.#nameOf(id) }));
    this.events.add(crashEvent(cameras, reason));
  }

  /** What the kernel says of the system clock. */
  onClockSynchronized(synchronized: boolean | null): void {
    this.#clockSynchronized = synchronized;
  }

  /** Records of evidence, or their key, are not as they were left. `streamId`: null for the recorder. */
  onEvidence({ streamId, message }: { streamId: string | null; message: string }): void {
    const cameraId = streamId === null ? null : readStreamId(streamId).cameraId;
    this.events.add({ kind: 'evidence', level: 'alert', cameraId, message });
  }

  /** Cleaning took footage away. */
  onRemoved(removals: readonly Removal[]): void {
    this.#cleaning.onRemoved(removals);
  }

  /** What others tell the browsers of. */
  onPublished(event: ServerEvent): void {
    if (event.type === 'archive') this.#onArchive(event.job);
  }

  /** The present values. */
  system(): SystemInfo {
    const { cpuSeconds: _, ...load } = this.#load.now();
    return {
      startedAt: this.#startedAt,
      ...load,
      workerRestarts: this.#workerRestarts,
      clock: { synchronized: this.#clockSynchronized, lastStepAt: this.#systemClock.lastStepAt },
      cameras: this.#parts.cameras.list().map(({ id }) => ({ cameraId: id, stats: this.#cameras.statsOf(id) })),
    };
  }

  #onCameraChange(change: CameraChange): void {
    const event = cameraEvent(change);
    if (event) this.events.add(event);
    const { id } = change.camera;
    this.#substreams.onChange(id);
    if (change.change !== 'deleted') return;
    for (const part of [this.#cameras, this.#counters, this.coverage]) part.forget(id);
  }

  #onVolumeChange(change: VolumeChange): void {
    const event = volumeEvent(change);
    if (event) this.events.add(event);
  }

  #onArchive(job: ArchiveJob): void {
    const event = archiveEvent(job, this.#nameOf(job.cameraId));
    if (!event) this.#endedArchives.delete(job.id);
    else if (!this.#endedArchives.has(job.id)) {
      this.#endedArchives.add(job.id);
      this.events.add(event);
    }
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
