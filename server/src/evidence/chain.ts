import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import {
  type Durability,
  evidenceFileName,
  hasOnlyCompanions,
  type RemovalReason,
  type Volumes,
} from '../recording/index.ts';
import type { Clock } from '../shared/clock.ts';
import { exists } from '../shared/disk-files.ts';
import { InTurn } from '../shared/in-turn.ts';
import type { Logger } from '../shared/logger.ts';
import { appendLine, daysOf, linesOf } from './evidence-file.ts';
import { findHead, type Head } from './head.ts';
import type { EvidenceKey } from './key.ts';
import {
  mergeNumbers,
  missingNumbers,
  type NumberRange,
  numberIn,
  type RecordContent,
  type RemovedContent,
  readLine,
  seal,
} from './record.ts';

interface RecordedVolume {
  id: string;
  root: string;
  /** `read`: nothing new is to be written there. */
  use: 'record' | 'read';
}

export interface ChainParts {
  db: Kysely<Tables>;
  key: EvidenceKey;
  volumes: Omit<Volumes, 'list'> & { list(): readonly RecordedVolume[] };
  clock: Clock;
  log: Logger;
  durability: Pick<Durability, 'ofVolume'>;
  /** Volumes on which no record may come to lie. */
  givenUp: ReadonlySet<string>;
  /** The records on the disks are not those that were written. */
  onTrouble(streamId: string, message: string): void;
}

/** Where a record goes; the folder relative to the volume. */
export interface Place {
  volumeId: string;
  folder: string;
}

/** Written to no disk yet; more than this is left to the next start. */
const maxHeld = 500;

/** The chain of one stream: one record after the other, each naming the one before. */
export class Chain {
  readonly #parts: ChainParts;
  readonly #streamId: string;
  readonly #turns = new InTurn();
  #head: Head | null = null;
  #held: Array<{ content: RecordContent; place: Place | null }> = [];
  #saving: Promise<void> = Promise.resolve();
  #unsaved: string | null = null;

  constructor(streamId: string, parts: ChainParts) {
    this.#streamId = streamId;
    this.#parts = parts;
  }

  /** Resolves when the record is in a file, or has to wait for a disk that takes it. @param place null: where the newest is. */
  append(content: RecordContent, place: Place | null): Promise<void> {
    return this.#turns.run(() => this.#append(content, place));
  }

