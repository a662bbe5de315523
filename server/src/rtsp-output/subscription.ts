import type { LiveListener, LiveStream } from '../live/stream.ts';
import type { RunInfo } from '../media/chunk.ts';
import type { LiveFrame } from '../media/live-frame.ts';
import type { OutputFrame } from './protocol.ts';

interface Outlet {
  /** Media on their way to the server. */
  readonly waitingBytes: number;
  run(run: RunInfo): void;
  frames(frames: OutputFrame[], bytes: number): void;
  end(): void;
}

/** A server that takes nothing for a moment costs its readers pictures, never main its memory. */
const maxWaitingBytes = 16 * 1024 * 1024;

/** Sends a live stream to the RTSP server, from its newest keyframe on. */
export class Subscription implements LiveListener {
  readonly #outlet: Outlet;
  readonly #closed = new AbortController();
  #leave: () => void;
  #run: RunInfo | null = null;
  #skipping = false;

  constructor(stream: LiveStream, outlet: Outlet) {
    this.#outlet = outlet;
    // Who has just asked for a stream is first told of all its past, which readers are not to see.
    const waiting = { onRun: () => {}, onFrames: () => {}, onGap: () => {}, onEnd: () => this.onEnd() };
    this.#leave = stream.subscribe(waiting, { from: 'newest-keyframe' });
    void this.#begin(stream);
  }

  close(): void {
    this.#closed.abort();
    this.#leave();
  }

  onRun(run: RunInfo): void {
    this.#run = run;
    this.#outlet.run(run);
  }

  onFrames(frames: readonly LiveFrame[]): void {
    const run = this.#run;
    if (!run) return;
    const taken = frames.filter((frame) => this.#takes(frame));
    if (taken.length === 0) return;
    const bytes = taken.reduce((sum, { data }) => sum + data.length, 0);
    this.#outlet.frames(
      taken.map((frame) => outputFrame(run, frame)),
      bytes,
    );
  }

  /** What comes next begins with a keyframe, which is all that readers need. */
  onGap(): void {}

  onEnd(): void {
    this.#closed.abort();
    this.#outlet.end();
  }

  async #begin(stream: LiveStream): Promise<void> {
    await stream.ready(this.#closed.signal);
    if (this.#closed.signal.aborted) return;
    const leaveWaiting = this.#leave;
    this.#leave = stream.subscribe(this, { from: 'newest-keyframe' });
    leaveWaiting();
  }

  #takes({ track, keyframe }: LiveFrame): boolean {
    if (this.#outlet.waitingBytes > maxWaitingBytes) this.#skipping = true;
    else if (track === 'video' && keyframe) this.#skipping = false;
    return !this.#skipping;
  }
}

function outputFrame(run: RunInfo, { track, pts, keyframe, data }: LiveFrame): OutputFrame {
  const ticksPerMs = track === 'video' ? 90 : (run.audio?.sampleRate ?? 1000) / 1000;
  return { track, utcMs: run.startMs + pts / ticksPerMs, keyframe, data };
}
