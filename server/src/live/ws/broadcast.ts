import type { RunInfo } from '../../media/chunk.ts';
import { writeFragment } from '../../media/fmp4/index.ts';
import type { LiveFrame } from '../../media/live-frame.ts';
import type { LiveListener, LiveStream } from '../stream.ts';

/** Who gets a stream as fMP4 fragments, in order. */
export interface FragmentViewer {
  /** The next fragments need this run's init segment; media time begins anew. */
  onRun(run: RunInfo): void;
  /** @param fromKeyframe Its first picture is a keyframe: whoever left out some may begin here. */
  onFragment(bytes: Buffer, fromKeyframe: boolean): void;
  onGap(): void;
  onEnd(): void;
}

const broadcasts = new WeakMap<LiveStream, FragmentBroadcast>();

/**
 * Gives the viewer the stream from its newest keyframe on: all since then at once, then each frame as it comes, a few
 * milliseconds after the camera sent it. All viewers of a stream share the same bytes.
 *
 * @returns ends it.
 */
export function watchFragments(stream: LiveStream, viewer: FragmentViewer): () => void {
  let broadcast = broadcasts.get(stream);
  if (!broadcast) {
    broadcast = new FragmentBroadcast(stream);
    broadcasts.set(stream, broadcast);
  }
  return broadcast.join(viewer);
}

class FragmentBroadcast implements LiveListener {
  readonly #stream: LiveStream;
  readonly #viewers = new Set<FragmentViewer>();
  #leave: (() => void) | null = null;
  #sequence = 0;
  #runStartMs = 0;
  /** While the stream tells of what is past, which only the viewer who has just come needs. */
  #joining: FragmentViewer | null = null;

  constructor(stream: LiveStream) {
    this.#stream = stream;
  }

  join(viewer: FragmentViewer): () => void {
    this.#joining = viewer;
    // However often it subscribes, the stream has this listener once.
    this.#leave = this.#stream.subscribe(this, { from: 'newest-keyframe' });
    this.#joining = null;
    this.#viewers.add(viewer);
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.#leave?.();
    };
  }

  onRun(run: RunInfo): void {
    this.#runStartMs = run.startMs;
    for (const viewer of this.#concerned()) viewer.onRun(run);
  }

  onFrames(frames: readonly LiveFrame[]): void {
    for (const group of beginningWithKeyframes(frames)) {
      this.#sequence += 1;
      const bytes = writeFragment({ sequence: this.#sequence, runStartMs: this.#runStartMs, frames: group });
      const [first] = group;
      const fromKeyframe = first?.track === 'video' && first.keyframe;
      for (const viewer of this.#concerned()) viewer.onFragment(bytes, fromKeyframe);
    }
  }

  onGap(): void {
    for (const viewer of this.#concerned()) viewer.onGap();
  }

  onEnd(): void {
    for (const viewer of this.#concerned()) viewer.onEnd();
    this.#viewers.clear();
  }

  #concerned(): FragmentViewer[] {
    return this.#joining ? [this.#joining] : [...this.#viewers];
  }
}

/** Split before each keyframe. */
function beginningWithKeyframes(frames: readonly LiveFrame[]): LiveFrame[][] {
  const groups: LiveFrame[][] = [];
  for (const frame of frames) {
    const begins = frame.track === 'video' && frame.keyframe;
    const group = groups.at(-1);
    if (begins || !group) groups.push([frame]);
    else group.push(frame);
  }
  return groups;
}
