import fs from 'node:fs/promises';
import path from 'node:path';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import { Temporal } from 'temporal-polyfill';
import { dayPlaylistName, type Footage } from '../recording/index.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { stretchesOf } from './layout.ts';
import { mediaPlaylist } from './playlist.ts';

interface DayPlaylistParts {
  index: { footage(cameraId: string, range: TimeRange): Promise<Footage> };
  cameras: { list(): ReadonlyArray<{ id: string }> };
  clock: Clock;
  dataDir: string;
  /** IANA name: the one that the folders of the days are named in. */
  timeZone: string;
  log: Logger;
}

/** How often is looked for days that have ended. */
const everyMs = 3_600_000;
/** Segments of a day may begin or end this far from it, when the time zone of the recorder was changed. */
const marginMs = 26 * 3_600_000;

/**
 * Puts an `index.m3u8` in the folder of each day that is over: it plays the whole day from the folder itself, without
 * the recorder, in any HLS player.
 */
export class DayPlaylists {
  readonly #parts: DayPlaylistParts;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(parts: DayPlaylistParts) {
    this.#parts = parts;
  }

  /** Begins in the background, with the days that ended while there was no recorder. */
  start(): void {
    const write = () => {
      this.#writing = this.#writing.then(() => this.writeMissing());
    };
    this.#timer = setInterval(write, everyMs);
    this.#timer.unref();
    write();
  }

  async close(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#writing;
  }

  /** Writes the playlists that are missing; answers their paths. Never rejects. */
  async writeMissing(): Promise<string[]> {
    const { cameras, log } = this.#parts;
    const written: string[] = [];
    for (const { id } of cameras.list()) {
      try {
        for (const day of await this.#missing(id)) {
          if (this.#stopped) return written;
          const file = await this.#write(id, day);
          if (file) written.push(file);
        }
      } catch (error) {
        log.warn({ cameraId: id, err: error }, 'The playlist of a day cannot be written, trying again in an hour');
      }
    }
    return written;
  }

  /** Days that are over, with a folder but without a playlist. */
  async #missing(cameraId: string): Promise<string[]> {
    const { clock, timeZone } = this.#parts;
    const today = Temporal.Instant.fromEpochMilliseconds(clock.nowMs()).toZonedDateTimeISO(timeZone).toPlainDate();
    const missing: string[] = [];
    for (const day of await namesIn(this.#folder(cameraId))) {
      if (!/^\d{4}-\d\d-\d\d$/.test(day) || day >= today.toString()) continue;
      if (!(await namesIn(path.join(this.#folder(cameraId), day))).includes(dayPlaylistName)) missing.push(day);
    }
    return missing;
  }

  async #write(cameraId: string, day: string): Promise<string | null> {
    const { index, timeZone } = this.#parts;
    const start = Temporal.PlainDate.from(day).toZonedDateTime(timeZone).epochMilliseconds;
    const range = { from: start - marginMs, to: start + 2 * marginMs } as TimeRange;
    const { segments, runs } = await index.footage(cameraId, range);
    const ofDay = segments.filter((segment) => path.posix.dirname(segment.path) === `recordings/${cameraId}/${day}`);
    const stretches = stretchesOf({ segments: ofDay, runs }, range).map((s) => ({ ...s, withSilence: false }));
    const [first] = ofDay;
    // The last segment may still be open a moment after midnight.
    if (!first || ofDay.some((segment) => segment.state === 'open')) return null;
    const names = new Map(ofDay.map((segment) => [segment.id, path.posix.basename(segment.path)]));
    // Digits, "-", "." and "+": all of them may stand in a path as they are (RFC 3986, section 3.3).
    const nameOf = (id: number) => names.get(id) ?? '';
    const addresses = { file: nameOf, init: nameOf, part: () => '' };
    const all = { from: first.startAt, to: range.to as UnixMs };
    const file = path.join(this.#folder(cameraId), day, dayPlaylistName);
    await fs.writeFile(`${file}.new`, mediaPlaylist(stretches, all, addresses));
    await fs.rename(`${file}.new`, file);
    return file;
  }

  #folder(cameraId: string): string {
    return path.join(this.#parts.dataDir, 'recordings', cameraId);
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await fs.readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
