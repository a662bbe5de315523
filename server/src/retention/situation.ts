import { stat } from 'node:fs/promises';
import type { Retention } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { readStreamId, streamIdsOf } from '../shared/stream-id.ts';
import { keepFreeOf, type Volume, type VolumeStatus } from '../storage/volume.ts';
import type { FreedSpace } from './freed-space.ts';
import { type Device, devicesOf, type Headroom, roomOf, type VolumeFacts, type Wish } from './needs.ts';
import { Protection } from './protection.ts';
import type { CameraLimits, Situation } from './rules.ts';

export interface SituationParts {
  db: Kysely<Tables>;
  clock: Clock;
  cameras: {
    list(): ReadonlyArray<{ id: string; retention: Retention }>;
    /** Deleted cameras of which nothing is to be kept. */
    unwanted(): readonly string[];
  };
  volumes: { list(): readonly Volume[]; status(id: string): VolumeStatus };
}

/** What is not in the database. */
export interface Circumstances {
  freed: FreedSpace;
  /** Room is being made, and there is not enough of it yet. */
  isFreeing: boolean;
  /** Volumes on which deleting fails. */
  without: ReadonlySet<string>;
  wishes: readonly Wish[];
  /** In place of a camera's own; what someone would like to try. */
  limitsOf?: (camera: { id: string; retention: Retention }) => Retention;
}

const dayMs = 86_400_000;
/** What is written in so long is made room for ahead, and this long back is looked to know how much that is. */
const aheadMs = 60_000;
const rateOverMs = 600_000;
const leastHeadroomBytes = 16_000_000;
/** Of all that recordings may take: a small volume is not to be emptied for headroom. */
const mostHeadroomShare = 1 / 10;

/** All that the rules go by, in a few milliseconds also with millions of segments. */
export async function readSituation(parts: SituationParts, circumstances: Circumstances): Promise<Situation> {
  const { db } = parts;
  const totals = await db.selectFrom('footage_totals').selectAll().execute();
  const marks = await db
    .selectFrom('protected_ranges')
    .select(['camera_id as cameraId', 'from_at as from', 'to_at as to'])
    .execute();
  const protection = new Protection(marks);
  const present = removable(parts, circumstances);
  const bytesPerMs = await writeRate(
    parts,
    present.map(({ id }) => id),
  );
  const usedOn = (id: string) => sumOf(totals.filter((row) => row.volume_id === id));
  const volumes = await Promise.all(
    present.map((volume) => factsOf(parts, circumstances, volume, usedOn(volume.id), bytesPerMs)),
  );
  const presentIds = new Set(present.map(({ id }) => id));
  const sizeOf = (cameraId: string) =>
    sumOf(totals.filter((row) => readStreamId(row.camera_id).cameraId === cameraId && presentIds.has(row.volume_id)));
  const devices = devicesOf(volumes);
  return {
    limits: await limitsOf(parts, circumstances, { sizeOf, protection, volumeIds: [...presentIds] }),
    volumes,
    devices,
    headroom: headroomFor(devices, bytesPerMs, circumstances.isFreeing),
    youngFrom: parts.clock.nowMs() - dayMs,
    wishes: circumstances.wishes,
    protection,
  };
}

/** Without what is being deleted already. */
const sumOf = (rows: ReadonlyArray<{ size_bytes: number; deleting_bytes: number }>): number =>
  rows.reduce((sum, row) => sum + row.size_bytes - row.deleting_bytes, 0);

/** Volumes from which files can be deleted now. */
function removable({ volumes }: SituationParts, { without }: Circumstances): Volume[] {
  return volumes.list().filter(({ id }) => {
    const { state } = volumes.status(id);
    return (state === 'ready' || state === 'full') && !without.has(id);
  });
}

