import type { ProbeResult, SourceInput } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import type { Chunk, RunInfo } from './chunk.ts';
import { findEncoder } from './find-encoder.ts';
import { elementExists } from './gst/index.ts';
import { type Connection, firstConnection, nextConnection, transportFor } from './pipeline/connection.ts';
import { asNvrError } from './pipeline/failures.ts';
import { Stream } from './pipeline/stream.ts';
import { stillPicture } from './still.ts';

export interface ProbeOptions {
  source: SourceInput;
  /** For everything, picture included. */
  timeoutMs: number;
  clock: Clock;
  /** Folders that files may be played from. */
  mediaDirs?: readonly string[];
}

/** Kept for decoding the picture. */
const stillReserveMs = 1_500;
/** A measured frame rate needs this much media; a declared one needs none. */
const measureFpsMs = 1_000;

/**
 * Connects as a recording would, waits for a keyframe and decodes it.
 * @throws {NvrError} what kept it from a picture: `camera_…` or `invalid_request`.
 */
export async function probe({ source, timeoutMs, clock, mediaDirs = [] }: ProbeOptions): Promise<ProbeResult> {
  const startedMs = clock.monotonicMs();
  const deadline = AbortSignal.timeout(timeoutMs - stillReserveMs);
  let failure: NvrError | null = null;
  const transport = transportFor(source);
  const encoder = await quickEncoder();
  for (let connection: Connection | null = firstConnection(transport); connection; ) {
    const attempt = newAttempt({ source, connection, clock, mediaDirs, encoder });
    try {
      const seen = await firstPicture(attempt, deadline);
      const jpeg = await stillPicture({
        init: seen.run.init,
        chunks: seen.chunks.map(({ bytes }) => bytes),
        targetTicks: null,
      });
      return {
        ...describeSeen(seen),
        jpegBase64: jpeg.toString('base64'),
        elapsedMs: Math.round(clock.monotonicMs() - startedMs),
      };
    } catch (error) {
      const reason = asNvrError(error);
      failure ??= reason;
      // Before it has said what it offers, another way of streaming changes nothing.
      if (deadline.aborted || !attempt.stream.answered || attempt.chunks.length > 0) break;
      connection = nextConnection(transport, connection, reason);
    }
  }
  throw failure ?? timedOut(transport !== null);
}

const timedOut = (hasTransports: boolean) =>
  new NvrError(
    'camera_timeout',
    hasTransports
      ? 'The camera sent no picture in time. Try again, or the other transport.'
      : 'The source sent no picture in time. Try again.',
  );

/** Trying all that the machine has takes longer than a person waits. */
const quickEncoder = async () => (elementExists('x264enc') ? 'x264enc' : await findEncoder());

interface Seen {
  run: RunInfo;
  chunks: Chunk[];
  stream: Stream;
}

/** One connection, and what came over it. */
interface Attempt {
  stream: Stream;
  chunks: Chunk[];
  run(): RunInfo | null;
  /** Aborts when there is enough to describe. */
  enough: AbortSignal;
}

function newAttempt({
  source,
  connection,
  clock,
  mediaDirs = [],
  encoder,
}: Omit<ProbeOptions, 'timeoutMs'> & { connection: Connection; encoder: string | null }): Attempt {
  const enough = new AbortController();
  const chunks: Chunk[] = [];
  let run: RunInfo | null = null;
  const stream = new Stream({
    settings: probeSettings(source),
    connection,
    clock,
    encoder,
    mediaDirs,
    learnedDepths: new Map(),
    // Where there is another transport, it is to have its turn.
    firstFrameWithinMs: transportFor(source) === null ? 7_000 : 4_000,
    consumer: {
      onRun: (next) => {
        run ??= next;
      },
      onChunk: (chunk) => {
        chunks.push(chunk);
        if (mediaMs(chunks) >= measureFpsMs) enough.abort();
      },
      onRunEnd: () => enough.abort(),
    },
    log: () => {},
  });
  return { stream, chunks, run: () => run, enough: enough.signal };
}

async function firstPicture({ stream, chunks, run, enough }: Attempt, deadline: AbortSignal): Promise<Seen> {
  await stream
    .run(AbortSignal.any([deadline, enough]), () => {})
    .catch((error) => {
      // A stream that broke after its first picture has told what we asked for.
      if (chunks.length === 0) throw error;
    });
  const seen = run();
  if (!seen || chunks.length === 0) throw timedOut(false);
  return { run: seen, chunks, stream };
}

const mediaMs = (chunks: Chunk[]) => chunks.reduce((sum, { duration }) => sum + duration / 90, 0);

const probeSettings = (source: SourceInput) => ({
  cameraId: 'probe',
  source,
  video: { mode: 'copy', bitrateKbps: 4000, fps: null, height: null, keyframeSeconds: 2, overlay: null } as const,
  audio: { mode: 'auto' } as const,
  record: [],
});

function describeSeen({ run, chunks, stream }: Seen): Pick<ProbeResult, 'media'> {
  const frames = chunks.reduce((sum, chunk) => sum + chunk.frames, 0);
  const measured = Math.round((frames * 1000 * 10) / mediaMs(chunks)) / 10;
  const offered = stream.offered;
  return {
    media: {
      ...stream.received,
      video: {
        codec: run.video.codec,
        profile: profileOf(run.codecStrings[0] ?? ''),
        width: run.video.width,
        height: run.video.height,
        fps: offered?.video.fps ?? measured,
        ...(offered?.video.sourceCodec && { sourceCodec: offered.video.sourceCodec }),
      },
      audio: offered?.audio
        ? {
            codec: offered.audio.codec,
            sampleRate: offered.audio.sampleRate ?? run.audio?.sampleRate ?? null,
            channels: offered.audio.channels ?? run.audio?.channels ?? null,
            recordedAs: stream.audioCodec === null ? null : 'aac',
          }
        : null,
    },
  };
}

/** H.264 profile_idc as RFC 6381 writes it, and its name. */
const h264Profiles: Record<string, string> = {
  '42': 'baseline',
  '4d': 'main',
  '58': 'extended',
  '64': 'high',
  '6e': 'high-10',
};
const h265Profiles: Record<string, string> = { '1': 'main', '2': 'main-10', '3': 'main-still-picture' };

function profileOf(codecString: string): string | null {
  const [name, parameters = ''] = codecString.split('.');
  if (name?.startsWith('avc')) return h264Profiles[parameters.slice(0, 2).toLowerCase()] ?? null;
  return h265Profiles[parameters] ?? null;
}
