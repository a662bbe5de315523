import type { Retention, StorageForecast } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import type { Clock } from '../shared/clock.ts';
import { streamIdsOf } from '../shared/stream-id.ts';
import { daysUntil } from './growth.ts';
import { roomOf } from './needs.ts';
import type { Situation } from './rules.ts';
import { capacityOf, protectedBytes } from './situation.ts';

interface Camera {
  id: string;
  createdAt: number;
  substreamSince: number | null;
  recording: { mode: string };
  retention: Retention;
}

interface ForecastParts {
  db: Kysely<Tables>;
  clock: Clock;
  cameras: { list(): readonly Camera[] };
  /** As cleaning sees it. */
  situation(): Promise<Situation>;
}

/** What a camera writes, with its substream, and how much of it there is. */
interface Written {
  bytesPerDay: number;
  lockedBytes: number;
  /** Of what is not locked or bookmarked. */
  sizeBytes: number;
  /** How far back its footage reaches. */
  reachDays: number;
}

type Limited = Written & { retention: Retention };

const dayMs = 86_400_000;
const windowMs = 7 * dayMs;
/** Less says nothing about a day. */
const leastRecordedMs = 60_000;
/** What is written changes slowly, and many rows are asked for it. */
const validMs = 60_000;

/** How long there is room, from what was really written. */
export class Forecaster {
  readonly #parts: ForecastParts;
  #written = new Map<string, Written>();
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(parts: ForecastParts) {
    this.#parts = parts;
  }

