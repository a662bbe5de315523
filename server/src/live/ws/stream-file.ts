import { Readable } from 'node:stream';
import type { RunInfo } from '../../media/chunk.ts';
import type { Clock } from '../../shared/clock.ts';
import type { LiveStream } from '../stream.ts';
import { type FragmentViewer, watchFragments } from './broadcast.ts';
import { Pace } from './pace.ts';

/**
 * One run of the stream as a fragmented MP4 without end, from the newest keyframe on; it ends with the run, since what
 * follows would need another init segment. Whoever reads too slowly misses whole groups of pictures.
 */
export class StreamFile extends Readable implements FragmentViewer {
  readonly #clock: Clock;
  readonly #pace = new Pace();
  readonly #leave: () => void;
  #begun = false;

  constructor(stream: LiveStream, clock: Clock) {
    super();
    this.#clock = clock;
    this.#leave = watchFragments(stream, this);
  }

  override _read(): void {}

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#leave();
    callback(error);
  }

  onRun({ init }: RunInfo): void {
    this.push(this.#begun ? null : init);
    this.#begun = true;
  }

  onFragment(bytes: Buffer, fromKeyframe: boolean): void {
    if (this.readableEnded || this.destroyed) return;
    const admitted = this.#pace.admit(bytes.length, fromKeyframe, this.readableLength, this.#clock.monotonicMs());
    if (admitted === 'stuck') this.destroy();
    else if (admitted !== 'skip') this.push(bytes);
  }

  onGap(): void {}

  onEnd(): void {
    this.push(null);
  }
}
