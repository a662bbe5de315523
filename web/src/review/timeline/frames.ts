import type { Frames } from '@nightjar/contract';
import { lengthOf } from './geometry.ts';
import { Loader, type Wish } from './loader.ts';
import type { View } from './view-store.ts';

type Frame = Frames['frames'][number];

interface FrameTile {
  cameraId: string;
  from: number;
}

const tileMs = 10_000;
/** Of one camera keyframes can be told apart in a minute; single frames, of all of them, in some seconds. */
const keyframesMs = 60_000;
const framesMs = 15_000;
/** Cameras whose frames are read at most. */
const most = 16;

interface FrameTimesOptions {
  now(): number;
  read(cameraId: string, range: View, signal: AbortSignal): Promise<Frames>;
  onChange(): void;
}

/** The times of single frames, read where the view is close enough to show them. */
export class FrameTimes {
  readonly #now: () => number;
  readonly #tiles: Loader<FrameTile, readonly Frame[]>;

  constructor({ now, read, onChange }: FrameTimesOptions) {
    this.#now = now;
    this.#tiles = new Loader({
      keyOf: ({ cameraId, from }) => `${cameraId}/${from}`,
      now,
      onChange,
      keep: 300,
      load: async ({ cameraId, from }, signal) => (await read(cameraId, { from, to: from + tileMs }, signal)).frames,
    });
  }

  /** `playing` and then `others`, as the view allows. */
  want(view: View, playing: readonly string[], others: readonly string[]): void {
    const length = lengthOf(view);
    const cameras = length <= framesMs ? [...new Set([...playing, ...others])] : length <= keyframesMs ? playing : [];
    const now = this.#now();
    const wishes: Array<Wish<FrameTile>> = [];
    for (const cameraId of cameras.slice(0, most)) {
      for (const from of startsIn(view)) {
        if (from < now)
          wishes.push({ request: { cameraId, from }, maxAgeMs: from + tileMs > now - 5_000 ? 2_000 : 600_000 });
      }
    }
    this.#tiles.want(wishes);
  }

  /** Known frames that are shown within `view`, and the one before it, oldest first. */
  of(cameraId: string, view: View): Frame[] {
    if (lengthOf(view) > keyframesMs) return [];
    const frames: Frame[] = [];
    for (const from of startsIn(view)) {
      for (const frame of this.#tiles.entry({ cameraId, from })?.value ?? []) {
        if (frame.at <= view.from) frames.length = 0;
        if (frame.at < view.to) frames.push(frame);
      }
    }
    return frames;
  }

  /** The frame that is shown at `atMs`, if the frames around it are known; `to`: when the next is. */
  at(cameraId: string, atMs: number): (Frame & { to: number }) | undefined {
    const frames = this.of(cameraId, { from: atMs - 2_000, to: atMs + 2_000 });
    const index = frames.findLastIndex(({ at }) => at <= atMs);
    const frame = frames[index];
    const next = frames[index + 1];
    return frame && next && { ...frame, to: next.at };
  }

  destroy(): void {
    this.#tiles.destroy();
  }
}

function startsIn(view: View): number[] {
  const starts: number[] = [];
  for (let from = Math.floor(view.from / tileMs) * tileMs; from < view.to; from += tileMs) starts.push(from);
  return starts;
}
