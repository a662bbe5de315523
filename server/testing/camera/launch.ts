import type { Clip } from './clip.ts';
import type { Mount } from './options.ts';

/** A client that asks for a description and then neither plays nor leaves must not fill the memory. */
const SOURCE = 'is-live=true format=time max-bytes=33554432 leaky-type=downstream';

const videoPayloaders = {
  h264: { element: 'rtph264pay aggregate-mode=zero-latency', encoding: 'H264', extra: ',packetization-mode=(string)1' },
  h265: { element: 'rtph265pay aggregate-mode=zero-latency', encoding: 'H265', extra: '' },
};

const audioPayloaders = {
  aac: 'rtpmp4gpay pt=97',
  opus: 'rtpopuspay pt=97',
  pcma: 'rtppcmapay pt=8',
  pcmu: 'rtppcmupay pt=0',
};

/** The server looks for payloaders by the names pay0 and pay1. */
export function launchOf(mount: Mount, clip: Clip): string {
  const { element, encoding, extra } = videoPayloaders[clip.video.codec];
  const bare = `application/x-rtp,media=video,clock-rate=90000,encoding-name=${encoding},payload=96${extra}`;
  const payload = `${element} pt=96 config-interval=-1 perfect-rtptime=false`;
  const video = mount.parameterSetsInSdp
    ? `appsrc name=video ${SOURCE} ! ${payload} name=pay0`
    : `appsrc name=video ${SOURCE} ! ${payload} name=video-payloader ! capssetter name=pay0 replace=true caps="${bare}"`;
  if (clip.audio === null) return `( ${video} )`;
  return `( ${video} appsrc name=audio ${SOURCE} ! ${audioPayloaders[clip.audio.codec]} perfect-rtptime=false name=pay1 )`;
}

/** Names of the elements that make RTP timestamps. */
export const payloaderNames = (mount: Mount, clip: Clip): string[] => [
  mount.parameterSetsInSdp ? 'pay0' : 'video-payloader',
  ...(clip.audio === null ? [] : ['pay1']),
];
