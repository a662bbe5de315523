import { useEffect, useRef, useState } from 'react';
import { ApiFailure } from '../../api/client.ts';
import type { SmallPicture } from './decode.ts';
import type { KnownPicture } from './picture-cache.ts';
import { type PictureWish, sharedPictures } from './picture-source.ts';

export type MomentState =
  | { state: 'loading' }
  | { state: 'shown'; known: KnownPicture<SmallPicture>; stale: boolean }
  | { state: 'no-footage' }
  | { state: 'failed'; message: string };

/**
 * The picture of a moment that changes as fast as a pointer moves: while one picture is on its way, only the newest of
 * the other wishes waits. So there is always progress, and the newest wish wins.
 */
export function usePointedMoment({ cameraId, atMs, width }: PictureWish): MomentState {
  const [shown, setShown] = useState<{ cameraId: string; state: MomentState }>({
    cameraId,
    state: { state: 'loading' },
  });
  const runner = useRef<PointedMoment | null>(null);
  useEffect(() => {
    const moment = new PointedMoment((state, of) => setShown({ cameraId: of, state }));
    runner.current = moment;
    return () => moment.close();
  }, []);
  useEffect(() => runner.current?.wish({ cameraId, atMs, width }), [cameraId, atMs, width]);
  const known = sharedPictures().find({ cameraId, atMs, width });
  if (known) return { state: 'shown', known, stale: false };
  // Another camera's picture says nothing about this one.
  return shown.cameraId === cameraId ? shown.state : { state: 'loading' };
}

class PointedMoment {
  readonly #show: (state: MomentState, cameraId: string) => void;
  readonly #closing = new AbortController();
  #last: KnownPicture<SmallPicture> | null = null;
  #lastCamera = '';
  #next: PictureWish | null = null;
  #running = false;

  constructor(show: (state: MomentState, cameraId: string) => void) {
    this.#show = show;
  }

  wish(wish: PictureWish): void {
    this.#next = wish;
    if (this.#lastCamera !== wish.cameraId) this.#last = null;
    if (this.#last) this.#show({ state: 'shown', known: this.#last, stale: true }, wish.cameraId);
    if (!this.#running) void this.#run();
  }

  close(): void {
    this.#closing.abort();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let wish = this.#next; wish && !this.#closing.signal.aborted; wish = this.#next) {
      this.#next = null;
      const state = await momentOf(sharedPictures().now(wish, this.#closing.signal));
      if (this.#closing.signal.aborted) break;
      if (state.state === 'shown') [this.#last, this.#lastCamera] = [state.known, wish.cameraId];
      const newer: PictureWish | null = this.#next;
      if (state.state === 'shown') this.#show({ ...state, stale: newer !== null }, wish.cameraId);
      else if (!newer) this.#show(state, wish.cameraId);
    }
    this.#running = false;
  }
}

/** The picture of a moment among many, in its turn; `rank` of those still waiting is asked each time. */
export function useMomentInTurn(wish: PictureWish, rank: () => number): MomentState {
  const { cameraId, atMs, width } = wish;
  const [state, setState] = useState<MomentState>({ state: 'loading' });
  const latestRank = useRef(rank);
  latestRank.current = rank;
  useEffect(() => {
    const leaving = new AbortController();
    setState({ state: 'loading' });
    const turn = sharedPictures().inTurn({ cameraId, atMs, width }, () => latestRank.current(), leaving.signal);
    void momentOf(turn).then((next) => {
      if (!leaving.signal.aborted) setState(next);
    });
    return () => leaving.abort();
  }, [cameraId, atMs, width]);
  const known = sharedPictures().find(wish);
  return known ? { state: 'shown', known, stale: false } : state;
}

async function momentOf(picture: Promise<KnownPicture<SmallPicture>>): Promise<MomentState> {
  try {
    return { state: 'shown', known: await picture, stale: false };
  } catch (error) {
    if (error instanceof ApiFailure && error.code === 'footage_not_found') return { state: 'no-footage' };
    return { state: 'failed', message: error instanceof Error ? error.message : 'The picture cannot be read.' };
  }
}
