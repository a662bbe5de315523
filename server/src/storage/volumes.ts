import type { VolumeCreate, VolumePatch } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { InTurn } from '../shared/in-turn.ts';
import type { Logger } from '../shared/logger.ts';
import { type Look, lookAt } from './look.ts';
import { isNearlyFull, roomOn, type Volume, type VolumeStatus } from './volume.ts';
import { requireRemovable, VolumeSettings, type VolumeUsage } from './volume-settings.ts';

interface VolumeSetParts {
  db: Kysely<Tables>;
  /** The folder of the database, which is a volume too. */
  dataDir: string;
  clock: Clock;
  log: Logger;
  /** How often each volume is looked at. */
  everyMs?: number;
}

export type VolumeChange =
  | { kind: 'settings' }
  /** Recordings go to another volume than before, for the room that they have. */
  | { kind: 'order' }
  | { kind: 'state'; volume: Volume; status: VolumeStatus; before: VolumeStatus };

interface Entry {
  volume: Volume;
  status: VolumeStatus;
  /** Why a worker could not write to it, until a look found it well. */
  complaint: string | null;
  /** How much more is to be recorded on it. */
  room: number;
}

/** Which volumes there are and how they are; looked at every few seconds. */
export class VolumeSet {
  readonly #parts: VolumeSetParts;
  readonly #settings: VolumeSettings;
  #entries: Entry[] = [];
  /** A disk that hangs is not asked again before it has answered: each question holds a thread. */
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<(change: VolumeChange) => void>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | null = null;
  readonly #changes = new InTurn();

  private constructor(parts: VolumeSetParts) {
    this.#parts = parts;
    this.#settings = new VolumeSettings(parts);
  }

  /** Looks at each volume once. The data folder gets its identity file, or gives its identity to a new database. */
  static async open(parts: VolumeSetParts): Promise<VolumeSet> {
    const set = new VolumeSet(parts);
    await set.#settings.identifyDataFolder();
    await set.#read();
    await set.checkNow();
    const { everyMs = 5_000 } = parts;
    set.#timer = setInterval(() => void set.checkNow(), everyMs);
    set.#timer.unref();
    return set;
  }

  /** In the order they are used. */
  list(): Volume[] {
    return this.#entries.map(({ volume }) => volume);
  }

  get(id: string): Volume | undefined {
    return this.#entry(id)?.volume;
  }

  /** That of the database. */
  get dataFolder(): Volume {
    return this.list().find(({ isDataFolder }) => isDataFolder) as Volume;
  }

  /** @throws {NvrError} `volume_not_found` */
  require(id: string): Volume {
    const volume = this.get(id);
    if (!volume) throw new NvrError('volume_not_found', 'There is no such volume.');
    return volume;
  }

  /** Absolute. @throws for a volume that is not one of ours. */
  rootOf(id: string): string {
    return this.require(id).root;
  }

  /** Whether its files can be read: its identity file was there when last looked. */
  isPresent(id: string): boolean {
    const status = this.#entry(id)?.status;
    return status !== undefined && status.state !== 'missing';
  }

  /** @throws {NvrError} `volume_not_found` */
  status(id: string): VolumeStatus {
    const entry = this.#entry(id);
    if (!entry) throw new NvrError('volume_not_found', 'There is no such volume.');
    return entry.status;
  }

  /**
   * Those that take recordings now: in the order of use those with room, then the others, with the most room first. So
   * all are filled before the oldest footage has to go, whichever it is on.
   */
  writable(): Array<Pick<Volume, 'id' | 'root'>> {
    const ready = this.#entries.filter(({ volume, status }) => volume.use === 'record' && status.state === 'ready');
    const isFull = ({ volume, status, room }: Entry) => isNearlyFull(volume, status, room);
    const full = ready.filter(isFull).sort((a, b) => b.room - a.room);
    const inOrder = [...ready.filter((entry) => !isFull(entry)), ...full];
    return inOrder.map(({ volume: { id, root } }) => ({ id, root }));
  }

  /** What to tell where a recording is wanted while `writable` has none. */
  whyNoneIsWritable(): { code: 'disk_full' | 'disk_error'; message: string } {
    const wanted = this.#entries.filter(({ volume }) => volume.use === 'record');
    const full = wanted.find(({ status }) => status.state === 'full');
    const message = (full ?? wanted[0])?.status.message;
    return {
      code: full ? 'disk_full' : 'disk_error',
      message: message ?? 'No volume is set to take recordings. Choose one under System.',
    };
  }

