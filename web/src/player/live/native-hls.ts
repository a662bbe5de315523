import { liveUrl } from '../../api/media-urls.ts';
import type { LiveTransport, TransportOptions } from './transport.ts';

/** Live HLS by the browser itself (iOS before 17.1), with low latency where it can. */
export function openNativeHls(options: TransportOptions): LiveTransport {
  const { video, source, clock, onReady, onFailure } = options;
  const onError = () => {
    const unsupported = video.error?.code === MediaError.MEDIA_ERR_DECODE;
    onFailure({
      code: unsupported ? 'unsupported' : 'media',
      message: video.error?.message || 'The video could not be played.',
    });
  };
  video.addEventListener('error', onError);
  video.addEventListener('loadedmetadata', onReady, { once: true });
  video.src = liveUrl(source, 'index.m3u8');

  return {
    latencyMs() {
      const startedMs = (video as HTMLVideoElement & { getStartDate?(): Date }).getStartDate?.().getTime();
      if (startedMs === undefined || Number.isNaN(startedMs)) return null;
      return clock.nowMs - (startedMs + video.currentTime * 1000);
    },
    receivedBytes: () => null,
    destroy() {
      video.removeEventListener('error', onError);
      video.removeEventListener('loadedmetadata', onReady);
      video.removeAttribute('src');
      video.load();
    },
  };
}
