import type { ReceivedOver, SourceInput } from '@nightjar/contract';
import type { NvrError } from '../../shared/errors.ts';
import type { GstErrorFields, Pipeline } from '../gst/index.ts';
import type { Connection } from '../pipeline/connection.ts';
import type { StreamSettings } from '../protocol.ts';
import type { TrackPlan } from './track-plan.ts';

/** What is known of a source over all connections to it. */
export interface SourceMemory {
  /** The newest segment of a playlist that was taken; the next connection goes on behind it. */
  lastSegment: string | null;
}

export interface SourceRequest {
  settings: Pick<StreamSettings, 'source' | 'video' | 'audio'>;
  connection: Connection;
  /** H.264 encoder element; null when there is none, or none was looked for. */
  encoder: string | null;
  /** Where files may be played from. */
  mediaDirs: readonly string[];
  memory: SourceMemory;
  signal: AbortSignal;
}

/** One connection to a source, made by its kind's `open`, which says exactly what keeps it from being made. */
export interface OpenSource {
  readonly receivedOver: ReceivedOver;
  /** Whether the server's certificate is one that this machine trusts; null without TLS. */
  readonly certificateTrusted: boolean | null;
  /** Media comes before its time, in bursts or as fast as it can be read: the reader has to keep its time. */
  readonly isPaced: boolean;
  /** No frame for so long: it has stopped. Absent: as cameras do. */
  readonly stalledAfterMs?: number;
  /**
   * The first pipeline, and the next each time the one before has come to its end: a file is played again, a playlist goes
   * on behind a discontinuity. Null: it was played to its end, and that was all.
   * @throws {NvrError} that it has ended and should not have.
   */
  next(): Promise<Feed | null>;
  /** Frames have come. */
  onFrames?(): void;
  /** What a failure before the first frame really is, where asking tells more. */
  explain?(failure: NvrError): Promise<NvrError>;
  /** Idempotent. */
  release(): void;
}

/**
 * One pipeline of a source. Its elements by name: `src`, `video` and `audio` (appsinks, of access units), `overlay` when
 * encoding. Address and credentials are set by `prepare`, so that they appear in no text.
 */
export interface Feed {
  text: string;
  /** Grows where the tracks show only when the pipeline runs. */
  plan: TrackPlan;
  /** Before the pipeline is started. */
  prepare(pipeline: Pipeline): void;
  /** Once it runs, what gives it bytes; resolves when there are no more. */
  run?(pipeline: Pipeline, signal: AbortSignal): Promise<void>;
  /** What an error of the pipeline means; null: as for cameras. */
  failure?(error: GstErrorFields): NvrError | null;
}

/** Makes a connection to a source of one kind. @throws {NvrError} */
export type OpenKind = (request: SourceRequest) => Promise<OpenSource>;

export const credentialsOf = ({ username, password }: SourceInput) =>
  username ? { username, password: password ?? '' } : null;

/** `next` of a source that is one stretch: what comes after it is its end. */
export function oneFeed(make: () => Feed, ended: () => NvrError): () => Promise<Feed> {
  let isFirst = true;
  return async () => {
    if (!isFirst) throw ended();
    isFirst = false;
    return make();
  };
}
