import { createPublicKey } from 'node:crypto';
import path from 'node:path';
import type { ChainParts, Place } from './chain.ts';
import { daysOf, lastLines } from './evidence-file.ts';
import { isSignedBy, type NumberRange, noRecord, readLine, type SealedRecord } from './record.ts';

/** The newest record of a chain, and what the next one has to repeat. */
export interface Head {
  /** 0 before the first. */
  number: number;
  hash: string;
  gone: NumberRange[];
  /** null when no record is on the disks that are there. */
  place: Place | null;
}

interface Found extends SealedRecord {
  place: Place;
}

/** More than a record of an hour has. */
const tailBytes = 1 << 20;
/** Of the newest days the first lines up to this many are looked at; of all, when the newest record is not there. */
const newestDays = 3;

/** Where a chain goes on: by its files, compared with what the database knows. */
export async function findHead(streamId: string, parts: ChainParts): Promise<Head> {
  const { db, volumes, onTrouble, key } = parts;
  const row = await db.selectFrom('evidence_heads').selectAll().where('stream_id', '=', streamId).executeTakeFirst();
  let found = await newestIn(streamId, parts, newestDays);
  if ((found?.record.number ?? 0) < (row?.number ?? 0))
    found = await newestIn(streamId, parts, Number.POSITIVE_INFINITY);
  const number = found?.record.number ?? 0;
  const head: Head = {
    ...{ number, hash: found?.hash ?? noRecord },
    ...{ gone: found?.record.gone ?? [], place: found?.place ?? null },
  };
  if (found && found.record.key === key.fingerprint && !isSignedBy(found, createPublicKey(key.publicKey))) {
    onTrouble(streamId, `Record ${number} of its evidence carries a signature that is not this recorder's.`);
  }
  if (!row || number > row.number || (number === row.number && head.hash === row.hash)) return head;
  // What is missing may be on a disk that is not there.
  if (volumes.list().every(({ id }) => volumes.isPresent(id))) {
    if (number === 0 && !(await hasFootage(streamId, parts))) head.gone = [[1, row.number]];
    else if (number === row.number)
      onTrouble(streamId, `Record ${number} of its evidence is not the one that was written.`);
    else onTrouble(streamId, `Records ${number + 1} to ${row.number} of its evidence are missing on the disks.`);
  }
  return { ...head, number: row.number, hash: row.hash };
}

async function hasFootage(streamId: string, { db }: ChainParts): Promise<boolean> {
  const row = await db
    .selectFrom('segments')
    .select('id')
    .where('camera_id', '=', streamId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function newestIn(streamId: string, { volumes }: ChainParts, maxDays: number): Promise<Found | null> {
  let newest: Found | null = null;
  for (const { id, root } of volumes.list()) {
    if (!volumes.isPresent(id)) continue;
    let looked = 0;
    for (const day of await daysOf(root, streamId)) {
      const last = await lastRecord(day, streamId);
      if (!last) continue;
      if (last.record.number > (newest?.record.number ?? 0)) {
        newest = { ...last, place: { volumeId: id, folder: path.relative(root, day) } };
      }
      looked += 1;
      if (looked >= maxDays) break;
    }
  }
  return newest;
}

async function lastRecord(day: string, streamId: string): Promise<SealedRecord | null> {
  for (const line of (await lastLines(day, tailBytes)).reverse()) {
    const sealed = readLine(line);
    if (sealed?.record.stream === streamId) return sealed;
  }
  return null;
}

/** Of a stream's newest segments on a volume: which files are in the chain, and up to when. */
export async function newestCovered(root: string, streamId: string): Promise<{ files: Set<string>; to: number }> {
  const covered = { files: new Set<string>(), to: 0 };
  let looked = 0;
  for (const day of await daysOf(root, streamId)) {
    const lines = await lastLines(day, tailBytes);
    for (const line of lines) {
      const { record } = readLine(line) ?? {};
      if (record?.kind !== 'segment') continue;
      covered.files.add(record.file);
      covered.to = Math.max(covered.to, record.to);
    }
    looked += lines.length > 0 ? 1 : 0;
    if (looked >= newestDays) break;
  }
  return covered;
}
