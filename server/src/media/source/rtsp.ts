import { NvrError } from '../../shared/errors.ts';
import { elementExists, type Pipeline } from '../gst/index.ts';
import { planAudio } from '../pipeline/audio.ts';
import { pipelineText } from '../pipeline/description.ts';
import { type Description, describe } from '../rtsp/describe.ts';
import { offeredTracks } from '../rtsp/session-description.ts';
import { encoderMissing, fitForEncoding } from './encoding.ts';
import { quoted } from './quoted.ts';
import { credentialsOf, type Feed, type OpenSource, oneFeed, type SourceRequest } from './source.ts';
import type { TrackPlan } from './track-plan.ts';

const describeTimeoutMs = 8_000;
const cameraClock = 'add-reference-timestamp-meta';

interface RtspPlan extends TrackPlan {
  text: string;
}

/** A camera that speaks RTSP, with TLS or without: it says beforehand which tracks it has. */
export async function openRtsp(request: SourceRequest): Promise<OpenSource> {
  const { settings, connection, signal } = request;
  const { url } = settings.source;
  const isTls = url.startsWith('rtsps:');
  const description = await describe({
    url,
    credentials: credentialsOf(settings.source),
    timeoutMs: describeTimeoutMs,
    signal,
  });
  const { release, certificateTrusted } = description;
  if (!connection.keepDescribe) release();
  return {
    receivedOver: isTls ? 'tcp' : connection.transport,
    certificateTrusted,
    isPaced: false,
    next: oneFeed(
      () => {
        return feedOf(request, description, isTls);
      },
      () => new NvrError('camera_stream_ended', 'The camera ended the stream.'),
    ),
    onFrames: release,
    release,
  };
}

function feedOf(request: SourceRequest, { sdp, base }: Description, isTls: boolean): Feed {
  const { source } = request.settings;
  const { text, ...plan } = planTracks(request, sdp, isTls);
  return {
    text,
    plan,
    prepare(pipeline: Pipeline) {
      pipeline.set('src', 'location', quoted(isTls ? withPort(source.url) : source.url));
      if (isTls) pipeline.set('src', 'tls-validation-flags', 0);
      // GStreamer 1.22; before it the camera's own clock stays unknown.
      if (pipeline.hasProperty('src', cameraClock)) pipeline.set('src', cameraClock, true);
      if (!base.endsWith('/')) pipeline.appendControls('src', base);
      const credentials = credentialsOf(source);
      if (!credentials) return;
      pipeline.set('src', 'user-id', quoted(credentials.username));
      pipeline.set('src', 'user-pw', quoted(credentials.password));
    },
  };
}

function planTracks({ settings, connection, encoder }: SourceRequest, sdp: string, isTls: boolean): RtspPlan {
  const { video, audio: offeredAudio } = offeredTracks(sdp);
  const planned = settings.audio.mode === 'auto' && offeredAudio ? planAudio(offeredAudio, elementExists) : null;
  const audio = typeof planned === 'string' ? null : planned;
  const isEncoded = settings.video.mode === 'encode' || video.codec === 'jpeg';
  if (isEncoded && encoder === null) throw encoderMissing(settings.video);
  const encode = isEncoded && encoder !== null ? { settings: fitForEncoding(settings.video), encoder } : null;
  return {
    text: pipelineText({ transport: isTls ? 'tcp' : connection.transport, video, encode, audio }),
    offered: {
      video: { fps: video.fps, sourceCodec: video.codec === 'jpeg' ? 'jpeg' : null },
      audio: offeredAudio && {
        codec: audio?.sourceCodec ?? offeredAudio.encoding.toLowerCase(),
        sampleRate: offeredAudio.sampleRate,
        channels: offeredAudio.channels,
      },
    },
    audio,
    audioNote: typeof planned === 'string' ? planned : null,
    encoder: encode?.encoder ?? null,
    failure: null,
    unsupported: null,
  };
}

/** RFC 7826: 322, which rtspsrc does not know (GStreamer 1.22). */
const withPort = (url: string): string => {
  const { hostname, port } = new URL(url);
  return port === '' ? url.replace(hostname, `${hostname}:322`) : url;
};
