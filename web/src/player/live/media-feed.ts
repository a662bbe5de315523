import type { PlayerFailure } from '../engine.ts';
import { videoStartOf } from './fragments.ts';
import { mediaSource } from './media-source.ts';

interface MediaFeedOptions {
  video: HTMLVideoElement;
  /** Before each append: the newest moment there is to show, seconds of the element's time; null at first. */
  onAppend(endS: number | null): void;
  onFailure(failure: PlayerFailure): void;
}

export interface Run {
  mime: string;
  /** UTC of its media time 0, Unix milliseconds. */
  startMs: number;
}

/** From here on the element's time belongs to another run. */
interface Epoch {
  fromS: number;
  /** UTC of the element's time 0, as of this run; Unix milliseconds. */
  zeroMs: number;
}

type Step = { kind: 'run'; run: Run; init: ArrayBuffer; firstS: number } | { kind: 'media'; bytes: ArrayBuffer };

const keptBehindS = 6;
const trimFromS = 12;
/** So much that waits to be decoded is not caught up with. */
const maxWaitingBytes = 24_000_000;

/**
 * Puts the fragments of run after run into one video element, without a seam: the first begins at 0, each later one where the
 * one before it ended. Keeps some seconds behind the picture shown.
 */
export class MediaFeed {
  readonly #options: MediaFeedOptions;
  readonly #source: MediaSource;
  readonly #url: string;
  #buffer: SourceBuffer | null = null;
  #steps: Step[] = [];
  #waitingBytes = 0;
  #pending: { run: Run; init: ArrayBuffer } | null = null;
  #mime = '';
  #offsetS = 0;
  #epochs: Epoch[] = [];
  #keyframesS: number[] = [];
  #ended = false;

  constructor(options: MediaFeedOptions) {
    this.#options = options;
    this.#source = new (mediaSource() ?? MediaSource)();
    this.#source.addEventListener('sourceopen', () => this.#work(), { once: true });
    this.#url = URL.createObjectURL(this.#source);
    options.video.src = this.#url;
    options.video.addEventListener('error', this.#onVideoError);
  }

  /** The next media are this run's. `init`: its init segment. */
  begin(run: Run, init: ArrayBuffer): void {
    this.#pending = { run, init };
  }

  /** A fragment of the newest run. */
  append(bytes: ArrayBuffer): void {
    const start = videoStartOf(bytes);
    if (this.#pending) {
      // Sound that comes before the first picture has nothing to go with.
      if (!start) return;
      this.#steps.push({ kind: 'run', ...this.#pending, firstS: start.timeS });
      this.#pending = null;
    }
    this.#steps.push({ kind: 'media', bytes });
    this.#waitingBytes += bytes.byteLength;
    if (this.#waitingBytes > maxWaitingBytes) this.#fail('The browser takes no more video.');
    else this.#work();
  }

  /** The newest moment there is to show, seconds of the element's time; null while there is none. */
  get endS(): number | null {
    const ranges = this.#buffer?.buffered;
    return ranges && ranges.length > 0 ? ranges.end(ranges.length - 1) : null;
  }

  /** Where the element's time has to go on, when it stands before a hole; null when it does not. */
  get pastHoleS(): number | null {
    const ranges = this.#buffer?.buffered;
    const { currentTime } = this.#options.video;
    for (let i = 0; ranges && i < ranges.length; i++) {
      if (ranges.start(i) > currentTime) return ranges.start(i);
      if (ranges.end(i) > currentTime + 0.05) return null;
    }
    return null;
  }

  /** UTC of the moment `timeS` of the element's time; null before the first picture. */
  utcMs(timeS: number): number | null {
    const epoch = this.#epochs.findLast(({ fromS }) => fromS <= timeS + 0.001);
    return epoch ? epoch.zeroMs + timeS * 1000 : null;
  }

  destroy(): void {
    this.#ended = true;
    const { video } = this.#options;
    video.removeEventListener('error', this.#onVideoError);
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(this.#url);
  }

  readonly #onVideoError = (): void => {
    this.#fail(this.#options.video.error?.message || 'The video could not be decoded.');
  };

  #fail(message: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onFailure({ code: 'media', message });
  }

  #work(): void {
    if (this.#ended || this.#source.readyState !== 'open' || this.#buffer?.updating) return;
    try {
      if (this.#trim()) return;
      const step = this.#steps[0];
      if (!step) return;
      if (step.kind === 'run') this.#enter(step);
      else this.#appendWaiting();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'QuotaExceededError' && this.#trim(1)) return;
      this.#fail(error instanceof Error ? error.message : 'The video could not be played.');
    }
  }

  #enter({ run, init, firstS }: Extract<Step, { kind: 'run' }>): void {
    const buffer = this.#buffer ?? this.#create(run.mime);
    if (run.mime !== this.#mime) buffer.changeType(run.mime);
    const fromS = this.endS ?? 0;
    this.#mime = run.mime;
    this.#offsetS = fromS - firstS;
    buffer.timestampOffset = this.#offsetS;
    this.#epochs = [...this.#epochs.slice(-3), { fromS, zeroMs: run.startMs - this.#offsetS * 1000 }];
    this.#steps.shift();
    buffer.appendBuffer(init);
  }

  #create(mime: string): SourceBuffer {
    this.#source.duration = Number.POSITIVE_INFINITY;
    const buffer = this.#source.addSourceBuffer(mime);
    buffer.addEventListener('updateend', () => this.#work());
    this.#buffer = buffer;
    this.#mime = mime;
    return buffer;
  }

  /** All that waits, up to the next run, in one append. */
  #appendWaiting(): void {
    const next = this.#steps.findIndex(({ kind }) => kind === 'run');
    const media = this.#steps.slice(0, next < 0 ? this.#steps.length : next).filter((step) => step.kind === 'media');
    const pieces = media.map(({ bytes }) => bytes);
    this.#options.onAppend(this.endS);
    this.#buffer?.appendBuffer(joined(pieces));
    for (const bytes of pieces) {
      const start = videoStartOf(bytes);
      if (start?.keyframe) this.#keyframesS.push(start.timeS + this.#offsetS);
      this.#waitingBytes -= bytes.byteLength;
    }
    this.#steps.splice(0, pieces.length);
  }

  /**
   * Removes what is long past; true when it began to. Only up to a keyframe: a browser removes all to the next one, and were
   * that ahead of the picture shown, it would go too (Media Source Extensions, 3.5.9).
   */
  #trim(keepS = keptBehindS): boolean {
    const buffer = this.#buffer;
    if (!buffer || buffer.buffered.length === 0) return false;
    const { currentTime } = this.#options.video;
    const beginsS = buffer.buffered.start(0);
    if (keepS === keptBehindS && currentTime - beginsS < trimFromS) return false;
    const untilS = this.#keyframesS.findLast((timeS) => timeS <= currentTime - keepS);
    if (untilS === undefined || untilS <= beginsS + 0.1) return false;
    this.#keyframesS = this.#keyframesS.filter((timeS) => timeS >= untilS);
    buffer.remove(0, untilS);
    return true;
  }
}

function joined(pieces: readonly ArrayBuffer[]): ArrayBuffer {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const all = new Uint8Array(pieces.reduce((sum, { byteLength }) => sum + byteLength, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(new Uint8Array(piece), at);
    at += piece.byteLength;
  }
  return all.buffer;
}
