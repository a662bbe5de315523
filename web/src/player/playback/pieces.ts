/*
 * Footage as a player loads it: pieces of some seconds, each with the wall time of its pictures. Inside a piece wall time
 * runs evenly; between two it may jump, over a gap or to wherever somebody wants to look.
 */

/** Where in its run's media time a piece begins, seconds; pieces of a run can follow one another without a break. */
export interface RunTime {
  id: string;
  timeS: number;
  /** It is the media time in the files themselves, so that each picture's moment is known to the frame. */
  exact: boolean;
}

export interface Piece {
  /** Its own lines of a playlist (RFC 8216): duration, address, perhaps a byte range. */
  lines: readonly string[];
  /** The EXT-X-MAP that it needs. */
  map: string;
  /** Of playing at normal speed. */
  durationS: number;
  /** Wall time of its first picture, and where its last one ends; earlier than `fromMs` when it is played backwards. */
  fromMs: number;
  toMs: number;
  run: RunTime;
  /** RFC 6381; null when they are those of the piece before. */
  codecs: string | null;
}

const wallTag = '#EXT-X-NIGHTJAR-WALL:';
const stretchTag = '#EXT-X-NIGHTJAR-STRETCH:';
const dateTag = '#EXT-X-PROGRAM-DATE-TIME:';

/**
 * The pieces of a playlist of the recorder's, whose address is `base`. Wall time is told by our own tag for each piece, or
 * by a date, from which it runs on.
 */
export function piecesOf(playlist: string, base: string): Piece[] {
  const pieces: Piece[] = [];
  let map = '';
  let lines: string[] = [];
  let durationS = 0;
  let wall: [number, number] | null = null;
  let nextMs = Number.NaN;
  let run: RunTime = { id: base, timeS: 0, exact: false };
  let codecs: string | null = null;
  for (const line of playlist.split(/\r?\n/)) {
    if (line.startsWith('#EXT-X-MAP:')) map = withAddress(line, base);
    else if (line.startsWith(dateTag)) nextMs = Date.parse(line.slice(dateTag.length));
    else if (line.startsWith(wallTag)) wall = wallOf(line.slice(wallTag.length));
    else if (line.startsWith(stretchTag)) {
      run = { id: attribute(line, 'RUN') ?? '', timeS: Number(attribute(line, 'TIME')), exact: true };
      codecs = attribute(line, 'CODECS');
    } else if (line === '#EXT-X-DISCONTINUITY') run = { ...run, id: `${run.id}+` };
    else if (line.startsWith('#EXTINF:')) {
      durationS = Number.parseFloat(line.slice(8));
      lines = [line];
    } else if (line.startsWith('#EXT-X-BYTERANGE:')) lines.push(line);
    else if (line !== '' && !line.startsWith('#')) {
      const [fromMs, toMs] = wall ?? [nextMs, nextMs + durationS * 1_000];
      lines.push(new URL(line, base).href);
      pieces.push({ lines, map, durationS, fromMs, toMs, run, codecs });
      nextMs = toMs;
      wall = null;
      run = { ...run, timeS: run.timeS + durationS };
      codecs = null;
    }
  }
  return pieces;
}

function wallOf(text: string): [number, number] {
  const [fromMs = Number.NaN, toMs = Number.NaN] = text.split(',').map(Number);
  return [fromMs, toMs];
}

const attribute = (line: string, name: string): string | null =>
  new RegExp(`[:,]${name}=(?:"([^"]*)"|([^,"]*))`)
    .exec(line)
    ?.slice(1)
    .find((value) => value !== undefined) ?? null;

const withAddress = (tag: string, base: string): string =>
  tag.replace(/URI="([^"]*)"/, (_, uri: string) => `URI="${new URL(uri, base).href}"`);

/** Differences of media time below this are rounding and jitter. */
const jitterS = 0.25;

/** Whether `next` goes on where `piece` ends, so that a decoder notices nothing. */
export function follows(piece: Piece, next: Piece): boolean {
  return piece.run.id === next.run.id && Math.abs(next.run.timeS - piece.run.timeS - piece.durationS) < jitterS;
}

export const isReversed = ({ fromMs, toMs }: Piece): boolean => toMs < fromMs;

