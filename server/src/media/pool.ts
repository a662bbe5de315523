import type { ProbeResult, SourceInput } from '@nightjar/contract';
import { readStreamId } from '../shared/stream-id.ts';
import { MediaWorker } from './media-worker.ts';
import type { FromWorker, StillRequest, StreamSettings, TriedInVain } from './protocol.ts';
import { ScoutWorker } from './scout-worker.ts';
import { UtilityWorker } from './utility-worker.ts';
import type { VolumeOffer } from './volume-choice.ts';

export interface PoolLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface WorkerPoolOptions {
  /** What to record on now; `volumesChanged` is called when the answer is another. */
  volumes(): VolumeOffer;
  timeZone: string;
  /** Folders that files may be played from. */
  mediaDirs: readonly string[];
  log: PoolLog;
  /** Messages of all cameras; in order for each. */
  onMessage(message: FromWorker): void;
  /** A worker died: these cameras' open segments end where their files do. They are started again at once. */
  onLost(cameraIds: string[], reason: string): void;
}

/** Cameras of one worker: its crash costs all of them a moment, each worker costs ~50 MB. */
const camerasPerWorker = 6;
/** So many cameras are given a recording worker before they have answered; the others are asked first. */
const maxUnknown = 24;
/** A second crash within this time: its cameras are separated, so that the one at fault troubles no other. */
const crashWindowMs = 60_000;
const maxRespawnDelayMs = 60_000;

/** Cameras that share a process, over the lives of that process. */
interface Group {
  cameras: Map<string, StreamSettings>;
  worker: MediaWorker | null;
  /** Takes no other camera: it encodes, or is under suspicion of crashing its worker. */
  alone: boolean;
  crashedAt: number[];
  respawn: NodeJS.Timeout | null;
}

