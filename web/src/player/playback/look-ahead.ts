import { type Engine, soundIn } from './engine.ts';
import { type Extension, extensionOf, type OpeningOptions } from './opening.ts';
import type { Gap } from './pieces.ts';

/** What comes after the last piece, where that cannot be played without a break. */
export type Next = { gap: Gap } | { seamMs: number };

/** What is to be done where nothing is left to play. */
export type End = Next | 'nothing newer';

/** Nearer to the end of what is there, nothing is left to be played. */
const endS = 0.3;
/** How often is asked whether more has been recorded. */
const growEveryMs = 1_500;

/** Sees to it that there is always something to play: asks for what comes next before it is needed. */
export class LookAhead {
  #next: Next | null = null;
  #reading = false;
  #readAt = 0;
  /** Since when nothing newer is there. */
  #endSince: number | null = null;
  /** Counts what was opened, so that an answer for what was there before is not taken for this. */
  #openings = 0;

  /** Other pieces are played; `gap`: where they end, if something is waited for there. */
  begin(gap: Gap | null): void {
    this.#openings += 1;
    this.#next = gap && { gap };
    this.#endSince = null;
    this.#readAt = 0;
  }

  /** For how long nothing newer has been there, ms; 0 when there is. */
  get endedForMs(): number {
    return this.#endSince === null ? 0 : performance.now() - this.#endSince;
  }

  /** To be called again and again while playing. @returns what is to be done, once nothing is left to play. */
  check(engine: Engine, video: HTMLVideoElement, wantedS: number, options: ReadOptions): End | null {
    const leftS = engine.endS() - video.currentTime;
    if (leftS < wantedS && this.#next === null && engine.canGrow) void this.#read(engine, options);
    if (leftS > endS || video.readyState > HTMLMediaElement.HAVE_CURRENT_DATA) return null;
    return this.#next ?? (this.#endSince === null ? null : 'nothing newer');
  }

  async #read(engine: Engine, options: ReadOptions): Promise<void> {
    const last = engine.pieces.at(-1);
    if (!last || this.#reading || performance.now() < this.#readAt) return;
    this.#reading = true;
    const opening = this.#openings;
    try {
      const more = await extensionOf(last, { ...options, sound: engine.hasSound });
      if (opening === this.#openings) this.#goOn(engine, more);
    } catch {
      // What is loaded can be played; later it is tried again.
      this.#readAt = performance.now() + growEveryMs;
    } finally {
      this.#reading = false;
    }
  }

  #goOn(engine: Engine, more: Extension): void {
    if (more.found === 'end') {
      this.#endSince ??= performance.now();
      this.#readAt = performance.now() + growEveryMs;
      return;
    }
    this.#endSince = null;
    if (more.found === 'gap') this.#next = { gap: more.gap };
    else if (!engine.hasSound && soundIn(more.pieces)) this.#next = { seamMs: more.pieces[0]?.fromMs ?? 0 };
    else {
      engine.append(more.pieces);
      this.#next = more.gap && { gap: more.gap };
    }
  }
}

type ReadOptions = Pick<OpeningOptions, 'source' | 'playing' | 'gaps'>;
