import { follows, type Piece } from './pieces.ts';

/** A piece in its place on the reel. */
export interface ReelPiece extends Piece {
  /** Numbers of the media and discontinuity sequence (RFC 8216 section 6.2.1); they never change. */
  sequence: number;
  stretch: number;
}

/** More are not kept before those that are played now. */
const keptBefore = 60;

/**
 * The playlist that a player is given: windows of footage strung together as they are wanted, be they next to each other or
 * days apart. It grows at its end while it is played, and loses what is long past at its beginning. To the player it is a
 * live stream, to which it may seek anywhere; so a jump to another day needs no new player, and the picture stays until
 * the next is there.
 */
export class Reel {
  #pieces: ReelPiece[] = [];
  /** Sequence number of the first piece of the newest window: only in it, and what was added to it, positions are looked for. */
  #windowFrom = 0;
  #version = 0;
  #listener: (() => void) | null = null;

  get pieces(): readonly ReelPiece[] {
    return this.#pieces;
  }

  /** Counts the changes. */
  get version(): number {
    return this.#version;
  }

  /** What can be played now: the newest window, and what was added to it. */
  get window(): readonly ReelPiece[] {
    const first = this.#pieces[0]?.sequence ?? 0;
    return this.#pieces.slice(Math.max(this.#windowFrom - first, 0));
  }

  /** Begins another window, somewhere else. */
  jump(pieces: readonly Piece[]): void {
    const last = this.#pieces.at(-1);
    this.#windowFrom = last ? last.sequence + 1 : 0;
    this.#pieces.splice(0, Math.max(this.#pieces.length - keptBefore, 0));
    this.append(pieces);
  }

  /** Goes on with the newest window. */
  append(pieces: readonly Piece[]): void {
    for (const piece of pieces) {
      const last = this.#pieces.at(-1);
      const begins = last !== undefined && !follows(last, piece);
      this.#pieces.push({
        ...piece,
        sequence: last ? last.sequence + 1 : 0,
        stretch: last ? last.stretch + (begins ? 1 : 0) : 0,
      });
    }
    if (pieces.length === 0) return;
    this.#version += 1;
    this.#listener?.();
  }

  /** Called when the playlist has grown; one at a time. */
  onChange(listener: (() => void) | null): void {
    this.#listener = listener;
  }

  /** The playlist as it is now. Without dates: to its player this is one stream, whose wall time jumps to and fro. */
  text(): string {
    const [first] = this.#pieces;
    const lines = [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      `#EXT-X-TARGETDURATION:${Math.ceil(Math.max(1, ...this.#pieces.map(({ durationS }) => durationS)))}`,
      // Else hls.js takes a playlist that has not grown for a while for one that has expired.
      '#EXT-X-PLAYLIST-TYPE:EVENT',
      `#EXT-X-MEDIA-SEQUENCE:${first?.sequence ?? 0}`,
      `#EXT-X-DISCONTINUITY-SEQUENCE:${first?.stretch ?? 0}`,
      // The next answer is held back until there is more: the player asks again at once.
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES',
    ];
    let before: ReelPiece | undefined;
    for (const piece of this.#pieces) {
      if (before && piece.stretch !== before.stretch) lines.push('#EXT-X-DISCONTINUITY');
      if (piece.map !== before?.map || piece.stretch !== before.stretch) lines.push(piece.map);
      lines.push(...piece.lines);
      before = piece;
    }
    return `${lines.join('\n')}\n`;
  }
}
