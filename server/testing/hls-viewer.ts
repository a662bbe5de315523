import assert from 'node:assert/strict';
import { samplesOf } from '../src/media/fmp4/index.ts';
import type { LiveFrame } from '../src/media/live-frame.ts';
import { readFrameStamp, type VideoCodec } from './camera/index.ts';
import { type MediaPlaylist, mergedWith, parseMediaPlaylist } from './hls-playlist.ts';
import { problemsBetween, problemsIn } from './hls-rules.ts';

/** A part or segment that was loaded. */
export interface LoadedPart {
  map: string;
  frames: LiveFrame[];
  /** When it was there, Unix milliseconds. */
  loadedAtMs: number;
}

/** Watches a camera's Low-Latency HLS as the draft wants it, and keeps what comes. It holds each playlist against the rules. */
export class HlsViewer {
  readonly loaded: LoadedPart[] = [];
  readonly problems = new Set<string>();
  readonly inits = new Map<string, Buffer>();
  deltaUpdates = 0;
  hintsKept = 0;
  readonly #url: string;
  #playlist: MediaPlaylist | null = null;
  /** The next part to load. */
  #next: { sequence: number; part: number } | null = null;
  #hinted: { uri: string; bytes: Promise<Buffer> } | null = null;

  private constructor(url: string) {
    this.#url = url;
  }

  /** @param multivariant The address of the multivariant playlist. */
  static async open(multivariant: string): Promise<HlsViewer> {
    const text = (await load(multivariant)).toString();
    const media = text.split('\n').find((line) => line !== '' && !line.startsWith('#'));
    assert.ok(media, text);
    return new HlsViewer(new URL(media, multivariant).href);
  }

  get playlist(): MediaPlaylist {
    assert.ok(this.#playlist);
    return this.#playlist;
  }

  /** Loads a playlist that has more than the one before, and what is new in it. */
  async step(): Promise<void> {
    await this.#reload();
    for (const segment of this.playlist.segments) {
      const { sequence, parts, uri } = segment;
      this.#next ??= this.#beginning();
      if (sequence < this.#next.sequence) continue;
      if (parts.length === 0 && uri !== null) await this.#take(uri, segment.map);
      for (const part of parts.slice(this.#next.part)) await this.#take(part.uri, segment.map);
      this.#next = uri === null ? { sequence, part: parts.length } : { sequence: sequence + 1, part: 0 };
    }
    const { hint } = this.playlist;
    if (hint !== null && this.#hinted?.uri !== hint) {
      const bytes = load(new URL(hint, this.#url).href);
      // Whoever takes it is told; nobody may.
      bytes.catch(() => {});
      this.#hinted = { uri: hint, bytes };
    }
  }

  /** Resolves when it has what is wanted. */
  async until(what: string, isThere: () => boolean, withinMs = 30_000): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!isThere()) {
      assert.ok(performance.now() < deadline, `${what}: not within ${withinMs} ms`);
      await this.step();
    }
  }

  /** Of the pictures, as the simulated camera stamped them. */
  counters(codec?: VideoCodec, map?: string): number[] {
    return this.loaded
      .filter((part) => map === undefined || part.map === map)
      .flatMap(({ frames }) => frames)
      .filter(({ track }) => track === 'video')
      .map(({ data }) => readFrameStamp(data, codec)?.frame ?? -1);
  }

  get maps(): string[] {
    return [...new Set(this.loaded.map(({ map }) => map))];
  }

  /** From a picture's capture until the viewer has it: for the newest of each part. */
  get delaysMs(): number[] {
    return this.loaded.flatMap(({ frames, loadedAtMs }) => {
      const newest = frames.filter(({ track }) => track === 'video').at(-1);
      const stamp = newest && readFrameStamp(newest.data);
      return stamp ? [loadedAtMs - stamp.wallMs] : [];
    });
  }

  #beginning(): { sequence: number; part: number } {
    return { sequence: this.playlist.segments.findLast(({ uri }) => uri !== null)?.sequence ?? 0, part: 0 };
  }

  async #reload(): Promise<void> {
    const before = this.#playlist;
    const url = new URL(this.#url);
    if (before) {
      const last = before.segments.at(-1);
      const isOpen = last?.uri === null;
      url.searchParams.set('_HLS_msn', String((last?.sequence ?? 0) + (isOpen ? 0 : 1)));
      if (before.partTargetS !== null) url.searchParams.set('_HLS_part', String(isOpen ? last.parts.length : 0));
      url.searchParams.set('_HLS_skip', 'YES');
    }
    const update = parseMediaPlaylist((await load(url.href)).toString());
    if (update.skipped > 0) this.deltaUpdates += 1;
    const whole = before && update.skipped > 0 ? mergedWith(before, update) : update;
    for (const problem of problemsIn(whole)) this.problems.add(problem);
    if (before) for (const problem of problemsBetween(before, whole)) this.problems.add(problem);
    this.#playlist = whole;
  }

  async #take(uri: string, map: string | null): Promise<void> {
    assert.ok(map);
    if (!this.inits.has(map)) this.inits.set(map, await load(new URL(map, this.#url).href));
    const isHinted = this.#hinted?.uri === uri;
    if (isHinted) this.hintsKept += 1;
    const bytes = await ((isHinted && this.#hinted?.bytes) || load(new URL(uri, this.#url).href));
    this.loaded.push({ map, frames: samplesOf(bytes), loadedAtMs: Date.now() });
  }
}

async function load(url: string): Promise<Buffer> {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  assert.equal(response.status, 200, `${url} ${response.status} ${bytes.toString().slice(0, 200)}`);
  return bytes;
}
