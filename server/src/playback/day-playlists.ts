import fs from 'node:fs';
import { access, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { TimeRange } from '@nightjar/contract';
import { dayPlaylistName, type Footage, type Volumes } from '../recording/index.ts';
import type { Clock } from '../shared/clock.ts';
import { type LocalDay, localDayNamed, localDayOf, localDaysOf } from '../shared/local-days.ts';
import type { Logger } from '../shared/logger.ts';
import { dayPlaylist } from './day-playlist.ts';

/** The folder of a day on one volume. */
interface DayFolder {
  cameraId: string;
  volumeId: string;
  /** `YYYY-MM-DD`. */
  date: string;
}

interface DayPlaylistParts {
  index: {
    footageInFolder(volumeId: string, folder: string): Promise<Footage>;
    isWriting(cameraId: string, before: number): boolean;
    onFootageChanged(listener: (cameraId: string | null, range?: TimeRange) => void): void;
  };
  volumes: Volumes;
  clock: Clock;
  /** IANA name: the one that the folders of the days are named in. */
  timeZone: string;
  log: Logger;
  /** How often is looked whether a day has ended. */
  everyMs?: number;
  /** How long after footage has gone, or come back, playlists are written again: cleaning takes it file by file. */
  settleMs?: number;
}

/** Of the newest days, recovery may just have entered files that a playlist does not know. */
const renewedAtStart = 2;

/**
 * Puts an `index.m3u8` in each folder of each day that is over: within seconds after midnight, as soon as the last
 * segment of the day is closed; at the start for days that ended without us; and again when files have gone.
 */
export class DayPlaylists {
  readonly #parts: DayPlaylistParts;
  #today: LocalDay;
  /** Folders that had footage go since their playlist was begun. */
  readonly #changed = new Set<string>();
  /** A day was still being written when its playlist was due. */
  #isLate = false;
  #timer: NodeJS.Timeout | undefined;
  #settling: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(parts: DayPlaylistParts) {
    this.#parts = parts;
    this.#today = this.#dayNow();
  }

  /** Begins in the background, with the days that ended while there was no recorder. */
  start(): void {
    const { index, everyMs = 5_000 } = this.#parts;
    index.onFootageChanged((cameraId, range) => this.#onFootageChanged(cameraId, range));
    this.#timer = setInterval(() => this.#look(), everyMs);
    this.#timer.unref();
    void this.writeMissing(renewedAtStart);
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#settling);
    await this.#turn;
  }

  /**
   * Writes the playlists that are missing; answers their paths. Never rejects.
   *
   * @param renewed of how many days of each camera, the newest, they are written in any case.
   */
  async writeMissing(renewed = 0): Promise<string[]> {
    const written: string[] = [];
    await this.#inTurn(async () => {
      this.#today = this.#dayNow();
      this.#isLate = false;
      for (const folder of await this.#folders()) {
        if (this.#stopped) return;
        const file = path.join(this.#pathOf(folder), dayPlaylistName);
        const wanted = folder.age < renewed || !(await exists(file));
        if (wanted && (await this.#write(folder, file))) written.push(file);
      }
    });
    return written;
  }

  #look(): void {
    const { from, to } = this.#today;
    const now = this.#parts.clock.nowMs();
    const isToday = now >= from && now < to;
    if (isToday && !this.#isLate) return;
    void this.writeMissing();
  }

  #dayNow(): LocalDay {
    return localDayOf(this.#parts.clock.nowMs(), this.#parts.timeZone);
  }

  /** Playlists that may name files which are gone go at once, and come again a little later. */
  #onFootageChanged(cameraId: string | null, range?: TimeRange): void {
    const { timeZone, volumes, settleMs = 300_000 } = this.#parts;
    if (cameraId !== null && range) {
      for (const { date } of localDaysOf({ from: range.from, to: range.to }, timeZone)) {
        for (const { id } of volumes.list()) {
          const folder = this.#pathOf({ cameraId, volumeId: id, date });
          this.#changed.add(folder);
          void this.#inTurn(() => rm(path.join(folder, dayPlaylistName), { force: true }));
        }
      }
    }
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      void this.writeMissing();
    }, settleMs).unref();
  }

  /** Of days that are over, on the disks that are there, oldest first for each camera (`age` 0 is the newest); of removed cameras too. */
  async #folders(): Promise<Array<DayFolder & { age: number }>> {
    const { volumes } = this.#parts;
    const folders: Array<DayFolder & { age: number }> = [];
    for (const { id: volumeId, root } of volumes.list()) {
      if (!volumes.isPresent(volumeId)) continue;
      for (const cameraId of await namesIn(path.join(root, 'recordings'))) {
        const names = await namesIn(path.join(root, 'recordings', cameraId));
        const dates = names.filter((name) => /^\d{4}-\d\d-\d\d$/.test(name) && name < this.#today.date).sort();
        folders.push(...dates.map((date, at) => ({ cameraId, volumeId, date, age: dates.length - 1 - at })));
      }
    }
    return folders;
  }

  /** False when there is nothing to name, or not yet. */
  async #write(folder: DayFolder, file: string): Promise<boolean> {
    const { index, timeZone, log } = this.#parts;
    const day = localDayNamed(folder.date, timeZone);
    if (!day) return false;
    if (index.isWriting(folder.cameraId, day.to)) {
      this.#isLate = true;
      return false;
    }
    const changed = this.#pathOf(folder);
    this.#changed.delete(changed);
    try {
      const { cameraId, volumeId, date } = folder;
      const playlist = dayPlaylist(await index.footageInFolder(volumeId, `recordings/${cameraId}/${date}`));
      if (playlist === null) return false;
      await writeFile(`${file}.new`, playlist);
      // Footage that has gone meanwhile has its own turn; from here on nothing comes between.
      if (this.#changed.has(changed)) return false;
      fs.renameSync(`${file}.new`, file);
      return true;
    } catch (error) {
      log.warn({ file, err: error }, 'The playlist of a day cannot be written; trying again at the next midnight');
      return false;
    }
  }

  #pathOf({ cameraId, volumeId, date }: DayFolder): string {
    return path.join(this.#parts.volumes.rootOf(volumeId), 'recordings', cameraId, date);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.#parts.log.warn({ err: error }, 'The playlists of the days cannot be kept');
    });
    return this.#turn;
  }
}

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
