import { Nullable, type Static, Type } from './primitives.ts';
import { receivedOver } from './sources.ts';

export const ReceivedOverSchema = Type.Enum([...receivedOver], {
  description:
    "How it comes: RTP over `tcp` or `udp`, a transport stream over `udp`, or what the source's address says.",
});

const certificateTrusted = Type.Optional(
  Type.Boolean({
    description:
      'With TLS: whether the certificate is one that this machine trusts. Others are taken too, for cameras sign theirs themselves.',
  }),
);

const sourceCodec = Type.Optional(
  Type.String({ description: "The source's own codec, if it is always encoded anew: `jpeg`, `raw`, `mpeg2` …" }),
);

/** What is really received from a camera, as opposed to what it was asked for. */
export const VideoTrackSchema = Type.Object({
  codec: Type.Enum(['h264', 'h265'], { description: 'Codec of the recording.' }),
  codecString: Type.String({ description: 'RFC 6381, e.g. `avc1.640028`.' }),
  width: Type.Integer({ description: 'Pixels.' }),
  height: Type.Integer({ description: 'Pixels.' }),
  fps: Nullable(Type.Number({ description: 'Frames per second as measured; null until known.' })),
  encoder: Nullable(Type.String({ description: 'GStreamer element that encodes; null when the bits are untouched.' })),
  sourceCodec,
});
export type VideoTrackDto = Static<typeof VideoTrackSchema>;

export const AudioTrackSchema = Type.Object({
  codec: Type.Literal('aac', { description: 'Codec of the recording.' }),
  codecString: Type.String({ description: 'RFC 6381, e.g. `mp4a.40.2`.' }),
  sourceCodec: Type.String({ description: "The camera's own codec: `aac`, `pcma`, `opus` …" }),
  sampleRate: Type.Integer({ description: 'Hz.' }),
  channels: Type.Integer(),
});
export type AudioTrackDto = Static<typeof AudioTrackSchema>;

export const MediaInfoSchema = Type.Object({
  transport: ReceivedOverSchema,
  certificateTrusted,
  video: VideoTrackSchema,
  audio: Nullable(AudioTrackSchema),
  audioNote: Nullable(
    Type.String({ description: 'Why there is no sound although the camera offers some; else null.' }),
  ),
});
export type MediaInfo = Static<typeof MediaInfoSchema>;

/** Answer of `POST /api/v1/probe`. */
export const ProbeResultSchema = Type.Object({
  media: Type.Object({
    transport: ReceivedOverSchema,
    certificateTrusted,
    video: Type.Object({
      codec: Type.Enum(['h264', 'h265']),
      profile: Nullable(Type.String({ description: 'As GStreamer names it: `high`, `main` …' })),
      width: Type.Integer(),
      height: Type.Integer(),
      fps: Nullable(Type.Number({ description: 'As declared or measured; null when unknown.' })),
      sourceCodec,
    }),
    audio: Nullable(
      Type.Object({
        codec: Type.String({ description: "The camera's own codec: `aac`, `pcma`, `pcmu`, `opus` …" }),
        sampleRate: Nullable(Type.Integer()),
        channels: Nullable(Type.Integer()),
        recordedAs: Nullable(Type.Literal('aac')),
      }),
    ),
  }),
  jpegBase64: Type.String({ description: 'A picture of the camera, JPEG, base64.' }),
  elapsedMs: Type.Integer(),
});
export type ProbeResult = Static<typeof ProbeResultSchema>;
