import { parse } from 'sdp-transform';
import { NvrError } from '../../shared/errors.ts';

/** The tracks of a camera that the recorder takes, read from its session description (RFC 8866). */
export interface OfferedTracks {
  /** JPEG has to be encoded anew. */
  video: { codec: 'h264' | 'h265' | 'jpeg'; fps: number | null };
  /** The camera's first audio track; null when it has none. */
  audio: OfferedAudio | null;
}

export interface OfferedAudio {
  /** RTP encoding name, upper case: `MPEG4-GENERIC`, `PCMA`, `OPUS` … */
  encoding: string;
  payloadType: number;
  /** Samples per second; null where the session description does not tell. */
  sampleRate: number | null;
  channels: number | null;
}

/** Payload types with a fixed meaning (RFC 3551 section 6) that cameras use without `rtpmap`. */
const staticAudio: Record<number, { encoding: string; clockRate: number }> = {
  0: { encoding: 'PCMU', clockRate: 8000 },
  8: { encoding: 'PCMA', clockRate: 8000 },
  9: { encoding: 'G722', clockRate: 8000 },
  10: { encoding: 'L16', clockRate: 44_100 },
  11: { encoding: 'L16', clockRate: 44_100 },
  14: { encoding: 'MPA', clockRate: 90_000 },
};
const staticVideo: Record<number, string> = { 26: 'JPEG', 32: 'MPV', 33: 'MP2T' };
const videoCodecs: Record<string, 'h264' | 'h265'> = { H264: 'h264', H265: 'h265', HEVC: 'h265' };
const encodedAnew: Record<string, 'jpeg'> = { JPEG: 'jpeg' };

/**
 * The first H.264 or H.265 track, else the first of JPEG, and the first audio track.
 * @throws {NvrError} `camera_no_video` without a video track, `camera_unsupported_codec` when none is of these.
 */
export function offeredTracks(sdp: string): OfferedTracks {
  const { media } = parse(sdp);
  const videos = media.filter(({ type }) => type === 'video');
  if (videos.length === 0) {
    throw new NvrError(
      'camera_no_video',
      'The camera answers, but this address offers no video. Try its other stream paths.',
    );
  }
  const names = videos.map(
    (track) => track.rtp[0]?.codec.toUpperCase() ?? staticVideo[firstPayload(track.payloads)] ?? 'unknown',
  );
  const best = names.findIndex((encoding) => encoding in videoCodecs);
  const chosen = best >= 0 ? best : names.findIndex((encoding) => encoding in encodedAnew);
  const codec = videoCodecs[names[chosen] ?? ''] ?? encodedAnew[names[chosen] ?? ''];
  if (codec === undefined) {
    throw new NvrError(
      'camera_unsupported_codec',
      `The camera sends ${names.join(', ')} video; Nightjar records H.264, H.265 and JPEG. Change the codec in the camera's settings.`,
    );
  }
  const fps = Number(videos[chosen]?.framerate);
  const audio = media.find(({ type }) => type === 'audio');
  return { video: { codec, fps: fps > 0 ? fps : null }, audio: audio ? offeredAudio(audio) : null };
}

function offeredAudio(track: ReturnType<typeof parse>['media'][number]): OfferedAudio {
  const payloadType = track.rtp[0]?.payload ?? firstPayload(track.payloads);
  const rtpmap = track.rtp[0];
  const fixed = staticAudio[payloadType];
  const encoding = rtpmap?.codec.toUpperCase() ?? fixed?.encoding ?? `payload type ${payloadType}`;
  return {
    payloadType,
    encoding,
    sampleRate: sampleRateOf(encoding, rtpmap?.rate ?? fixed?.clockRate ?? null),
    channels: rtpmap?.encoding ?? null,
  };
}

/** RFC 3551: the RTP clock of G.722 runs at half its sample rate, by an old mistake; that of MPEG audio is its own. */
function sampleRateOf(encoding: string, clockRate: number | null): number | null {
  if (encoding === 'G722') return 16_000;
  return encoding === 'MPA' ? null : clockRate;
}

const firstPayload = (payloads: string | undefined) => Number.parseInt(payloads ?? '', 10);
