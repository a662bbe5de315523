import type { RemovalReason } from '@nightjar/contract';
import { headroomNeed, type Need, type Needs, quotaNeed, spaceNeed, wishNeed } from './needs.ts';
import type { FootageSource, Piece, Verdict } from './piece.ts';
import type { Protection } from './protection.ts';

/** What holds for a camera's footage. */
export interface CameraLimits {
  cameraId: string;
  /** Footage that ended by then goes, Unix milliseconds; null: no limit. */
  endedBy: number | null;
  /** Footage beyond so much goes; null: no limit. */
  maxSizeBytes: number | null;
  /** What it has, without what is locked or bookmarked: that is kept beside the limit. */
  sizeBytes: number;
}

export interface Situation extends Needs {
  limits: readonly CameraLimits[];
  protection: Protection;
}

/**
 * What the rules say, one after the other: the age that cameras are limited to, their size, the quotas of volumes, the
 * space to be kept free, and room that someone has asked for. Each takes the oldest first, from what those before it left, and passes over what is locked or
 * bookmarked. Nothing is said twice of a segment. Read it as far as you need: footage is asked for as it goes on.
 */
export async function* verdicts(situation: Situation, source: FootageSource): AsyncGenerator<Verdict> {
  const walk = new Walk(situation.protection, source);
  for (const limits of situation.limits) yield* walk.byAge(limits);
  for (const limits of situation.limits) yield* walk.bySize(limits);
  for (const volume of situation.volumes) yield* walk.forNeed(quotaNeed(volume, walk.freed));
  for (const device of situation.devices) yield* walk.forNeed(spaceNeed(device, situation, walk.freed));
  yield* walk.forNeed(headroomNeed(situation.devices, situation.headroom, walk.freed));
  for (const wish of situation.wishes) yield* walk.forNeed(wishNeed(wish, situation.devices, walk.freed));
}

/** What one rule takes. */
interface Rule {
  reasonOf(volumeId: string): RemovalReason;
  /** Until so much is freed. */
  bytes: number;
  /** Which segments of a piece it is about. */
  concerns(piece: Piece): Share;
}

type Share = 'all' | 'some' | 'none';

class Walk {
  /** Bytes by volume. */
  readonly freed = new Map<string, number>();
  readonly #protection: Protection;
  readonly #source: FootageSource;
  readonly #freedOf = new Map<string, number>();
  /** By camera: what ended by then was looked at. */
  readonly #endedBy = new Map<string, number>();
  /** By camera or volume: what began by then was looked at. */
  readonly #startedBy = new Map<string, number>();

  constructor(protection: Protection, source: FootageSource) {
    this.#protection = protection;
    this.#source = source;
  }

  async *byAge({ cameraId, endedBy }: CameraLimits): AsyncGenerator<Verdict> {
    if (endedBy === null) return;
    const concerns = ({ id, endAt }: Piece): Share => (endAt <= endedBy ? 'all' : id === null ? 'some' : 'none');
    const rule: Rule = { reasonOf: () => 'age', bytes: Number.POSITIVE_INFINITY, concerns };
    yield* this.#take(this.#source.ofCamera(cameraId, endedBy), rule);
    this.#endedBy.set(cameraId, endedBy);
  }

  async *bySize({ cameraId, maxSizeBytes, sizeBytes }: CameraLimits): AsyncGenerator<Verdict> {
    if (maxSizeBytes === null) return;
    const bytes = sizeBytes - (this.#freedOf.get(cameraId) ?? 0) - maxSizeBytes;
    const rule: Rule = { reasonOf: () => 'size', bytes, concerns: (piece) => this.#undecided(piece) };
    yield* this.#mark([cameraId], this.#take(this.#source.ofCamera(cameraId, Number.POSITIVE_INFINITY), rule));
  }

  async *forNeed({ volumeIds, bytes, before, reasonOf }: Need): AsyncGenerator<Verdict> {
    const rule: Rule = { reasonOf, bytes, concerns: (piece) => this.#undecided(piece) };
    yield* this.#mark(volumeIds, this.#take(this.#source.ofVolumes(volumeIds, before), rule));
  }

  /** Hands on what a rule says; afterwards all of these cameras or volumes is decided up to where it came. */
  async *#mark(ids: readonly string[], said: AsyncIterable<Verdict>): AsyncGenerator<Verdict> {
    let startedBy = never;
    for await (const verdict of said) {
      startedBy = Math.max(startedBy, verdict.piece.lastStartAt);
      yield verdict;
    }
    for (const id of ids) this.#startedBy.set(id, Math.max(startedBy, this.#startedBy.get(id) ?? never));
  }

  /** Slices are taken whole where that makes no difference, else segment by segment. */
  async *#take(slices: AsyncIterable<Piece[]>, rule: Rule): AsyncGenerator<Verdict> {
    let left = rule.bytes;
    if (left <= 0) return;
    for await (const slice of slices) {
      const whole = slice.map((piece) => this.#judge(piece, rule));
      const isClear = !whole.includes('split') && bytesThatGo(whole) < left;
      for (const piece of isClear ? slice : await this.#source.segmentsOf(slice)) {
        const verdict = this.#judge(piece, rule);
        if (verdict === 'pass' || verdict === 'split') continue;
        if (!verdict.kept) {
          left -= piece.sizeBytes;
          this.#count(piece);
        }
        yield verdict;
        if (left <= 0) return;
      }
    }
  }

  #judge(piece: Piece, rule: Rule): Verdict | 'pass' | 'split' {
    const concerned = rule.concerns(piece);
    if (concerned === 'none') return 'pass';
    const isProtected = this.#protection.of(piece);
    if (concerned === 'some' || isProtected === 'some') return 'split';
    return { piece, reason: rule.reasonOf(piece.volumeId), kept: isProtected === 'all' };
  }

  #undecided({ id, cameraId, volumeId, startAt, lastStartAt, endAt }: Piece): Share {
    const endedBy = this.#endedBy.get(cameraId) ?? never;
    const startedBy = Math.max(this.#startedBy.get(cameraId) ?? never, this.#startedBy.get(volumeId) ?? never);
    if (endAt <= endedBy || lastStartAt <= startedBy) return 'none';
    return id !== null || (startAt >= endedBy && startAt > startedBy) ? 'all' : 'some';
  }

  #count({ cameraId, volumeId, sizeBytes }: Piece): void {
    this.freed.set(volumeId, (this.freed.get(volumeId) ?? 0) + sizeBytes);
    this.#freedOf.set(cameraId, (this.#freedOf.get(cameraId) ?? 0) + sizeBytes);
  }
}

const never = Number.NEGATIVE_INFINITY;

const bytesThatGo = (verdicts: ReadonlyArray<Verdict | 'pass' | 'split'>): number =>
  verdicts.reduce(
    (sum, verdict) => sum + (typeof verdict === 'string' || verdict.kept ? 0 : verdict.piece.sizeBytes),
    0,
  );
