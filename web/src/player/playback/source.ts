import type { StreamName } from '@nightjar/contract';
import { ApiFailure, fetchPlaylist } from '../../api/client.ts';
import { readFootage, readFrames, readTimeline } from '../../api/footage.ts';
import { fastPlaylistUrl, playbackPlaylistUrl, type WindowQuery, windowUrl } from '../../api/media-urls.ts';
import { type Piece, piecesOf } from './pieces.ts';

/** At this many times the speed of life keyframes are played, and whether backwards. */
export interface FastPlaying {
  speed: number;
  reverse: boolean;
}

const dayMs = 86_400_000;
/** The next footage is looked for so far away; each time farther. */
const searchMs = [600_000, dayMs, 32 * dayMs, 365 * dayMs];
const longestFastMs = 2 * dayMs;

/** One camera's footage on the recorder. Everything rejects with an ApiFailure, or with the reason of `signal`. */
export class FootageSource {
  readonly cameraId: string;
  readonly #stream: StreamName;
  readonly #stop = new AbortController();

  constructor(cameraId: string, stream: StreamName) {
    this.cameraId = cameraId;
    this.#stream = stream;
  }

  /** Abandons all that is being read. */
  close(): void {
    this.#stop.abort();
  }

  /** All frames of a range; [] where nothing is recorded. */
  async window(query: WindowQuery): Promise<Piece[]> {
    return this.#pieces(windowUrl(this.cameraId, this.#stream, query));
  }

  /** Keyframes of the `lengthMs` from `fromMs` on (before it, backwards); [] where nothing is recorded. */
  async fast(fromMs: number, lengthMs: number, { speed, reverse }: FastPlaying): Promise<Piece[]> {
    const ms = Math.min(lengthMs, longestFastMs - 1_000);
    const range = reverse ? { fromMs: fromMs - ms, toMs: fromMs } : { fromMs, toMs: fromMs + ms };
    try {
      return await this.#pieces(fastPlaylistUrl(this.cameraId, this.#stream, { ...range, speed, reverse }));
    } catch (error) {
      if (error instanceof ApiFailure && error.code === 'footage_not_found') return [];
      throw error;
    }
  }

  /** The first recorded moment at or after `ms`; null when there is none. */
  async next(ms: number): Promise<number | null> {
    const { lastAt } = await readFootage(this.cameraId, this.#stop.signal);
    if (lastAt === null) return null;
    for (const lengthMs of searchMs) {
      if (ms >= lastAt) return null;
      const { spans } = await this.#timeline(ms, ms + lengthMs);
      const span = spans.find(({ to }) => to > ms);
      if (span) return Math.max(span.from, ms);
      if (ms + lengthMs > lastAt) return null;
    }
    return null;
  }

  /** The last recorded moment before `ms`; null when there is none. */
  async previous(ms: number): Promise<number | null> {
    const { firstAt } = await readFootage(this.cameraId, this.#stop.signal);
    if (firstAt === null) return null;
    for (const lengthMs of searchMs) {
      if (ms <= firstAt) return null;
      const { spans } = await this.#timeline(ms - lengthMs, ms);
      const span = spans.findLast(({ from }) => from < ms);
      if (span) return Math.min(span.to, ms);
      if (ms - lengthMs < firstAt) return null;
    }
    return null;
  }

  /** When the frames of a range are shown, Unix ms in order; of at most a minute. */
  async frames(fromMs: number, toMs: number): Promise<number[]> {
    const { frames } = await readFrames(this.cameraId, this.#stream, { fromMs, toMs }, this.#stop.signal);
    return frames.map(({ at }) => at);
  }

  #timeline(fromMs: number, toMs: number) {
    return readTimeline(this.cameraId, this.#stream, { fromMs, toMs }, this.#stop.signal);
  }

  /** Of a playlist that has these pieces, for players that read it by themselves. */
  address(pieces: readonly Piece[], fast: FastPlaying | null): string {
    const ends = pieces.flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
    const range = { fromMs: Math.min(...ends), toMs: Math.max(...ends) };
    if (fast) return fastPlaylistUrl(this.cameraId, this.#stream, { ...range, ...fast });
    return playbackPlaylistUrl(this.cameraId, this.#stream, range.fromMs, range.toMs);
  }

  async #pieces(address: string): Promise<Piece[]> {
    const { text, url } = await fetchPlaylist(address, this.#stop.signal);
    return piecesOf(text, new URL(url, location.href).href);
  }
}
