import type { Kysely, SelectQueryBuilder } from 'kysely';
import type { Tables } from '../database/index.ts';
import { readStreamId, streamIdsOf } from '../shared/stream-id.ts';
import type { FootageSource, Piece } from './piece.ts';

/** How much time a slice covers: of one camera some 1,440 segments, of a volume some 60 for each camera. */
const cameraSliceMs = 86_400_000;
const volumeSliceMs = 3_600_000;

type Segments = SelectQueryBuilder<Tables, 'segments', unknown>;

/** Later than any footage. */
const lastInstant = Number.MAX_SAFE_INTEGER;

/** Reads the footage of some volumes in slices, each by a sum over the covering indexes: rows are not touched. */
export class FootageRows implements FootageSource {
  readonly #db: Kysely<Tables>;
  readonly #volumeIds: readonly string[];

  /** @param volumeIds those that footage can be removed from now. */
  constructor(db: Kysely<Tables>, volumeIds: readonly string[]) {
    this.#db = db;
    this.#volumeIds = volumeIds;
  }

  async *ofCamera(cameraId: string, before: number): AsyncGenerator<Piece[]> {
    const streamIds = streamIdsOf(cameraId);
    const closed = (ids: string[], from: number, to: number) =>
      between(this.#closed().where('camera_id', 'in', ids), from, to);
    let from = 0;
    for (;;) {
      // One after the other: the first of several would be looked for among all their rows.
      const starts = await Promise.all(
        streamIds.map((id) => firstStart(closed([id], from, Math.min(before, lastInstant)))),
      );
      const first = Math.min(...starts.map((start) => start ?? lastInstant));
      if (first === lastInstant) return;
      from = endOfSlice(first, cameraSliceMs);
      const pieces = await this.#piecesOf(closed(streamIds, first, Math.min(from, before)), cameraId);
      if (pieces.length > 0) yield pieces;
    }
  }

  async *ofVolumes(volumeIds: readonly string[], before: number): AsyncGenerator<Piece[]> {
    const closed = (id: string, from: number, to: number) =>
      between(this.#closed().where('volume_id', '=', id), from, Math.min(before, to));
    let from = 0;
    for (;;) {
      const starts = await Promise.all(volumeIds.map((id) => firstStart(closed(id, from, lastInstant))));
      const first = Math.min(...starts.map((start) => start ?? lastInstant));
      if (first === lastInstant) return;
      from = endOfSlice(first, volumeSliceMs);
      const slices = volumeIds.map((id) =>
        sums(closed(id, first, from))
          .select('camera_id')
          .groupBy('camera_id')
          .execute(),
      );
      const pieces = (await Promise.all(slices)).flatMap((ofVolume, at) =>
        [...Map.groupBy(ofVolume, (row) => readStreamId(row.camera_id).cameraId)].map(([cameraId, rows]) =>
          pieceOf(together(rows), cameraId, volumeIds[at] as string),
        ),
      );
      yield pieces;
    }
  }

  async segmentsOf(pieces: readonly Piece[]): Promise<Piece[]> {
    const segments: Piece[] = [];
    for (const piece of pieces) {
      if (piece.id === null) segments.push(...(await this.#segmentsOf(piece)));
      else segments.push(piece);
    }
    return segments.sort((a, b) => a.startAt - b.startAt);
  }

  async #segmentsOf({ cameraId, volumeId, startAt, lastStartAt }: Piece): Promise<Piece[]> {
    const closed = this.#closed().where('camera_id', 'in', streamIdsOf(cameraId)).where('volume_id', '=', volumeId);
    const rows = await between(closed, startAt, lastStartAt + 1)
      .select(['id', 'start_at', 'end_at', 'size_bytes'])
      .execute();
    return rows.map((row) => ({
      id: row.id,
      cameraId,
      volumeId,
      startAt: row.start_at,
      lastStartAt: row.start_at,
      endAt: row.end_at,
      segments: 1,
      sizeBytes: row.size_bytes,
    }));
  }

  /** A piece for each volume. A sum by volume takes four times as long as one over all, and mostly there is one volume. */
  async #piecesOf(segments: Segments, cameraId: string): Promise<Piece[]> {
    const row = await sums(segments)
      .select((eb) => [eb.fn.min('volume_id').as('first_volume'), eb.fn.max('volume_id').as('last_volume')])
      .executeTakeFirstOrThrow();
    if (row.segments === 0) return [];
    if (row.first_volume === row.last_volume) {
      return this.#volumeIds.includes(row.first_volume) ? [pieceOf(row, cameraId, row.first_volume)] : [];
    }
    const rows = await sums(segments).select('volume_id').groupBy('volume_id').execute();
    return rows
      .filter((each) => this.#volumeIds.includes(each.volume_id))
      .map((each) => pieceOf(each, cameraId, each.volume_id));
  }

  #closed(): Segments {
    return this.#db.selectFrom('segments').where('state', '=', 'closed');
  }
}

const between = (segments: Segments, from: number, to: number): Segments =>
  segments.where('start_at', '>=', from).where('start_at', '<', to);

async function firstStart(segments: Segments): Promise<number | null> {
  const row = await segments.select('start_at').orderBy('start_at').limit(1).executeTakeFirst();
  return row?.start_at ?? null;
}

const endOfSlice = (at: number, lengthMs: number): number => Math.floor(at / lengthMs) * lengthMs + lengthMs;

/** Null but for `segments` when there are none. */
const sums = (segments: Segments) =>
  segments.select((eb) => [
    eb.fn.countAll<number>().as('segments'),
    eb.fn.sum<number>('size_bytes').as('size_bytes'),
    eb.fn.min('start_at').as('start_at'),
    eb.fn.max('start_at').as('last_start_at'),
    eb.fn.max('end_at').as('end_at'),
  ]);

interface Sums {
  segments: number;
  size_bytes: number;
  start_at: number;
  last_start_at: number;
  end_at: number;
}

/** Of a camera's streams. */
const together = (rows: readonly Sums[]): Sums =>
  rows.reduce((sum, row) => ({
    segments: sum.segments + row.segments,
    size_bytes: sum.size_bytes + row.size_bytes,
    start_at: Math.min(sum.start_at, row.start_at),
    last_start_at: Math.max(sum.last_start_at, row.last_start_at),
    end_at: Math.max(sum.end_at, row.end_at),
  }));

const pieceOf = (row: Sums, cameraId: string, volumeId: string): Piece => ({
  id: null,
  cameraId,
  volumeId,
  startAt: row.start_at,
  lastStartAt: row.last_start_at,
  endAt: row.end_at,
  segments: row.segments,
  sizeBytes: row.size_bytes,
});
