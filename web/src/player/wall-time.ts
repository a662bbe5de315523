/**
 * Wall time ↔ media time. A playback playlist leaves gaps out: media time runs on where wall time jumps.
 * Each fragment says when it was recorded (EXT-X-PROGRAM-DATE-TIME), so a fragment is a straight piece of the map.
 */

/** A stretch of media without a gap: one segment of a playlist. */
export interface MediaPiece {
  /** Media time of its first frame, seconds. */
  start: number;
  /** Seconds. */
  duration: number;
  /** Wall time of its first frame, Unix ms; null when the playlist does not say. */
  programDateTime: number | null;
}

export interface MediaPosition {
  mediaS: number;
  /** The wall time that is really shown: later than the one asked for when that lies in a gap. */
  wallMs: number;
}

/**
 * Where to seek to see `wallMs`; inside a gap, the next recorded moment. null after the last piece.
 * `pieces` are oldest first. Pieces without a date are never the answer.
 */
export function mediaPositionAt(pieces: readonly MediaPiece[], wallMs: number): MediaPosition | null {
  const next = firstIndex(pieces, (piece) => (piece.programDateTime ?? 0) > wallMs);
  const before = pieces[next - 1];
  if (before?.programDateTime != null) {
    const intoS = (wallMs - before.programDateTime) / 1000;
    if (intoS < before.duration) return { mediaS: before.start + intoS, wallMs };
  }
  const after = pieces[next];
  return after?.programDateTime == null ? null : { mediaS: after.start, wallMs: after.programDateTime };
}

/** As `mediaPositionAt`; after the last piece, its last second. null only when there is no piece with a date. */
export function positionOrEnd(pieces: readonly MediaPiece[], wallMs: number): MediaPosition | null {
  const endMs = wallEndOf(pieces);
  return mediaPositionAt(pieces, wallMs) ?? (endMs === null ? null : mediaPositionAt(pieces, endMs - 1_000));
}

/** The wall time of the frame at `mediaS`; null when `pieces` are empty or have no dates. Clamped to the pieces' ends. */
export function wallTimeAt(pieces: readonly MediaPiece[], mediaS: number): number | null {
  const next = firstIndex(pieces, (piece) => piece.start > mediaS);
  const piece = pieces[Math.max(0, next - 1)];
  if (piece?.programDateTime == null) return null;
  const intoS = Math.min(Math.max(0, mediaS - piece.start), piece.duration);
  return piece.programDateTime + intoS * 1000;
}

/** Wall time at which the last piece ends; null when there is none. */
export function wallEndOf(pieces: readonly MediaPiece[]): number | null {
  const last = pieces.at(-1);
  return last?.programDateTime == null ? null : last.programDateTime + last.duration * 1000;
}

/** Index of the first item for which `test` holds, `items.length` when none; `test` is false, then true. */
function firstIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(items[middle] as T)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The pieces of an HLS media playlist (RFC 8216); none of a multivariant one. A date given once runs on through the
 * segments that follow.
 */
export function piecesOfPlaylist(text: string): MediaPiece[] {
  const pieces: MediaPiece[] = [];
  let start = 0;
  let duration: number | null = null;
  let date: number | null = null;
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#EXTINF:')) duration = Number.parseFloat(line.slice(8));
    else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) date = Date.parse(line.slice(25));
    else if (duration !== null && line !== '' && !line.startsWith('#')) {
      pieces.push({ start, duration, programDateTime: date });
      start += duration;
      if (date !== null) date += duration * 1000;
      duration = null;
    }
  }
  return pieces;
}

/**
 * A media playlist and its `pieces`, with EXT-X-START (RFC 8216 section 4.3.5.2) at wall time `atMs`, or at its last
 * second when that is after it. A playlist without segments stays as it is.
 */
export function startingAt(playlist: string, pieces: readonly MediaPiece[], atMs: number): string {
  const start = positionOrEnd(pieces, atMs);
  return start ? playlist.replace('#EXTM3U', `#EXTM3U\n#EXT-X-START:TIME-OFFSET=${start.mediaS.toFixed(3)}`) : playlist;
}

/** Address of the first variant of a multivariant playlist; null when `text` is a media playlist already. */
export function firstVariantOf(text: string, base: string): string | null {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => line.startsWith('#EXT-X-STREAM-INF'));
  const uri = at < 0 ? undefined : lines.slice(at + 1).find((line) => line !== '' && !line.startsWith('#'));
  return uri === undefined ? null : new URL(uri, base).href;
}
