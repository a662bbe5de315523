import type { StreamConfig } from './protocol.ts';

/** Without `min-latency` a source takes the time until its first buffer for its latency, and every frame waits as long. */
const source = 'is-live=true format=time min-latency=0 max-bytes=0';

/** Cannot start, for it has no file to read: the server answers 503 Service Unavailable. */
export const launchOfNothing = '( filesrc ! rtpgstpay name=pay0 )';

/**
 * In gst-rtsp-server's form: it takes the elements pay0 and pay1 for the payloaders of the streams. Nothing is aggregated:
 * an aggregate is held back until the picture comes, and the server waits for the first packet before it answers.
 */
export function launchOf({ video, audio }: StreamConfig): string {
  const picture = `appsrc name=video ${source} ! rtp${video.codec}pay name=pay0 pt=96 config-interval=-1`;
  const sound = `appsrc name=audio ${source} ! rtpmp4gpay name=pay1 pt=97 perfect-rtptime=false`;
  return audio ? `( ${picture} ${sound} )` : `( ${picture} )`;
}
