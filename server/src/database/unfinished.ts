import { type SqlBool, sql } from 'kysely';

/**
 * Together with a condition on `state`: finds the few segments that are open or being deleted among millions. Written out,
 * since SQLite takes the partial index `segments_unfinished` only for the literal condition (sqlite.org/partialindex.html).
 */
export const unfinished = sql<SqlBool>`segments.state <> 'closed'`;
