import { type RefObject, useEffect, useState } from 'react';
import { type Counts, type Rates, ratesBetween } from './live/rates.ts';
import type { Showing } from './live-session.ts';
import type { LiveVideoHandle } from './live-video.tsx';

/** What really reaches the viewer. */
export interface Figures {
  showing: Showing;
  /** How old the picture is: ms since the recorder received it. */
  latencyMs: number | null;
  width: number;
  height: number;
  /** Pictures that came too late to be shown, since the connection began. */
  droppedFrames: number;
  /** Over the last seconds; null at first. */
  rates: Rates | null;
}

const everyMs = 1_000;
/** Frames and bytes come in lumps, most of all by HLS. */
const samples = 5;

/** Renewed once a second; null while there is no picture. */
export function useFigures(player: RefObject<LiveVideoHandle | null>): Figures | null {
  const [figures, setFigures] = useState<Figures | null>(null);
  useEffect(() => {
    let taken: Counts[] = [];
    const take = () => {
      const { current } = player;
      const showing = current?.showing;
      const video = current?.video;
      if (!current || !showing || !video) {
        taken = [];
        setFigures(null);
        return;
      }
      const { totalVideoFrames: frames, droppedVideoFrames: droppedFrames } = video.getVideoPlaybackQuality();
      const newest: Counts = { atMs: performance.now(), frames, bytes: current.receivedBytes() };
      const [oldest] = taken;
      const rates = oldest ? ratesBetween(oldest, newest) : null;
      taken = oldest && !rates ? [newest] : [...taken.slice(1 - samples), newest];
      const { videoWidth: width, videoHeight: height } = video;
      setFigures({ showing, latencyMs: current.latencyMs(), width, height, droppedFrames, rates });
    };
    const timer = window.setInterval(take, everyMs);
    return () => window.clearInterval(timer);
  }, [player]);
  return figures;
}
