import path from 'node:path';
import { databaseFileName, openForReading, type ReadDatabase } from '../../database/index.ts';
import { SegmentRows } from '../../recording/segment-rows.ts';
import { NvrError } from '../../shared/errors.ts';
import { readIdentity } from '../../shared/volume-identity.ts';
import type { Volume } from '../../storage/volume.ts';
import { volumeOfRow } from '../../storage/volume-settings.ts';
import type { EngineParts } from '../making.ts';
import { CommandError } from './options.ts';

/** A data folder that is read, also while a recorder writes to it: what its database has, some seconds old. */
export interface DataFolder extends ReadDatabase {
  index: EngineParts['index'];
  volumes: { list(): readonly Volume[]; rootOf(id: string): string; isPresent(id: string): boolean };
  cameras: {
    get(id: string): { name: string } | undefined;
    /** Those that were removed too, as long as there is footage of them. @throws {NvrError} `camera_not_found` */
    require(id: string): unknown;
  };
}

/** @throws {CommandError} when there is none, or it cannot be read. */
export async function openDataFolder(dataDir: string): Promise<DataFolder> {
  const database = openOrTell(dataDir);
  const { db } = database;
  const rows = await db.selectFrom('volumes').selectAll().orderBy('position').execute();
  const volumes = rows.map((row) => volumeOfRow(row, dataDir));
  const present = new Set<string>();
  for (const { id, root, isDataFolder } of volumes) {
    const identity = await readIdentity(root).catch(() => null);
    if (isDataFolder || identity?.id === id) present.add(id);
  }
  const rootOf = (id: string) => volumes.find((volume) => volume.id === id)?.root ?? dataDir;
  const segments = new SegmentRows(db);
  /** Ids of segments whose files are gone: cleaned away since their rows were read, or removed by hand. */
  const missing = new Set<number>();
  return {
    ...database,
    index: {
      async footage(streamId, range) {
        const found = (await segments.overlapping(streamId, range)).filter(({ id }) => !missing.has(id));
        const runs = await segments.runs([...new Set(found.map(({ runId }) => runId))]);
        return { segments: found, runs: new Map(runs.map((run) => [run.id, run])) };
      },
      async onFileMissing({ id }) {
        missing.add(id);
      },
      fileOf: (segment) => path.join(rootOf(segment.volumeId), segment.path),
    },
    volumes: { list: () => volumes, rootOf, isPresent: (id) => present.has(id) },
    cameras: await readCameras(database),
  };
}

function openOrTell(dataDir: string): ReadDatabase {
  const file = path.join(dataDir, databaseFileName);
  try {
    return openForReading(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new CommandError(`there is no recorder's data in ${dataDir}; name its folder with --data`);
    throw new CommandError(`${file} cannot be read: ${message}`, { cause: error });
  }
}

async function readCameras({ db }: ReadDatabase): Promise<DataFolder['cameras']> {
  const rows = await db.selectFrom('cameras').select(['id', 'settings']).execute();
  // Of the settings, which have a password, the name alone is kept.
  const names = new Map(rows.map(({ id, settings }) => [id, (JSON.parse(settings) as { name: string }).name]));
  const get = (id: string) => (names.has(id) ? { name: names.get(id) ?? id } : undefined);
  return {
    get,
    require(id) {
      if (names.has(id)) return;
      const known = [...names.keys()].sort().slice(0, 20).join(', ') || 'none';
      throw new NvrError('camera_not_found', `There is no camera "${id}" here. There are: ${known}.`);
    },
  };
}
