import { before, covers, type Gap, type Piece, pieceFor, untilGap } from './pieces.ts';
import type { Gaps } from './playback.ts';
import type { FastPlaying, FootageSource } from './source.ts';
import type { Playing } from './speeds.ts';

/** What is shown for a moment. */
export type Opening =
  /** `gap`: where these pieces end, if something is to be waited for there. */
  | { found: 'pieces'; pieces: Piece[]; startMs: number; gap: Gap | null }
  | { found: 'gap'; gap: Gap }
  /** Nothing is recorded there, nor in the direction of playing. */
  | { found: 'nothing' };

export interface OpeningOptions {
  source: FootageSource;
  playing: Playing;
  gaps: Gaps;
  /** The player it is for has sound, or silence. */
  sound: boolean;
  /** The player cannot be given more later. */
  long: boolean;
}

/** Loaded around a moment: enough for steps back and to begin with, little to wait for. */
const around = { backMs: 12_000, aheadMs: 40_000 };
const backwards = { backMs: 60_000, aheadMs: 4_000 };
const longAheadMs = 600_000;
/** Of playing time, at fast speeds. */
const fastOpeningS = 60;
/** Behind the newest picture, what was asked for beyond it is shown. */
const beforeEndMs = 1_000;

/** The footage for `wallMs`: there, or where nothing is recorded, what comes next (backwards: before). */
export async function openingAt(wallMs: number, options: OpeningOptions): Promise<Opening> {
  const { source, playing, gaps } = options;
  const { fast } = playing;
  const pieces = await load(wallMs, options);
  if (pieces.some((piece) => covers(piece, wallMs))) return opening(pieces, wallMs, gaps);
  const isBackwards = fast?.reverse ?? playing.elementRate === null;
  const there = isBackwards
    ? ((fast ? pieces[0]?.fromMs : before(pieces, wallMs)) ?? (await source.previous(wallMs)))
    : (pieceFor(pieces, wallMs)?.wallMs ?? (await source.next(wallMs)));
  if (there === null) {
    // Fast playing ends here; a picture is shown anyway for whoever looks for one.
    const last = fast || isBackwards ? null : await source.previous(wallMs);
    if (last === null) return { found: 'nothing' };
    const startMs = last - beforeEndMs;
    return opening(await load(startMs, options), startMs, gaps);
  }
  if (gaps === 'wait') return { found: 'gap', gap: { fromMs: wallMs, toMs: there } };
  const startMs = isBackwards && !fast ? there - 1 : there;
  const isLoaded = pieces.some((piece) => covers(piece, startMs));
  return opening(isLoaded ? pieces : await load(startMs, options), startMs, gaps);
}

function opening(all: readonly Piece[], atMs: number, gaps: Gaps): Opening {
  const start = pieceFor(all, atMs) ?? pieceFor(all, (all.at(-1)?.toMs ?? 0) - beforeEndMs);
  if (!start) return { found: 'nothing' };
  const { pieces, gap } = gaps === 'wait' ? untilGap(all, start.wallMs) : { pieces: [...all], gap: null };
  return { found: 'pieces', pieces, startMs: start.wallMs, gap };
}

function load(atMs: number, { source, playing: { fast, elementRate }, sound, long }: OpeningOptions): Promise<Piece[]> {
  if (fast) return source.fast(atMs, fastOpeningS * fast.speed * 1_000, fast);
  const { backMs, aheadMs } = elementRate === null ? backwards : around;
  return source.window({ fromMs: atMs - backMs, toMs: atMs + (long ? longAheadMs : aheadMs), sound });
}

/** What comes after the pieces that are played. */
export type Extension =
  | { found: 'pieces'; pieces: Piece[]; gap: Gap | null }
  | { found: 'gap'; gap: Gap }
  /** Nothing yet. */
  | { found: 'end' };

const extensionMs = 300_000;
const fastExtensionS = 120;

export async function extensionOf(last: Piece, options: Omit<OpeningOptions, 'long'>): Promise<Extension> {
  const { source, playing, gaps, sound } = options;
  const more = await (playing.fast ? moreFast(last, source, playing.fast) : moreOf(last, source, sound));
  if (more.length === 0) return { found: 'end' };
  if (gaps === 'jump') return { found: 'pieces', pieces: more, gap: null };
  const { pieces, gap } = untilGap([last, ...more], last.fromMs);
  const added = pieces.slice(1);
  return added.length === 0 && gap ? { found: 'gap', gap } : { found: 'pieces', pieces: added, gap };
}

async function moreOf({ toMs }: Piece, source: FootageSource, sound: boolean): Promise<Piece[]> {
  const next = await source.window({ fromMs: toMs, toMs: toMs + extensionMs, continues: true, sound });
  if (next.length > 0) return next;
  const nextMs = await source.next(toMs + 1);
  return nextMs === null ? [] : source.window({ fromMs: nextMs, toMs: nextMs + extensionMs, sound });
}

/** Whether there is more is asked for first: at its end, footage grows by less than a keyframe. */
async function moreFast({ toMs }: Piece, source: FootageSource, fast: FastPlaying): Promise<Piece[]> {
  const marginMs = 2_000;
  const nextMs = await (fast.reverse ? source.previous(toMs - marginMs) : source.next(toMs + marginMs));
  if (nextMs === null) return [];
  const isNext = Math.abs(nextMs - toMs) <= marginMs;
  return source.fast(isNext ? toMs : nextMs, fastExtensionS * fast.speed * 1_000, fast);
}
