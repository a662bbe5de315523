import { createDecipheriv } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { types } from 'hls-parser';
import { NvrError } from '../../shared/errors.ts';
import { maxPlaylistBytes, parsePlaylist } from './hls-playlist.ts';
import type { HttpClient } from './http-client.ts';
import type { SourceMemory } from './source.ts';

export interface FollowerOptions {
  client: HttpClient;
  url: string;
  /** As it was when it was first asked for. */
  playlist: types.MediaPlaylist;
  memory: SourceMemory;
  signal: AbortSignal;
  wait?(ms: number, signal: AbortSignal): Promise<void>;
}

/** What comes next of a playlist. */
export interface PlaylistMedia {
  bytes: Buffer;
  /** It belongs to what is before it neither in time nor in format. */
  beginsAnew: boolean;
}

/** RFC 8216 section 6.3.3: begin no later than this before the end of what is live. */
const segmentsBehind = 3;
const maxSegmentBytes = 256 * 1024 * 1024;
/** A server that fails is asked again for so long; what is kept of its media bridges that. */
const patienceMs = 15_000;
const retryMs = 1_000;
/** RFC 8216 section 6.3.4; the least by which no server is pestered. */
const leastReloadMs = 500;

/** The media of a playlist, segment by segment, as they come. */
export class PlaylistFollower {
  readonly #options: FollowerOptions;
  #playlist: types.MediaPlaylist;
  /** Media sequence number of the newest that was given. */
  #newest: number | null = null;
  #initUri: string | null = null;
  #beginsAnew = true;

  constructor(options: FollowerOptions) {
    this.#options = options;
    this.#playlist = options.playlist;
  }

  get targetSeconds(): number {
    return this.#playlist.targetDuration;
  }

  /** Ends with the playlist. @throws {NvrError} when its server has failed for long. */
  async *media(): AsyncGenerator<PlaylistMedia> {
    const { signal, memory } = this.#options;
    while (!signal.aborted) {
      const segments = this.#upcoming();
      for (const segment of segments) {
        if (signal.aborted) return;
        this.#newest = segment.mediaSequenceNumber;
        const media = segment.gap ? null : await this.#mediaOf(segment);
        memory.lastSegment = segment.uri;
        if (media) yield media;
      }
      if (this.#playlist.endlist) return;
      await this.#reload(segments.length > 0);
    }
  }

  /** Those that were not given yet. */
  #upcoming(): types.Segment[] {
    const { segments, endlist } = this.#playlist;
    const complete = segments.filter(({ uri }) => uri);
    const last = complete.at(-1)?.mediaSequenceNumber ?? 0;
    const newest = this.#newest;
    if (newest !== null && last >= newest) return complete.filter(({ mediaSequenceNumber: at }) => at > newest);
    // A server that counts anew has nothing of what was given.
    if (newest !== null) this.#beginsAnew = true;
    const known = complete.findIndex(({ uri }) => uri === this.#options.memory.lastSegment);
    if (known >= 0 && newest === null && !endlist) return complete.slice(known + 1);
    return endlist ? complete : complete.slice(-segmentsBehind);
  }

  async #reload(hadNews: boolean): Promise<void> {
    const { client, url } = this.#options;
    await this.#pause(Math.max(leastReloadMs, this.targetSeconds * (hadNews ? 1_000 : 500)));
    const { bytes } = await this.#patiently(() => client.fetch(url, maxPlaylistBytes));
    const playlist = parsePlaylist(bytes.toString('utf8'));
    if (!playlist.isMasterPlaylist) this.#playlist = playlist as types.MediaPlaylist;
  }

  /** Null when it is no longer there. */
  async #mediaOf(segment: types.Segment): Promise<PlaylistMedia | null> {
    const { client } = this.#options;
    const init = segment.map ? this.#absolute(segment.map.uri) : null;
    const beginsAnew = this.#beginsAnew || segment.discontinuity === true || init !== this.#initUri;
    try {
      const bytes = await this.#patiently(() =>
        client.fetch(this.#absolute(segment.uri), maxSegmentBytes, rangeOf(segment.byterange)),
      );
      const parts = [await this.#decrypted(bytes.bytes, segment)];
      if (init && beginsAnew) {
        parts.unshift((await client.fetch(init, maxSegmentBytes, rangeOf(segment.map.byterange))).bytes);
      }
      this.#beginsAnew = false;
      this.#initUri = init;
      return { bytes: Buffer.concat(parts), beginsAnew };
    } catch (error) {
      if (error instanceof NvrError && error.code === 'camera_stream_not_found') return null;
      throw error;
    }
  }

  async #decrypted(bytes: Buffer, { key, mediaSequenceNumber }: types.Segment): Promise<Buffer> {
    if (!key || key.method === 'NONE') return bytes;
    if (key.method !== 'AES-128' || !key.uri)
      throw new NvrError(
        'camera_unsupported_codec',
        `The playlist is encrypted in a way (${key.method}) that cannot be read.`,
      );
    const { bytes: secret } = await this.#options.client.fetch(this.#absolute(key.uri), 1024);
    const iv = Buffer.alloc(16);
    if (key.iv) Buffer.from(new Uint8Array(key.iv)).copy(iv);
    else iv.writeUInt32BE(mediaSequenceNumber, 12);
    const decipher = createDecipheriv('aes-128-cbc', secret, iv);
    return Buffer.concat([decipher.update(bytes), decipher.final()]);
  }

  /** Until it works, or has failed for long; what is missing or forbidden is so at once. */
  async #patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    const sinceMs = performance.now();
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const isFinal =
          error instanceof NvrError && ['camera_stream_not_found', 'camera_auth_failed'].includes(error.code);
        if (isFinal || signal.aborted || performance.now() - sinceMs > patienceMs) throw error;
        await this.#pause(retryMs);
      }
    }
  }

  #absolute(uri: string): string {
    return new URL(uri, this.#options.url).href;
  }

  #pause(ms: number): Promise<void> {
    const { wait = pause, signal } = this.#options;
    return wait(ms, signal);
  }
}

// An abort ends the wait; what comes next looks at the signal.
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});

const rangeOf = (range: types.Byterange | undefined): string | undefined =>
  range && `bytes=${range.offset}-${range.offset + range.length - 1}`;
