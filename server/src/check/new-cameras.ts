import type { Kysely } from 'kysely';
import type { Tables } from '../database/index.ts';
import { readStreamId } from '../shared/stream-id.ts';

/** Cameras that only their footage tells of: entered as removed ones, so that one added under their id has it; so are substreams. */
export class NewCameras {
  readonly #known: Set<string>;
  readonly #nowMs: number;
  /** Without substreams. */
  readonly entered: string[] = [];

  private constructor(known: Set<string>, nowMs: number) {
    this.#known = known;
    this.#nowMs = nowMs;
  }

  static async of(db: Kysely<Tables>, nowMs: number): Promise<NewCameras> {
    const rows = await db.selectFrom('cameras').select('id').execute();
    return new NewCameras(new Set(rows.map(({ id }) => id)), nowMs);
  }

  /** @param firstAt of its footage, as far as it was read. */
  async enter(db: Kysely<Tables>, id: string, firstAt: number): Promise<void> {
    if (this.#known.has(id)) return;
    const { cameraId } = readStreamId(id);
    if (!this.#known.has(cameraId) && !this.entered.includes(cameraId)) this.entered.push(cameraId);
    this.#known.add(id);
    const settings = JSON.stringify({ name: id, footage: 'keep' });
    await db.insertInto('cameras').values({ id, settings, created_at: firstAt, deleted_at: this.#nowMs }).execute();
  }
}