  async forecast(): Promise<StorageForecast> {
    const situation = await this.#parts.situation();
    const written = await this.#read(situation);
    const cameras: Limited[] = this.#parts.cameras.list().flatMap(({ id, recording, retention }) => {
      const facts = written.get(id);
      return facts && recording.mode !== 'off' ? [{ ...facts, retention }] : [];
    });
    const bytesPerDay = sum(cameras.map((camera) => camera.bytesPerDay));
    const unknown = { bytesPerDay: Math.round(bytesPerDay), fullInDays: null, keepsDays: null };
    if (bytesPerDay < 1 || situation.devices.length === 0) return unknown;
    const { devices, headroom } = situation;
    const lockedBytes = sum([...written.values()].map((camera) => camera.lockedBytes));
    const room = sum(devices.map((device) => Math.max(0, roomOf(device, new Map()))));
    const capacity = sum(devices.map(capacityOf));
    // Cleaning keeps a little more free than it must.
    const fullInDays = daysUntil(headroom.isFreeing ? 0 : room - headroom.high, cameras.map(untilItsLimit));
    const keeps = daysUntil(capacity - headroom.low - lockedBytes, cameras.map(toItsLimit));
    return {
      ...unknown,
      fullInDays: Number.isFinite(fullInDays) ? fullInDays : null,
      keepsDays: Number.isFinite(keeps)
        ? keeps
        : Math.max(...cameras.map(toItsLimit).map(({ bytesPerDay, forDays }) => (bytesPerDay > 0 ? forDays : 0))),
    };
  }

  async #read({ volumes, protection }: Situation): Promise<ReadonlyMap<string, Written>> {
    const now = this.#parts.clock.monotonicMs();
    if (now - this.#readAt < validMs) return this.#written;
    const { db, cameras } = this.#parts;
    const volumeIds = volumes.map(({ id }) => id);
    const written = new Map<string, Written>();
    for (const camera of cameras.list()) {
      const lockedBytes = await protectedBytes(db, camera.id, protection, volumeIds);
      written.set(camera.id, await this.#writtenOf(camera, lockedBytes));
    }
    this.#written = written;
    this.#readAt = now;
    return written;
  }

  async #writtenOf({ id, createdAt, substreamSince }: Camera, lockedBytes: number): Promise<Written> {
    const now = this.#parts.clock.nowMs();
    const [main, sub] = streamIdsOf(id);
    const ofMain = await this.#writtenOfStream(main, createdAt, now);
    const ofSub = substreamSince === null ? null : await this.#writtenOfStream(sub, substreamSince, now);
    return {
      bytesPerDay: ofMain.bytesPerDay + (ofSub?.bytesPerDay ?? 0),
      lockedBytes,
      sizeBytes: ofMain.sizeBytes + (ofSub?.sizeBytes ?? 0) - lockedBytes,
      reachDays: Math.max(ofMain.reachDays, ofSub?.reachDays ?? 0),
    };
  }

  async #writtenOfStream(id: string, since: number, now: number): Promise<Omit<Written, 'lockedBytes'>> {
    const { db } = this.#parts;
    const from = Math.max(now - windowMs, since);
    const written = await db
      .selectFrom('segments')
      .select((eb) => [
        eb.fn.sum<number | null>('size_bytes').as('sizeBytes'),
        eb.fn.sum<number | null>(eb('end_at', '-', eb.ref('start_at'))).as('recordedMs'),
      ])
      .where('camera_id', '=', id)
      .where('start_at', '>=', from)
      .where('state', '<>', 'deleting')
      .executeTakeFirstOrThrow();
    const recordedMs = written.recordedMs ?? 0;
    const share = Math.min(1, (recordedMs + (await this.#removedMs(id, from, now))) / Math.max(1, now - from));
    const isKnown = recordedMs >= leastRecordedMs;
    return {
      bytesPerDay: isKnown ? ((written.sizeBytes ?? 0) / recordedMs) * share * dayMs : 0,
      sizeBytes: await this.#sizeOf(id),
      reachDays: (now - (await this.#oldestOf(id, now))) / dayMs,
    };
  }

  /** Written, and cleaned away since. */
  async #removedMs(cameraId: string, from: number, to: number): Promise<number> {
    const rows = await this.#parts.db
      .selectFrom('removed')
      .select(['from_at', 'to_at'])
      .where('camera_id', '=', cameraId)
      .where('from_at', '<', to)
      .where('to_at', '>', from)
      .execute();
    return rows.reduce((sum, row) => sum + Math.min(row.to_at, to) - Math.max(row.from_at, from), 0);
  }

  async #sizeOf(cameraId: string): Promise<number> {
    const row = await this.#parts.db
      .selectFrom('footage_totals')
      .select((eb) => eb.fn.sum<number | null>(eb('size_bytes', '-', eb.ref('deleting_bytes'))).as('sizeBytes'))
      .where('camera_id', '=', cameraId)
      .executeTakeFirst();
    return row?.sizeBytes ?? 0;
  }

  async #oldestOf(cameraId: string, otherwise: number): Promise<number> {
    const row = await this.#parts.db
      .selectFrom('segments')
      .select('start_at')
      .where('camera_id', '=', cameraId)
      .where('state', '=', 'closed')
      .orderBy('start_at')
      .limit(1)
      .executeTakeFirst();
    return row?.start_at ?? otherwise;
  }
}

/** From nothing until a limit of the camera holds it. */
function toItsLimit({ bytesPerDay, retention: { maxAgeDays, maxSizeBytes } }: Limited) {
  const bySize = maxSizeBytes === null || bytesPerDay === 0 ? Number.POSITIVE_INFINITY : maxSizeBytes / bytesPerDay;
  return { bytesPerDay, forDays: Math.min(maxAgeDays ?? Number.POSITIVE_INFINITY, bySize) };
}

/** From what there is. */
function untilItsLimit({ bytesPerDay, retention: { maxAgeDays, maxSizeBytes }, sizeBytes, reachDays }: Limited) {
  const never = Number.POSITIVE_INFINITY;
  const byAge = maxAgeDays === null ? never : maxAgeDays - reachDays;
  const bySize = maxSizeBytes === null || bytesPerDay === 0 ? never : (maxSizeBytes - sizeBytes) / bytesPerDay;
  return { bytesPerDay, forDays: Math.max(0, Math.min(byAge, bySize)) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
