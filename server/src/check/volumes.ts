import { type Kysely, sql } from 'kysely';
import type { Tables } from '../database/index.ts';
import { readIdentity } from '../shared/volume-identity.ts';

export interface CheckedVolume {
  /** UUID. */
  id: string;
  name: string;
  /** Absolute. */
  root: string;
  isDataFolder: boolean;
  /** How many the index has on it. */
  segments: number;
  /** null when its disk is there; else what is there instead. */
  missing: string | null;
}

/** The volumes of the index, in the order of use, and whether their disks are there. */
export async function readVolumes(db: Kysely<Tables>, dataDir: string): Promise<CheckedVolume[]> {
  const rows = await db
    .selectFrom('volumes')
    .select(['id', 'name', 'path'])
    .select(
      sql<number>`(SELECT coalesce(sum(segments), 0) FROM footage_totals WHERE volume_id = volumes.id)`.as('segments'),
    )
    .orderBy('position')
    .orderBy('created_at')
    .execute();
  return Promise.all(
    rows.map(async ({ id, name, path, segments }) => {
      const volume = { id, name, root: path === '.' ? dataDir : path, isDataFolder: path === '.', segments };
      return { ...volume, missing: await whyMissing(volume) };
    }),
  );
}

async function whyMissing({ id, root, isDataFolder }: Pick<CheckedVolume, 'id' | 'root' | 'isDataFolder'>) {
  try {
    const identity = await readIdentity(root);
    if (identity?.id === id) return null;
    // The database is here, so this is the data folder; the next start writes its identity file again.
    if (isDataFolder) return null;
    return identity ? `${root} holds another volume` : `${root} does not hold it`;
  } catch (error) {
    return `${root} cannot be read: ${(error as Error).message}`;
  }
}
