import { CameraIdSchema, type Static, Type, UnixMsSchema } from './primitives.ts';
import { TimelineSchema } from './recordings.ts';

/**
 * Speeds of playback at which only keyframes are sent, re-timed; below them, all frames are. At the last, a day passes
 * in less than six minutes.
 */
export const fastSpeeds = [8, 16, 32, 64, 128, 256] as const;
export type FastSpeed = (typeof fastSpeeds)[number];

/** `GET /api/v1/timeline?cameraIds&from&to&resolutionMs`: in the order asked for. */
export const TimelinesSchema = Type.Object({
  resolutionMs: Type.Integer({
    description: 'Gaps shorter than this have become one with their neighbours; spans never. 0: exact.',
  }),
  cameras: Type.Array(Type.Object({ cameraId: CameraIdSchema, ...TimelineSchema.properties })),
});
export type Timelines = Static<typeof TimelinesSchema>;

/** `GET /api/v1/cameras/{id}/frames?from&to`: every recorded frame of at most a minute, in the order shown. */
export const FramesSchema = Type.Object({
  frames: Type.Array(
    Type.Object({
      at: { ...Type.Number(), description: 'When it is shown, Unix milliseconds with fraction.' },
      keyframe: Type.Boolean(),
    }),
  ),
});
export type Frames = Static<typeof FramesSchema>;

/** `GET /api/v1/evidence`: by what this recorder signs. */
export const EvidenceInfoSchema = Type.Object({
  publicKey: Type.String({ description: 'Ed25519, PEM (SubjectPublicKeyInfo).' }),
  fingerprint: Type.String({
    description: 'SHA-256 of the key (DER), hexadecimal: to be noted where nobody can change it.',
  }),
  since: UnixMsSchema,
});
export type EvidenceInfo = Static<typeof EvidenceInfoSchema>;