  /** Calls the listener after each change; answers how to stop that. */
  onChange(listener: (change: VolumeChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Something could not be written to it: it is looked at at once, and trusted again when a probe can be written. */
  complain(id: string, message: string): void {
    const entry = this.#entry(id);
    if (!entry) return;
    entry.complaint = message;
    void this.checkNow();
  }

  /** Looks at all volumes; resolves when that is done. Looks that are asked for meanwhile are one. */
  checkNow(): Promise<void> {
    this.#looking ??= this.#lookAtAll()
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'The volumes cannot be looked at, trying again'))
      .finally(() => {
        this.#looking = null;
      });
    return this.#looking;
  }

  /** @throws {NvrError} `volume_unusable`, `volume_exists` */
  create(wish: VolumeCreate): Promise<Volume> {
    return this.#change(() => this.#settings.create(wish, this.list()));
  }

  /** @throws {NvrError} `volume_not_found`, `volume_unusable` */
  update(id: string, patch: VolumePatch): Promise<Volume> {
    return this.#change(() => this.#settings.update(this.require(id), patch, this.list()));
  }

  /** @throws {NvrError} `volume_not_found`, `volume_in_use` for one that is recorded on, or that cannot be removed. */
  requireIdle(id: string): void {
    const volume = this.require(id);
    requireRemovable(volume);
    if (volume.use === 'record' && this.isPresent(id)) {
      throw new NvrError('volume_in_use', 'This volume is recorded on. Set its use to "read" first.');
    }
  }

  /** @throws {NvrError} `volume_not_found`, `volume_in_use` while the index has footage on it. */
  async remove(id: string): Promise<void> {
    await this.#change(() => this.#settings.remove(this.require(id)));
  }

  /** What the index has on a volume. `bytes` may be some seconds old. */
  usage(id: string): Promise<VolumeUsage> {
    return this.#settings.usage(id);
  }

  /** What the complete files of exports take on a volume. */
  exportsBytes(id: string): Promise<number> {
    return this.#settings.exportsBytes(id);
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  #entry(id: string): Entry | undefined {
    return this.#entries.find(({ volume }) => volume.id === id);
  }

  /** One change after the other, each of what the one before has left. */
  #change(change: () => Promise<Volume>): Promise<Volume> {
    return this.#changes.run(async () => {
      const { id, ...volume } = await change();
      await this.#read();
      await this.#looking;
      await this.checkNow();
      this.#tell({ kind: 'settings' });
      return this.get(id) ?? { id, ...volume };
    });
  }

  async #read(): Promise<void> {
    const since = this.#parts.clock.nowMs();
    const volumes = await this.#settings.list();
    this.#entries = volumes.map((volume) => {
      const known = this.#entry(volume.id);
      const status: VolumeStatus = { state: 'missing', message: null, since, totalBytes: null, freeBytes: null };
      return known ? { ...known, volume } : { volume, status, complaint: null, room: 0 };
    });
  }

  async #lookAtAll(): Promise<void> {
    const [before] = this.writable();
    await Promise.all(this.#entries.map((entry) => this.#look(entry)));
    const [now] = this.writable();
    if (before && now && before.id !== now.id) this.#tell({ kind: 'order' });
  }

  async #look(entry: Entry): Promise<void> {
    const { volume, complaint, status: before } = entry;
    if (this.#asked.has(volume.id)) return;
    const { bytes: recordingsBytes } = await this.usage(volume.id);
    this.#asked.add(volume.id);
    const onAnswer = () => void this.#asked.delete(volume.id);
    const look = await lookAt(volume, { state: before.state, complaint, recordingsBytes }, onAnswer);
    // A complaint that came meanwhile is for the next look.
    if (look.state === 'ready' && entry.complaint === complaint) entry.complaint = null;
    this.#enter(entry, look);
    entry.room = roomOn(volume, entry.status, recordingsBytes);
  }

  #enter(entry: Entry, look: Look): void {
    const { clock, log } = this.#parts;
    const before = entry.status;
    const same = before.state === look.state;
    entry.status = { ...look, since: same ? before.since : clock.nowMs() };
    if (same) return;
    const { volume, status } = entry;
    const level = status.state === 'ready' ? 'info' : 'error';
    log[level]({ volume: volume.root, state: status.state }, status.message ?? 'The volume takes recordings');
    this.#tell({ kind: 'state', volume, status, before });
  }

  #tell(change: VolumeChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
