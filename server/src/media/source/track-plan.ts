import type { NvrError } from '../../shared/errors.ts';

/** What a source has, for people. */
export interface OfferedMedia {
  video: {
    /** As declared; null when it is not. */
    fps: number | null;
    /** The source's codec where it has to be encoded anew, such as `jpeg`; null where the bits can be kept. */
    sourceCodec: string | null;
  };
  audio: { codec: string; sampleRate: number | null; channels: number | null } | null;
}

/** What becomes of a source's tracks. Where they show only when the pipeline runs, all is null before. */
export interface TrackPlan {
  readonly offered: OfferedMedia | null;
  /** Of sound that is recorded. */
  readonly audio: { sourceCodec: string; delaySamples: number } | null;
  /** Why sound is not recorded although there is some. */
  readonly audioNote: string | null;
  /** The element that encodes the picture; null when it is not encoded. */
  readonly encoder: string | null;
  /** Why these tracks cannot be recorded. */
  readonly failure: NvrError | null;
  /** The same of those that have shown so far: others may still come. */
  readonly unsupported: NvrError | null;
}