/** Whether `wallMs` is in the piece: its first moment is, its end is not. */
export const covers = (piece: Piece, wallMs: number): boolean =>
  isReversed(piece) ? wallMs <= piece.fromMs && wallMs > piece.toMs : wallMs >= piece.fromMs && wallMs < piece.toMs;

/** The wall time `intoS` seconds of playing into the piece; beyond its ends, that of its ends. */
export function wallInto(piece: Piece, intoS: number): number {
  const share = piece.durationS > 0 ? Math.min(Math.max(intoS / piece.durationS, 0), 1) : 0;
  return piece.fromMs + (piece.toMs - piece.fromMs) * share;
}

/** How far into the piece `wallMs` is, seconds of playing. */
export function intoOf(piece: Piece, wallMs: number): number {
  const lengthMs = piece.toMs - piece.fromMs;
  return lengthMs === 0 ? 0 : ((wallMs - piece.fromMs) / lengthMs) * piece.durationS;
}

/** As much playing time between two pieces is jitter, not a gap. */
const gapS = 0.5;

export interface Gap {
  fromMs: number;
  toMs: number;
}

/** The gap between two pieces that follow one another; null when there is none. Backwards, it begins with its later end. */
export function gapBetween(piece: Piece, next: Piece): Gap | null {
  const skippedMs = (next.fromMs - piece.toMs) * (isReversed(piece) ? -1 : 1);
  const speed = Math.max(Math.abs(piece.toMs - piece.fromMs) / 1_000 / piece.durationS, 1);
  return skippedMs >= gapS * 1_000 * speed ? { fromMs: piece.toMs, toMs: next.fromMs } : null;
}

/** The pieces from the one that shows `atMs` (else the first) up to the next gap, with those before it, and that gap. */
export function untilGap(pieces: readonly Piece[], atMs: number): { pieces: Piece[]; gap: Gap | null } {
  const start = Math.max(
    pieces.findIndex((piece) => covers(piece, atMs)),
    0,
  );
  for (let i = start; i + 1 < pieces.length; i += 1) {
    const gap = gapBetween(pieces[i] as Piece, pieces[i + 1] as Piece);
    if (gap) return { pieces: pieces.slice(0, i + 1), gap };
  }
  return { pieces: [...pieces], gap: null };
}

/** The moment `ms` of footage after (negative: before) `wallMs`; beyond the pieces, time counts as if it were recorded. */
export function movedBy(pieces: readonly Piece[], wallMs: number, ms: number): number {
  const spans = pieces.map(({ fromMs, toMs }) => [Math.min(fromMs, toMs), Math.max(fromMs, toMs)] as const);
  if (ms < 0) spans.reverse();
  let atMs = wallMs;
  let leftMs = Math.abs(ms);
  for (const [from, to] of spans) {
    if (ms < 0 ? from >= atMs : to <= atMs) continue;
    atMs = Math.min(Math.max(atMs, from), to);
    const thereMs = ms < 0 ? atMs - from : to - atMs;
    if (leftMs < thereMs) return atMs + Math.sign(ms) * leftMs;
    atMs += Math.sign(ms) * thereMs;
    leftMs -= thereMs;
  }
  return atMs + Math.sign(ms) * leftMs;
}

/** The moment to be shown instead of `wallMs` when time runs backwards: where the nearest piece before it ends. */
export function before(pieces: readonly Piece[], wallMs: number): number | null {
  const piece = pieces.findLast(({ fromMs }) => fromMs < wallMs);
  return piece ? Math.min(piece.toMs, wallMs) : null;
}

/**
 * Which of `pieces`, in playing order, is shown for `wallMs`: the one that covers it, else the next to be played, which
 * begins later. null behind the last one. `delayMsOf`: pieces tell when their frames are decoded; reordered ones are shown
 * so much later.
 */
export function pieceFor(
  pieces: readonly Piece[],
  wallMs: number,
  delayMsOf: (piece: Piece) => number = () => 0,
): { index: number; wallMs: number } | null {
  const index = pieces.findIndex((piece) =>
    isReversed(piece) ? piece.toMs < wallMs : piece.toMs + delayMsOf(piece) > wallMs,
  );
  const piece = pieces[index];
  if (!piece) return null;
  const isShown = covers(piece, wallMs) || (!isReversed(piece) && wallMs >= piece.toMs);
  return { index, wallMs: isShown ? wallMs : piece.fromMs };
}
