import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { SegmentRow, Tables } from '../database/index.ts';
import { withoutChunks } from '../recording/segment-rows.ts';

/** A segment's row as far as files are compared with it. */
export type ListedRow = Omit<SegmentRow, 'chunks' | 'holes'>;

/** The segments whose files lie in a folder itself. */
export function rowsIn(db: Kysely<Tables>, volumeId: string, folder: string): Promise<ListedRow[]> {
  return (
    db
      .selectFrom('segments')
      .select(withoutChunks)
      .where('volume_id', '=', volumeId)
      // "0" follows "/": all paths that begin with the folder, found through the index of the paths.
      .where('path', '>', `${folder}/`)
      .where('path', '<', `${folder}0`)
      .where(sql<boolean>`instr(substr(path, ${folder.length + 2}), '/') = 0`)
      .execute()
  );
}

/** Every folder in which the index has a segment of this volume. */
export async function foldersWithRows(db: Kysely<Tables>, volumeId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('segments')
    // Without its last part: what remains after all characters but "/" are taken off its end.
    .select(sql<string>`rtrim(rtrim(path, replace(path, '/', '')), '/')`.as('folder'))
    .distinct()
    .where('volume_id', '=', volumeId)
    .execute();
  return rows.map(({ folder }) => folder);
}
