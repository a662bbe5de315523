import type { RunInfo } from '../../media/chunk.ts';
import type { LiveFrame } from '../../media/live-frame.ts';
import type { OpusFeed } from '../opus-feed.ts';
import { isReordered } from '../reordered.ts';
import type { LiveListener, LiveStream } from '../stream.ts';
import { parameterSetsOf } from './h264-packets.ts';
import type { SendingThread } from './thread-handle.ts';

interface FeedParts {
  stream: LiveStream;
  opusOf(stream: LiveStream): OpusFeed;
  thread: SendingThread;
  /** What comes next is of another run; the feed goes on with it unless it is ended. */
  onRun(run: RunInfo): void;
  onEnd(): void;
}

/** Hands a stream to the thread, once for all its viewers. */
export class StreamFeed implements LiveListener {
  readonly #parts: FeedParts;
  readonly #unsubscribe: () => void;
  #unsubscribeSound: (() => void) | null = null;
  #startMs = 0;
  #closed = false;

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.stream.subscribe(this, { from: 'newest-keyframe' });
  }

  /** Its sound as well, from now on. */
  addSound(): void {
    const { stream, opusOf, thread } = this.#parts;
    this.#unsubscribeSound ??= opusOf(stream).subscribe({
      onPacket: ({ startMs, data }) => {
        const copy = new Uint8Array(data);
        thread.send({ type: 'sound', streamId: stream.id, utcMs: startMs, data: copy }, [copy.buffer]);
      },
      onEnd: () => {},
    });
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    this.#unsubscribeSound?.();
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

/** Why browsers could not show the stream over WebRTC, for a person; null when they can. */
export function whyNotCarried(stream: LiveStream): string | null {
  if (stream.run?.video.codec !== 'h264') {
    return 'WebRTC does not carry H.265. Ask for codec=h264, or watch over WebSocket or HLS.';
  }
  if (isReordered(stream)) {
    return 'WebRTC does not carry B-frames, which this camera sends. Switch them off in the camera, ask for codec=h264, or watch over WebSocket or HLS.';
  }
  return null;
}
