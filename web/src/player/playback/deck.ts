import type { StreamName } from '@nightjar/contract';
import type { PlayerFailure } from '../engine.ts';
import { mediaSource } from '../live/media-source.ts';
import { type Engine, type MediaPosition, type OpenEngine, soundIn } from './engine.ts';
import { loadEngine } from './load-engine.ts';
import { type Opening, openingAt } from './opening.ts';
import type { Piece } from './pieces.ts';
import type { Gaps } from './playback.ts';
import { FootageSource } from './source.ts';
import { isSameFootage, type Playing, seekingAheadS, still } from './speeds.ts';

interface DeckParts {
  video: HTMLVideoElement;
  cameraId: string;
  stream: StreamName;
  /** The video element is about to go blank. */
  keepPicture(): void;
  /** Where a picture lies is known more exactly than before. */
  onExact(): void;
  /** What was inserted cannot be played any more. */
  onFailure(failure: PlayerFailure): void;
}

/** Finds footage, and has it in an engine that plays it in the video element. */
export class Deck {
  readonly #parts: DeckParts;
  #source: FootageSource;
  #engine: Engine | undefined;
  #openEngine: OpenEngine | undefined;
  /** What is loaded treats gaps otherwise than is wanted now. */
  #isStale = false;
  /** Counts what was looked for, so that an answer to an older request is recognised. */
  #openings = 0;
  /** How what is loaded is played. */
  playing: Playing = still;

  constructor(parts: DeckParts) {
    this.#parts = parts;
    this.#source = new FootageSource(parts.cameraId, parts.stream);
  }

  get source(): FootageSource {
    return this.#source;
  }

  /** Undefined while nothing is loaded. */
  get engine(): Engine | undefined {
    return this.#engine;
  }

  /** Where the footage that is known ends; null while nothing is loaded. */
  get endMs(): number | null {
    return this.#engine?.pieces.at(-1)?.toMs ?? null;
  }

  /** Only footage of this camera is looked for from now on. */
  changeCamera(cameraId: string): void {
    this.#openings += 1;
    this.#source.close();
    this.#source = new FootageSource(cameraId, this.#parts.stream);
    this.empty();
  }

  /** Gaps are treated otherwise from now on: what is loaded does not serve. */
  expire(): void {
    this.#isStale = true;
  }

  /** Where `wallMs` is in what is loaded; null when it has to be looked for. */
  positionOf(wallMs: number, { fast }: Playing): MediaPosition | null {
    if (this.#isStale || !isSameFootage(fast, this.playing.fast)) return null;
    const position = this.#engine?.positionOf(wallMs);
    return position?.wallMs === wallMs ? position : null;
  }

  /** Looks for the footage of a moment; null when meanwhile something else was looked for. */
  async find(wallMs: number, playing: Playing, gaps: Gaps): Promise<Opening | null> {
    this.#openings += 1;
    const opening = this.#openings;
    const sound = this.#engine?.hasSound ?? false;
    const wish = { source: this.#source, playing, gaps, sound, long: mediaSource() === undefined };
    try {
      const [openEngine, found] = await Promise.all([loadEngine(), openingAt(wallMs, wish)]);
      if (opening !== this.#openings) return null;
      this.#openEngine = openEngine;
      this.#isStale = false;
      return found;
    } catch (error) {
      if (opening !== this.#openings) return null;
      throw error;
    }
  }

  /** Takes what was found. @returns where `startMs` is in it, seconds; null: a new engine goes there by itself. */
  insert(pieces: readonly Piece[], startMs: number, playing: Playing): number | null {
    const goesOn = this.#takes(pieces, playing);
    this.playing = playing;
    if (!goesOn) {
      this.#start(pieces, startMs, playing);
      return null;
    }
    this.#engine?.jump(pieces);
    return this.#engine?.positionOf(startMs)?.mediaS ?? 0;
  }

  /** Whether the engine that there is can play these too. */
  #takes(pieces: readonly Piece[], { fast }: Playing): boolean {
    const engine = this.#engine;
    if (!engine?.canGrow || !isSameFootage(fast, this.playing.fast)) return false;
    return engine.hasSound || !soundIn(pieces);
  }

  #start(pieces: readonly Piece[], startMs: number, { fast }: Playing): void {
    this.empty();
    const { video, onExact, onFailure } = this.#parts;
    const engine = this.#openEngine?.({
      ...{ video, pieces, startMs },
      address: this.#source.address(pieces, fast),
      events: {
        onExact,
        onFailure: (failure) => {
          if (engine === this.#engine) onFailure(failure);
        },
      },
    });
    engine?.setAheadS(seekingAheadS);
    this.#engine = engine;
  }

  /** Lets go of what is loaded; its last picture is kept. */
  empty(): void {
    if (!this.#engine) return;
    this.#parts.keepPicture();
    this.#engine.destroy();
    this.#engine = undefined;
  }

  /** For good. */
  destroy(): void {
    this.#openings += 1;
    this.#source.close();
    this.#engine?.destroy();
  }
}
