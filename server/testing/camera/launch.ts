import type { Clip } from './clip.ts';
import type { Mount } from './options.ts';

const SOURCE = 'is-live=true format=time';

const videoPayloaders = {
  h264: { element: 'rtph264pay', encoding: 'H264', extra: ',packetization-mode=(string)1' },
  h265: { element: 'rtph265pay', encoding: 'H265', extra: '' },
};

const audioPayloaders = {
  aac: 'rtpmp4gpay pt=97',
  opus: 'rtpopuspay pt=97',
  pcma: 'rtppcmapay pt=8',
  pcmu: 'rtppcmupay pt=0',
};

/** Any; the RTP session needs it in the caps, or its sender reports are wrong by a frame's time. */
const SSRC = 0x4e4a5449;

const wrap = 2 ** 32;
/** RTP clock rates (RFC 3551, RFC 3640 with our sample rate, RFC 7587). */
const clockRates = { video: 90_000, aac: 16_000, opus: 48_000, pcma: 8_000, pcmu: 8_000 };

/** In gst-rtsp-server's form: it takes the elements pay0 and pay1 for the payloaders of the streams. */
export function launchOf(mount: Mount, clip: Clip): string {
  const { element } = videoPayloaders[clip.video.codec];
  const payloader = `${element} aggregate-mode=zero-latency pt=96 ssrc=${SSRC} perfect-rtptime=false${startOf(mount, 'video')}`;
  const video = `appsrc name=video ${SOURCE} ! ${payloader} name=${mount.parameterSetsInSdp ? 'pay0' : `video-payloader ${withoutParameterSets(clip)}`}`;
  if (clip.audio === null) return `( ${video} )`;
  const sound = `${audioPayloaders[clip.audio.codec]} perfect-rtptime=false${startOf(mount, clip.audio.codec)}`;
  return `( ${video} appsrc name=audio ${SOURCE} ! ${sound} name=pay1 )`;
}

/** Running time 0 is the stream's beginning; it may be a little later when the first packet is made. */
function startOf({ rtpWrapsAfterMs }: Mount, track: keyof typeof clockRates): string {
  if (rtpWrapsAfterMs === undefined) return '';
  return ` timestamp-offset=${wrap - Math.round((rtpWrapsAfterMs * clockRates[track]) / 1000)}`;
}

/**
 * Caps with nothing for the SDP's fmtp line. The server asks pay0 for its payload type, which capssetter does not know;
 * rtpulpfecenc has one and, told to add nothing, passes packets through.
 */
function withoutParameterSets({ video }: Clip): string {
  const { encoding, extra } = videoPayloaders[video.codec];
  const bare = `application/x-rtp,media=video,clock-rate=90000,encoding-name=${encoding},payload=96,ssrc=(uint)${SSRC}${extra}`;
  return `! capssetter replace=true caps="${bare}" ! rtpulpfecenc name=pay0 pt=96 percentage=0`;
}

/** Names of the elements that make RTP timestamps. */
export interface Payloaders {
  video: string;
  audio: string | null;
}

export const payloadersOf = (mount: Mount, clip: Clip): Payloaders => ({
  video: mount.parameterSetsInSdp ? 'pay0' : 'video-payloader',
  audio: clip.audio === null ? null : 'pay1',
});
