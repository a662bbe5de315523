import type { Video } from '@nightjar/contract';
import type { OfferedTracks } from '../rtsp/session-description.ts';
import type { AudioPlan } from './audio.ts';
import { encoderText } from './encoders.ts';

/** How a picture is encoded. */
export interface Encoding {
  settings: Video;
  /** H.264 encoder element. */
  encoder: string;
}

export interface PipelinePlan {
  transport: 'tcp' | 'udp';
  video: OfferedTracks['video'];
  /** Null: the camera's bits untouched. JPEG is always encoded. */
  encode: Encoding | null;
  audio: AudioPlan | null;
}

/** How long packets that arrive out of order are waited for. TCP keeps them in order. */
const reorderWaitMs = { tcp: 0, udp: 200 } as const;

const depayload = {
  h264: {
    packets: 'application/x-rtp,media=video,encoding-name=H264',
    elements: ['rtph264depay', 'h264parse name=parse'],
  },
  h265: {
    packets: 'application/x-rtp,media=video,encoding-name=H265',
    elements: ['rtph265depay', 'h265parse name=parse'],
  },
  jpeg: {
    packets: 'application/x-rtp,media=video,encoding-name=JPEG',
    elements: ['rtpjpegdepay', 'jpegparse name=parse'],
  },
} as const;

/**
 * Where packets may be lost, the parser finds the frames by their slices: the depayloader would go by the packet that ends
 * a frame, and join the frame with the next one, under that one's time, when this packet is lost (GStreamer 1.22).
 */
const singleUnits = {
  tcp: { h264: [], h265: [], jpeg: [] },
  udp: {
    jpeg: [],
    h264: ['video/x-h264,stream-format=byte-stream,alignment=nal'],
    h265: ['video/x-h265,stream-format=byte-stream,alignment=nal'],
  },
} as const;

export const accessUnits = {
  h264: 'video/x-h264,stream-format=avc,alignment=au',
  h265: 'video/x-h265,stream-format=hvc1,alignment=au',
} as const;

const decoders = { h264: 'avdec_h264', h265: 'avdec_h265', jpeg: toPlain('jpegdec') } as const;

/**
 * The text of a camera's pipeline. Address and credentials are set on `src` afterwards, so that they appear in no text.
 * Elements with names: `src` (rtspsrc), `video` and `audio` (appsink), `overlay` and `encoder` when encoding. With sound
 * also `video-packets` and `audio-packets`, appsinks with the newest RTP packet of each for `LipSync`.
 *
 * RTP times are taken as they are (buffer-mode synced); `MediaClock` keeps them on the recorder's clock.
 * The depayloader does not wait for a keyframe: with lost packets that would drop the rest of each GOP, where a damaged
 * picture is worth more than none. The frames before the first keyframe are dropped by the assembler.
 */
export function pipelineText({ transport, video, encode, audio }: PipelinePlan): string {
  const source =
    `rtspsrc name=src protocols=${transport} latency=${reorderWaitMs[transport]} buffer-mode=synced ` +
    'udp-buffer-size=2097152 drop-on-latency=false timeout=0 tcp-timeout=5000000 user-agent=Nightjar';
  const encoded = encode ? ` ! ${encodeText(decoders[video.codec], encode)}` : '';
  const outputCodec = encode || video.codec === 'jpeg' ? 'h264' : video.codec;
  const sink = 'sync=false max-buffers=500';
  const { packets, elements } = depayload[video.codec];
  const [depayloader, parser] = elements;
  const parsed = [depayloader, ...singleUnits[transport][video.codec], parser].join(' ! ');
  const watched = (track: string) => (audio ? ` ! tee name=${track}-rtp` : '');
  const branches = [
    `src. ! ${packets}${watched('video')} ! ${parsed}${encoded} ! ${accessUnits[outputCodec]} ! appsink name=video ${sink}`,
  ];
  if (audio) {
    const newest = 'sync=false max-buffers=1 drop=true wait-on-eos=false';
    branches.push(
      `src. ! application/x-rtp,media=audio${watched('audio')} ! ${audio.text} ! audio/mpeg,stream-format=raw ! appsink name=audio ${sink}`,
      `video-rtp. ! appsink name=video-packets ${newest}`,
      `audio-rtp. ! appsink name=audio-packets ${newest}`,
    );
  }
  return [source, ...branches].join(' ');
}

/** Decodes to what H.264 of any profile can carry: cameras' JPEGs often have more colour than browsers can show of H.264. */
export function toPlain(decoder: string): string {
  return `${decoder} ! videoconvert ! video/x-raw,format=I420`;
}

/** From coded pictures to H.264. @param decoder pipeline text. */
export function encodeText(decoder: string, { settings, encoder }: Encoding): string {
  const { fps, height } = settings;
  return [
    decoder,
    ...(fps === null ? [] : ['videorate drop-only=false', `video/x-raw,framerate=${fps}/1`]),
    // 4:2:0 needs an even width; the step of the range keeps it even.
    ...(height === null
      ? []
      : ['videoscale', `video/x-raw,height=${height - (height % 2)},width=[16,8192,2],pixel-aspect-ratio=1/1`]),
    'videoconvert',
    'clockoverlay name=overlay',
    'queue max-size-buffers=8 max-size-bytes=0 max-size-time=0',
    'videoconvert',
    encoderText(encoder, settings),
    'h264parse',
  ].join(' ! ');
}