async function factsOf(
  { volumes }: SituationParts,
  { freed }: Circumstances,
  volume: Volume,
  usedBytes: number,
  bytesPerMs: number,
): Promise<VolumeFacts> {
  const { totalBytes, freeBytes } = volumes.status(volume.id);
  const told = freeBytes ?? 0;
  const keepFreeBytes = keepFreeOf(volume, totalBytes ?? 0, told + usedBytes);
  const device = await stat(volume.root).then(
    ({ dev }) => String(dev),
    () => volume.id, // its next look says what is wrong
  );
  return {
    id: volume.id,
    device,
    isRecording: volume.use === 'record',
    usedBytes,
    quotaBytes: volume.quotaBytes,
    // When it gets tight, only what is really there counts.
    freeBytes: told < keepFreeBytes / 2 ? told : freed.freeOn(device, told, bytesPerMs),
    toldFreeBytes: told,
    keepFreeBytes,
  };
}

/** Bytes per millisecond on all these volumes, over the last minutes. */
async function writeRate({ db, clock }: SituationParts, volumeIds: readonly string[]): Promise<number> {
  const now = clock.nowMs();
  let sizeBytes = 0;
  let since: number = now;
  for (const volumeId of volumeIds) {
    const row = await db
      .selectFrom('segments')
      .select((eb) => [eb.fn.sum<number | null>('size_bytes').as('sizeBytes'), eb.fn.min('start_at').as('since')])
      .where('volume_id', '=', volumeId)
      .where('start_at', '>=', now - rateOverMs)
      .executeTakeFirst();
    sizeBytes += row?.sizeBytes ?? 0;
    since = Math.min(since, row?.since ?? now);
  }
  return sizeBytes / Math.max(now - since, aheadMs);
}

function headroomFor(devices: readonly Device[], bytesPerMs: number, isFreeing: boolean): Headroom {
  const capacity = devices.reduce((sum, device) => sum + capacityOf(device), 0);
  const wished = Math.max(bytesPerMs * aheadMs, leastHeadroomBytes);
  const low = Math.min(wished, capacity * mostHeadroomShare);
  return { low, high: 2 * low, isFreeing };
}

/** What recordings may take of a device, with what they have. */
export function capacityOf(device: Device): number {
  const used = device.volumes.reduce((sum, volume) => sum + (volume.isRecording ? volume.usedBytes : 0), 0);
  return Math.max(0, used + roomOf(device, new Map()));
}

interface FootageFacts {
  sizeOf(cameraId: string): number;
  protection: Protection;
  volumeIds: readonly string[];
}

async function limitsOf(
  { db, clock, cameras }: SituationParts,
  { limitsOf: wished }: Circumstances,
  { sizeOf, protection, volumeIds }: FootageFacts,
): Promise<CameraLimits[]> {
  const limits: CameraLimits[] = cameras.unwanted().map((cameraId) => ({
    cameraId,
    endedBy: Number.POSITIVE_INFINITY,
    maxSizeBytes: null,
    sizeBytes: 0,
  }));
  const now = clock.nowMs();
  for (const camera of cameras.list()) {
    const { maxAgeDays, maxSizeBytes } = wished?.(camera) ?? camera.retention;
    let sizeBytes = sizeOf(camera.id);
    if (maxSizeBytes !== null && sizeBytes > maxSizeBytes) {
      sizeBytes -= await protectedBytes(db, camera.id, protection, volumeIds);
    }
    const endedBy = maxAgeDays === null ? null : now - maxAgeDays * dayMs;
    limits.push({ cameraId: camera.id, endedBy, maxSizeBytes, sizeBytes });
  }
  return limits;
}

/** Far longer than a segment. */
const maxSegmentMs = 3_600_000;

/** What is locked or bookmarked of a camera's streams on these volumes. */
export async function protectedBytes(
  db: Kysely<Tables>,
  cameraId: string,
  protection: Protection,
  volumeIds: readonly string[],
): Promise<number> {
  let sum = 0;
  for (const { from, to } of protection.rangesOf(cameraId)) {
    const row = await db
      .selectFrom('segments')
      .select((eb) => eb.fn.sum<number | null>('size_bytes').as('sizeBytes'))
      .where('camera_id', 'in', streamIdsOf(cameraId))
      .where('start_at', '>=', from - maxSegmentMs)
      .where('start_at', '<', to)
      .where('end_at', '>', from)
      .where('state', '<>', 'deleting')
      .where('volume_id', 'in', volumeIds)
      .executeTakeFirst();
    sum += row?.sizeBytes ?? 0;
  }
  return sum;
}
