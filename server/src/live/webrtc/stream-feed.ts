import type { RunInfo } from '../../media/chunk.ts';
import type { LiveFrame } from '../../media/live-frame.ts';
import type { LiveListener, LiveStream } from '../stream.ts';
import { parameterSetsOf } from './h264-packets.ts';
import type { SendingThread } from './thread-handle.ts';

interface FeedParts {
  stream: LiveStream;
  thread: SendingThread;
  /** What comes next is of another run; the feed goes on with it unless it is ended. */
  onRun(run: RunInfo): void;
  onEnd(): void;
}

/** Hands a stream's pictures to the thread, once for all its viewers. */
export class StreamFeed implements LiveListener {
  readonly #parts: FeedParts;
  readonly #unsubscribe: () => void;
  #startMs = 0;
  #closed = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.stream.subscribe(this, { from: 'newest-keyframe' });
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#parts.thread.send({ type: 'forget', streamId: this.#parts.stream.id });
  }

  onRun(run: RunInfo): void {
    this.#startMs = run.startMs;
    this.#parts.onRun(run);
    if (this.#closed) return;
    // Copies, for a view of a buffer takes the whole buffer along.
    const parameterSets = parameterSetsOf(run.video.codecData).map((set) => new Uint8Array(set));
    this.#parts.thread.send({ type: 'run', streamId: this.#parts.stream.id, parameterSets });
  }

  onFrames(frames: readonly LiveFrame[]): void {
    const pictures = frames
      .filter(({ track }) => track === 'video')
      .map(({ pts, keyframe, data }) => ({ utcMs: this.#startMs + pts / 90, keyframe, data: new Uint8Array(data) }));
    if (pictures.length === 0) return;
    this.#parts.thread.send(
      { type: 'pictures', streamId: this.#parts.stream.id, pictures },
      pictures.map(({ data }) => data.buffer),
    );
  }

  onGap(): void {
    this.#parts.thread.send({ type: 'gap', streamId: this.#parts.stream.id });
  }

  onEnd(): void {
    this.#parts.onEnd();
  }
}

/** Some picture is shown before the one that comes before it. */
function isReordered(frames: readonly LiveFrame[]): boolean {
  const times = frames.filter(({ track }) => track === 'video').map(({ pts }) => pts);
  return times.some((pts, index) => pts < (times[index - 1] ?? pts));
}

/** Whether browsers could show the stream over WebRTC; else why not, for a person. */
export function whyNotCarried(run: RunInfo, frames: readonly LiveFrame[]): string | null {
  if (run.video.codec !== 'h264') {
    return 'WebRTC does not carry H.265. Ask for codec=h264, or watch over WebSocket or HLS.';
  }
  if (isReordered(frames)) {
    return 'WebRTC does not carry B-frames, which this camera sends. Switch them off in the camera, or watch over WebSocket or HLS.';
  }
  return null;
}