/** Spreads cameras over worker processes and keeps those alive. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #utility: UtilityWorker;
  readonly #scout: ScoutWorker;
  readonly #groups = new Set<Group>();
  readonly #stopping = new Map<string, () => void>();
  readonly #watched = new Set<string>();
  /** In recording workers, not yet heard of. */
  readonly #unknown = new Set<string>();
  /** In recording workers, and not worth it. */
  readonly #unanswered = new Map<string, TriedInVain>();
  /** Found to send a picture that must be encoded, whatever their settings say. */
  readonly #mustEncode = new Set<string>();
  #closing = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#utility = new UtilityWorker(options);
    const { timeZone, mediaDirs, log, onMessage } = options;
    const onAnswered = (settings: StreamSettings) => this.#place(settings);
    this.#scout = new ScoutWorker({ timeZone, mediaDirs, log, onMessage, onAnswered });
  }

  /** H.264 encoder used for `video.mode: encode`; null when the machine has none. */
  get encoder(): Promise<string | null> {
    return this.#utility.encoder;
  }

  /** Process ids of all workers, also of those that only ask cameras, or try sources and decode stills, while they are there. */
  get pids(): number[] {
    const workers = [...this.#groups].map(({ worker }) => worker?.pid);
    return [...workers, this.#scout.pid, this.#utility.pid].filter((pid) => pid !== undefined);
  }

  /** @throws {NvrError} why the source gives no picture; `busy` when too many are tried at once. */
  probe(source: SourceInput, timeoutMs: number): Promise<ProbeResult> {
    return this.#utility.probe(source, timeoutMs);
  }

  /** JPEG. @throws {NvrError} `snapshot_failed`, `busy`. */
  still(request: StillRequest): Promise<Buffer> {
    return this.#utility.still(request);
  }

  start(settings: StreamSettings): void {
    if (this.#unknown.size >= maxUnknown) {
      this.#scout.add(settings, null);
      return;
    }
    this.#unknown.add(settings.cameraId);
    this.#place(settings);
  }

  #place(settings: StreamSettings): void {
    const shared = this.#sharedFor(settings.cameraId);
    const alone = this.#encodes(settings);
    if (alone || !shared) {
      this.#newGroup(settings, { alone });
      return;
    }
    shared.cameras.set(settings.cameraId, settings);
    if (shared.worker) this.#startOn(shared.worker, settings);
  }

  /** A substream costs little: it goes to the worker of its camera, or to any. */
  #sharedFor(streamId: string): Group | undefined {
    const { cameraId, stream } = readStreamId(streamId);
    const shared = [...this.#groups].filter((group) => !group.alone);
    if (stream === 'main') return shared.find((group) => camerasIn(group) < camerasPerWorker);
    return shared.find(({ cameras }) => cameras.has(cameraId)) ?? shared[0];
  }

  /** Whether the camera's chunks are wanted; stays so over crashes of its worker. */
  watch(cameraId: string, watched: boolean): void {
    if (watched) this.#watched.add(cameraId);
    else this.#watched.delete(cameraId);
    this.#groupOf(cameraId)?.worker?.send({ type: 'watch', cameraId, watched });
  }

  /** Recordings go on at the next keyframe on a volume that may be used. */
  volumesChanged(): void {
    const volumes = this.#options.volumes();
    for (const { worker } of this.#groups) worker?.send({ type: 'volumes', volumes });
  }

  /** Never touches another camera; a change between copying and encoding moves it to another worker. */
  async update(settings: StreamSettings): Promise<void> {
    if (this.#scout.has(settings.cameraId)) {
      this.#scout.update(settings);
      return;
    }
    const group = this.#groupOf(settings.cameraId);
    if (!group) return;
    const before = group.cameras.get(settings.cameraId);
    const hasAnotherSource = before?.source.url !== settings.source.url && this.#mustEncode.has(settings.cameraId);
    if (before?.video.mode !== settings.video.mode || hasAnotherSource) {
      await this.stop(settings.cameraId);
      this.start(settings);
      return;
    }
    group.cameras.set(settings.cameraId, settings);
    group.worker?.send({ type: 'update', settings });
  }

  /** Resolves when the camera's last chunk is written. */
  async stop(cameraId: string): Promise<void> {
    this.#unknown.delete(cameraId);
    this.#unanswered.delete(cameraId);
    this.#mustEncode.delete(cameraId);
    this.#scout.release(cameraId);
    if (this.#scout.has(cameraId)) {
      await this.#scout.remove(cameraId);
      return;
    }
    const group = this.#groupOf(cameraId);
    if (!group) return;
    group.cameras.delete(cameraId);
    const { worker } = group;
    if (worker) {
      const stopped = new Promise<void>((resolve) => this.#stopping.set(cameraId, resolve));
      worker.send({ type: 'stop', cameraId });
      await stopped;
    }
    if (group.cameras.size === 0) await this.#dissolve(group);
  }

  /** Resolves when all segments are closed and all workers are gone. */
  async close(): Promise<void> {
    this.#closing = true;
    const others = [this.#scout.close(), this.#utility.close()];
    await Promise.all([...[...this.#groups].map((group) => this.#dissolve(group)), ...others]);
  }

  #groupOf(cameraId: string): Group | undefined {
    return [...this.#groups].find(({ cameras }) => cameras.has(cameraId));
  }

  #newGroup(first: StreamSettings, { alone, crashedAt = [] }: { alone: boolean; crashedAt?: number[] }): void {
    const cameras = new Map([[first.cameraId, first]]);
    const group: Group = { cameras, worker: null, alone, crashedAt, respawn: null };
    this.#groups.add(group);
    void this.#spawn(group);
  }

  async #spawn(group: Group): Promise<void> {
    const { volumes, timeZone, mediaDirs, log, onMessage } = this.#options;
    // Only encoding waits for the search for an encoder; recording begins at once.
    const encoder = [...group.cameras.values()].some((settings) => this.#encodes(settings)) ? await this.encoder : null;
    if (this.#closing || !this.#groups.has(group) || group.worker) return;
    const worker = new MediaWorker({
      volumes: volumes(),
      timeZone,
      encoder,
      mediaDirs,
      onMessage: (message) => {
        this.#listen(group, message);
        onMessage(message);
      },
      onExit: (reason) => this.#onExit(group, reason),
      onOutput: (line) => log.debug({ cameraIds: [...group.cameras.keys()] }, line),
    });
    group.worker = worker;
    for (const settings of group.cameras.values()) this.#startOn(worker, settings);
  }

  #listen(group: Group, message: FromWorker): void {
    if (message.type === 'stopped') this.#stopped(message.cameraId);
    // A camera that is in other hands by now has nothing more to say here.
    if (!('cameraId' in message) || message.cameraId === null || !group.cameras.has(message.cameraId)) return;
    if (message.type === 'state' && message.state.state !== 'starting') {
      this.#unknown.delete(message.cameraId);
      if (message.state.state !== 'waiting') this.#unanswered.delete(message.cameraId);
      this.#scout.release(message.cameraId);
    }
    if (message.type === 'unanswered') this.#onUnanswered(message.cameraId, message.tried);
    if (message.type === 'encoder-needed') this.#giveEncoder(group, message.cameraId);
  }

  /** Those that do not answer are left to the scout when that saves a process. */
  #onUnanswered(cameraId: string, tried: TriedInVain): void {
    this.#unanswered.set(cameraId, tried);
    if (this.#scout.size === 0 && this.#unanswered.size < camerasPerWorker) return;
    for (const [id, after] of this.#unanswered) this.#hand(id, after);
    this.#unanswered.clear();
  }

  /** Moves a camera to a worker of its own, which has looked for an encoder. */
  #giveEncoder(group: Group, cameraId: string): void {
    const settings = group.cameras.get(cameraId);
    // It has one of its own, and the machine has no encoder.
    if (!settings || this.#encodes(settings)) return;
    this.#mustEncode.add(cameraId);
    this.#take(group, cameraId);
    this.#place(settings);
  }

  /** Takes a camera of which nothing is being written from its worker, which need not have stopped it for others to start. */
  #take(group: Group, cameraId: string): void {
    group.cameras.delete(cameraId);
    group.worker?.send({ type: 'stop', cameraId });
    if (group.cameras.size === 0) void this.#dissolve(group);
  }

  #encodes({ cameraId, video }: StreamSettings): boolean {
    return video.mode === 'encode' || this.#mustEncode.has(cameraId);
  }

  #hand(cameraId: string, after: TriedInVain): void {
    const group = this.#groupOf(cameraId);
    const settings = group?.cameras.get(cameraId);
    if (!group || !settings) return;
    this.#take(group, cameraId);
    this.#scout.add(settings, after);
  }

  #startOn(worker: MediaWorker, settings: StreamSettings): void {
    const { cameraId } = settings;
    worker.send({ type: 'start', settings });
    if (this.#watched.has(cameraId)) worker.send({ type: 'watch', cameraId, watched: true });
  }

  #stopped(cameraId: string): void {
    this.#stopping.get(cameraId)?.();
    this.#stopping.delete(cameraId);
  }

  #onExit(group: Group, reason: string): void {
    group.worker = null;
    const cameraIds = [...group.cameras.keys()];
    for (const cameraId of this.#stopping.keys()) if (!this.#groupOf(cameraId)?.worker) this.#stopped(cameraId);
    if (this.#closing || !this.#groups.has(group)) return;
    const now = performance.now();
    group.crashedAt = [...group.crashedAt.filter((at) => now - at < crashWindowMs), now];
    this.#options.log.error({ cameraIds, reason }, 'a media worker died; its cameras are started again');
    this.#options.onLost(cameraIds, reason);
    if (group.crashedAt.length > 1 && group.cameras.size > 1) this.#separate(group);
    else this.#respawnLater(group);
  }

  /** At once after the first crash, then later and later. */
  #respawnLater(group: Group): void {
    const crashes = group.crashedAt.length;
    const delayMs = crashes <= 1 ? 0 : Math.min(1_000 * 2 ** (crashes - 2), maxRespawnDelayMs);
    group.respawn = setTimeout(() => void this.#spawn(group), delayMs);
  }

  #separate(group: Group): void {
    this.#groups.delete(group);
    const crashedAt = group.crashedAt.slice(-1);
    for (const settings of group.cameras.values()) this.#newGroup(settings, { alone: true, crashedAt: [...crashedAt] });
  }

  async #dissolve(group: Group): Promise<void> {
    this.#groups.delete(group);
    if (group.respawn) clearTimeout(group.respawn);
    await group.worker?.shutdown();
  }
}

const camerasIn = ({ cameras }: Group): number =>
  [...cameras.keys()].filter((streamId) => readStreamId(streamId).stream === 'main').length;
