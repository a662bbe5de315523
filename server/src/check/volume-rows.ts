import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { readIdentity } from '../shared/volume-identity.ts';
import { CheckError } from './errors.ts';

/** Gives the data folder of a new database the identity that its folder says; other volumes of it stay. */
export async function enterDataFolder(db: Kysely<Tables>, dataDir: string, nowMs: number): Promise<void> {
  const known = await db.selectFrom('volumes').select('id').where('path', '=', '.').executeTakeFirst();
  const identity = await readIdentity(dataDir);
  if (!known) await insert(db, { id: identity?.id ?? randomUUID(), name: 'Data folder', path: '.' }, nowMs);
  else if (identity) await db.updateTable('volumes').set({ id: identity.id }).where('path', '=', '.').execute();
}

/**
 * Volumes that somebody names, since a lost database does not.
 * @throws {CheckError} for a folder without an identity file: nothing says that it is a volume of this recorder.
 */
export async function enterVolumes(db: Kysely<Tables>, roots: readonly string[], nowMs: number): Promise<void> {
  for (const root of roots) {
    const identity = await readIdentity(root);
    if (!identity) throw new CheckError(`${root} is not a volume of a recorder: it has no identity file`);
    const known = await db.selectFrom('volumes').select('id').where('id', '=', identity.id).executeTakeFirst();
    if (known) await db.updateTable('volumes').set({ path: root }).where('id', '=', identity.id).execute();
    else await insert(db, { id: identity.id, name: root, path: root }, nowMs);
  }
}

async function insert(
  db: Kysely<Tables>,
  volume: { id: string; name: string; path: string },
  nowMs: number,
): Promise<void> {
  const last = await db
    .selectFrom('volumes')
    .select((eb) => eb.fn.max<number | null>('position').as('position'))
    .executeTakeFirst();
  const position = volume.path === '.' ? 0 : (last?.position ?? 0) + 1;
  await db
    .insertInto('volumes')
    .values({ ...volume, position, use: 'record', created_at: nowMs })
    .execute();
}