  /**
   * Takes away the evidence of a day of which no recording is left: what still counts of it goes on in a record elsewhere.
   * False when the day has to stay.
   */
  letGo(folder: string): Promise<boolean> {
    return this.#turns.run(async () => {
      const names = await readdir(folder);
      if (!hasOnlyCompanions(names)) return false;
      const { numbers, removed } = await this.#summaryOf(folder);
      const head = await this.#load();
      head.gone = mergeNumbers([...head.gone, ...numbers]);
      const place = await this.#placeBeside(folder);
      // Of the last day nothing has to be told.
      if (place) for (const content of removed) await this.#append(content, place);
      if (this.#held.length > 0) return false;
      await rm(path.join(folder, evidenceFileName), { force: true });
      return true;
    });
  }

  /** Records that are nowhere but on a volume that is given up are missed from now on no more. */
  giveUp(volumeId: string): Promise<void> {
    return this.#turns.run(async () => {
      const head = await this.#load();
      if (head.place?.volumeId === volumeId) head.place = null;
      const lost = missingNumbers([...head.gone, ...(await this.#numbersElsewhere())], head.number);
      if (lost.length === 0) return;
      head.gone = mergeNumbers([...head.gone, ...lost]);
      const place = (await this.#placeBeside(null)) ?? this.#today();
      await this.#append({ kind: 'removed', reason: 'given_up', files: [] }, place);
    });
  }

  /** Resolves when all that was to be written so far is, or waits for a disk. */
  settled(): Promise<void> {
    return this.#turns.settled();
  }

  /** Resolves when all is written, and on the disk as far as it can be brought there. */
  async close(): Promise<void> {
    await this.#turns.settled();
    if (this.#unsaved !== null) await this.#parts.durability.ofVolume(this.#unsaved, true);
    await this.#saving;
  }

  async #append(content: RecordContent, place: Place | null): Promise<void> {
    this.#held.push({ content, place });
    this.#held.splice(0, this.#held.length - maxHeld);
    for (let next = this.#held[0]; next && (await this.#write(next.content, next.place)); next = this.#held[0]) {
      this.#held.shift();
    }
  }

  /** False when no disk takes it now. */
  async #write(content: RecordContent, wish: Place | null): Promise<boolean> {
    const { clock, key, log, volumes } = this.#parts;
    const head = await this.#load();
    const number = head.number + 1;
    const { line, hash } = seal(
      {
        ...{ version: 1, kind: content.kind, stream: this.#streamId, number, previous: head.hash },
        ...{ ...content, gone: head.gone, writtenAt: clock.nowMs(), key: key.fingerprint },
      },
      key.privateKey,
    );
    for (const place of await this.#placesFor(wish ?? head.place)) {
      try {
        await appendLine(path.join(volumes.rootOf(place.volumeId), place.folder), line);
        Object.assign(head, { number, hash, place });
        this.#save({ number, hash, volumeId: place.volumeId });
        return true;
      } catch (error) {
        log.warn({ err: error, cameraId: this.#streamId, ...place }, 'A record of evidence cannot be written there');
      }
    }
    log.error({ cameraId: this.#streamId, waiting: this.#held.length }, 'No disk takes the records of evidence');
    return false;
  }

  /** Where it should go, then the same folder of other volumes that are written to. */
  async #placesFor(wish: Place | null): Promise<Place[]> {
    const place = wish ?? (await this.#placeBeside(null));
    if (!place) return [];
    const usable = this.#usable();
    const others = usable.filter(({ id, use }) => id !== place.volumeId && use === 'record');
    return [...usable.filter(({ id }) => id === place.volumeId), ...others].map(({ id }) => ({
      volumeId: id,
      folder: place.folder,
    }));
  }

  #usable(): readonly RecordedVolume[] {
    const { volumes, givenUp } = this.#parts;
    return volumes.list().filter(({ id }) => volumes.isPresent(id) && !givenUp.has(id));
  }

  /** A new day, where there is none; null when no volume is there. */
  #today(): Place | null {
    const [volume] = this.#usable();
    const day = new Date(this.#parts.clock.nowMs()).toISOString().slice(0, 10);
    return volume ? { volumeId: volume.id, folder: path.join('recordings', this.#streamId, day) } : null;
  }

  /** Reads all records of the stream: of a month 400 MB. */
  async #numbersElsewhere(): Promise<NumberRange[]> {
    const numbers: number[] = [];
    for (const { root } of this.#usable()) {
      for (const day of await daysOf(root, this.#streamId)) {
        if (!(await exists(path.join(day, evidenceFileName)))) continue;
        for await (const line of linesOf(day)) numbers.push(numberIn(line) ?? 0);
      }
    }
    return mergeNumbers(numbers.map((number) => [number, number]));
  }

  /** A day of this stream that stays for now: that of the newest record, else the newest. */
  async #placeBeside(folder: string | null): Promise<Place | null> {
    const { volumes } = this.#parts;
    const head = await this.#load();
    const usable = this.#usable();
    if (head.place && usable.some(({ id }) => id === head.place?.volumeId)) {
      const newest = path.join(volumes.rootOf(head.place.volumeId), head.place.folder);
      if (newest !== folder && (await exists(newest))) return head.place;
    }
    const days: Place[] = [];
    for (const { id, root } of usable) {
      const others = (await daysOf(root, this.#streamId)).filter((day) => day !== folder);
      days.push(...others.slice(0, 1).map((day) => ({ volumeId: id, folder: path.relative(root, day) })));
    }
    return days.sort((a, b) => (a.folder < b.folder ? 1 : -1))[0] ?? null;
  }

  /** Numbers of the records in a day, and what they say of files of days that are still there. */
  async #summaryOf(folder: string): Promise<{ numbers: NumberRange[]; removed: RemovedContent[] }> {
    const numbers: NumberRange[] = [];
    const removed = new Map<string, RemovalReason>();
    const { volumes } = this.#parts;
    for await (const line of linesOf(folder)) {
      const { record } = readLine(line) ?? {};
      if (!record) continue;
      numbers.push([record.number, record.number]);
      if (record.kind === 'removed') for (const file of record.files) removed.set(file, record.reason);
    }
    const days = new Map<string, boolean>();
    for (const day of new Set([...removed.keys()].map((file) => path.dirname(file)))) {
      const places = volumes.list().map(({ root }) => path.join(root, day));
      const elsewhere = places.filter((place) => place !== folder);
      const there = await Promise.all(elsewhere.map((place) => exists(path.join(place, evidenceFileName))));
      days.set(day, there.includes(true));
    }
    const still = [...removed].filter(([file]) => days.get(path.dirname(file)));
    const files = (wanted: RemovalReason) => still.filter(([, reason]) => reason === wanted).map(([file]) => file);
    const givenUp: RemovedContent = { kind: 'removed', reason: 'given_up', files: files('given_up') };
    // Even an empty record tells which others went.
    const deleted: RemovedContent = { kind: 'removed', reason: 'deleted', files: files('deleted') };
    return { numbers, removed: givenUp.files.length > 0 ? [givenUp, deleted] : [deleted] };
  }

  async #load(): Promise<Head> {
    this.#head ??= await findHead(this.#streamId, this.#parts);
    return this.#head;
  }

  /** The database never knows of a record that a power cut could take back: what it knows must be there. */
  #save({ number, hash, volumeId }: { number: number; hash: string; volumeId: string }): void {
    const { db, durability, log } = this.#parts;
    this.#unsaved = volumeId;
    const write = async () => {
      if (!(await durability.ofVolume(volumeId, false))) return;
      const values = { stream_id: this.#streamId, number, hash };
      await db
        .insertInto('evidence_heads')
        .values(values)
        .onConflict((conflict) =>
          conflict.column('stream_id').doUpdateSet(values).where('evidence_heads.number', '<', number),
        )
        .execute();
      if (this.#head?.number === number) this.#unsaved = null;
    };
    this.#saving = Promise.all([this.#saving, write()]).then(
      () => {},
      (error: unknown) =>
        log.warn({ err: error, cameraId: this.#streamId }, 'The end of the chain of evidence cannot be saved'),
    );
  }
}
