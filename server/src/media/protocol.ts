import type { CameraState, ErrorCode, ProbeResult, SourceInput, StreamStats, Video } from '@nightjar/contract';
import type { Chunk, ChunkMeta, RunInfo } from './chunk.ts';
import type { ChunkHash } from './fmp4/index.ts';
import type { LiveFrame } from './live-frame.ts';
import type { VolumeOffer } from './volume-choice.ts';

/** A time to record, `[from, to)`, Unix milliseconds; either may be infinite. */
export interface RecordWindow {
  from: number;
  to: number;
}

/** All that a media worker knows of a camera. */
export interface StreamSettings {
  cameraId: string;
  source: SourceInput;
  video: Video;
  audio: { mode: 'auto' | 'off' };
  /**
   * When segments are written, oldest first, without overlaps; live view goes on either way. The worker goes by the
   * frames' own times: what overlaps a window is recorded, from the keyframe before on.
   */
  record: RecordWindow[];
}

/** main → worker. Requests carry an `id` that the answer repeats. */
export type ToWorker =
  /** First message. `encoder`: the element for what has to be encoded; null for none. */
  | {
      type: 'configure';
      volumes: VolumeOffer;
      timeZone: string;
      encoder: string | null;
      /** Folders that files may be played from. */
      mediaDirs: readonly string[];
    }
  /** Where to record from now on; a volume that failed is trusted again. */
  | { type: 'volumes'; volumes: VolumeOffer }
  | { type: 'start'; settings: StreamSettings }
  /** Ask the camera until it answers, and no more. `after`: what another worker has tried in vain. */
  | { type: 'scout'; settings: StreamSettings; after: TriedInVain | null }
  /** Applied without touching the stream where possible (record, overlay); else the pipeline is rebuilt. */
  | { type: 'update'; settings: StreamSettings }
  | { type: 'stop'; cameraId: string }
  /** Send the camera's newest seconds and each frame from now on, or stop doing so. */
  | { type: 'watch'; cameraId: string; watched: boolean }
  | { type: 'probe'; id: number; source: SourceInput; timeoutMs: number }
  /** Try the encoders that are present; takes seconds. */
  | { type: 'find-encoder'; id: number }
  | { type: 'still'; id: number; still: StillRequest }
  /** Close all segments, then exit. */
  | { type: 'shutdown' };

/** Decode the frame shown at `targetTicks` (the newest one when null) from chunks that begin with a keyframe. */
export interface StillRequest {
  init: Buffer;
  chunks: Buffer[];
  /** Media time, ticks of 1/90000 s. */
  targetTicks: number | null;
  /** At most so many pixels wide, scaled in proportion and with square pixels; else full resolution. */
  width?: number;
}

/** worker → main. */
export type FromWorker =
  | { type: 'ready'; gstVersion: string }
  | { type: 'state'; cameraId: string; state: CameraState }
  | { type: 'run'; run: RunInfo }
  /** While watched: the run that the next frames belong to. */
  | { type: 'live-run'; run: RunInfo }
  /** First, what was kept before `watch`. */
  | { type: 'chunk'; cameraId: string; runId: string; chunk: Chunk }
  /**
   * While watched: what just came. `message` counts those of a run, from 1; some are left out while main is too slow to
   * take them.
   */
  | { type: 'frames'; cameraId: string; runId: string; message: number; frames: LiveFrame[] }
  /** What was kept has been sent. */
  | { type: 'live-replayed'; cameraId: string }
  /** `headHash`: SHA-256 of all before the first chunk. */
  | { type: 'segment-opened'; segment: OpenedSegment; headHash: Buffer }
  /** The chunk's bytes are in the file (in the page cache; not yet synced). */
  | {
      type: 'chunk-written';
      cameraId: string;
      runId: string;
      sequence: number;
      chunk: ChunkMeta;
      hash: ChunkHash;
    }
  /** Less than was reported before when the last GOP could not be written whole: it is written elsewhere. */
  | { type: 'segment-closed'; cameraId: string; runId: string; sequence: number; endMs: number; sizeBytes: number }
  /** Once, until something is written again. `volumeId`: null when no volume was to be had, or all were too slow. */
  | {
      type: 'write-failed';
      cameraId: string;
      volumeId: string | null;
      code: 'disk_full' | 'disk_error';
      message: string;
    }
  /** Every few seconds. */
  | { type: 'stats'; cameraId: string; stats: StreamMeasurements }
  | { type: 'probed'; id: number; result: ProbeOutcome }
  | { type: 'still'; id: number; jpeg: Buffer | null; error?: string }
  | { type: 'encoder'; id: number; encoder: string | null }
  /** Every few seconds. `clockSynchronized`: by NTP, as the kernel says; null when it does not. */
  | { type: 'alive'; clockSynchronized: boolean | null }
  | { type: 'stopped'; cameraId: string }
  /** To `scout`: the camera offers a stream. Its connection stays open until `stop`. */
  | { type: 'answered'; cameraId: string }
  /** Its picture must be encoded, whatever its settings say, and this worker has no encoder. */
  | { type: 'encoder-needed'; cameraId: string }
  /** The camera does not even say what it offers, and has not for long, if ever: asking is all that it takes. */
  | { type: 'unanswered'; cameraId: string; tried: TriedInVain }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; cameraId: string | null; message: string };

/** What a worker measures of a camera. */
export type StreamMeasurements = Omit<StreamStats, 'reconnects'>;

/** Attempts in a row, and how long the next one is to wait. */
export interface TriedInVain {
  failures: number;
  retryInMs: number;
}

export interface OpenedSegment {
  cameraId: string;
  volumeId: string;
  runId: string;
  /** Number of the segment in its run, from 1. */
  sequence: number;
  /** Relative to the volume. */
  path: string;
  startMs: number;
  /** Length of `ftyp` + `moov`. */
  initLength: number;
  /** Offset of the first chunk. */
  headLength: number;
}

export type ProbeOutcome = { ok: true; value: ProbeResult } | { ok: false; code: ErrorCode; message: string };
