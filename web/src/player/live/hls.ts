import Hls, { type HlsConfig } from 'hls.js/light';
import { liveUrl } from '../../api/media-urls.ts';
import { commonConfig, onFinalError } from '../hls-common.ts';
import type { LiveTransport, TransportOptions } from './transport.ts';

const config: Partial<HlsConfig> = {
  ...commonConfig,
  maxLiveSyncPlaybackRate: 1.3,
  liveDurationInfinity: true,
  backBufferLength: 10,
  maxBufferLength: 10,
};

/** How far behind the newest picture: parts, where there are any, say so themselves (PART-HOLD-BACK). */
const syncConfig = (lowLatency: boolean): Partial<HlsConfig> =>
  lowLatency
    ? { lowLatencyMode: true }
    : // In target durations from the playlist's end; grows by itself, a second with each stall.
      { lowLatencyMode: false, liveSyncDurationCount: 1.5, liveMaxLatencyDurationCount: 6 };

/** Live HLS by hls.js. `lowLatency`: part by part; else segment by segment. */
export function openHls(options: TransportOptions, lowLatency: boolean): LiveTransport {
  const { video, source, clock, onReady, onFailure } = options;
  const hls = new Hls({ ...config, ...syncConfig(lowLatency) });
  let ready = false;
  let receivedBytes = 0;

  hls.on(Hls.Events.LEVEL_LOADED, () => {
    if (!ready) onReady();
    ready = true;
  });
  hls.on(Hls.Events.FRAG_BUFFERED, (_, { stats }) => {
    receivedBytes += stats.loaded;
  });
  onFinalError(hls, onFailure);
  hls.attachMedia(video);
  hls.loadSource(liveUrl(source, 'index.m3u8'));

  return {
    latencyMs() {
      const shownMs = hls.playingDate?.getTime();
      return shownMs === undefined ? null : clock.nowMs - shownMs;
    },
    receivedBytes: () => receivedBytes,
    destroy() {
      hls.destroy();
      video.playbackRate = 1;
    },
  };
}
