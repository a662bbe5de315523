import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccessUnit, AudioConfig, VideoConfig } from '../src/media/access-unit.ts';
import type { Chunk } from '../src/media/chunk.ts';
import {
  boxesIn,
  Chunker,
  findBox,
  initSegment,
  readInit,
  samplesOf,
  segmentInfoBox,
} from '../src/media/fmp4/index.ts';

const run = promisify(execFile);

export interface StreamWish {
  codec?: 'h264' | 'h265';
  width?: number;
  height?: number;
  fps?: number;
  gopFrames?: number;
  seconds?: number;
  bFrames?: number;
  audio?: 'mono' | 'stereo';
  /** Added to the encoder's own parameter string (`-x264-params` or `-x265-params`). */
  encoderParameters?: string;
  /** Further ffmpeg output options. */
  ffmpegOptions?: string[];
}

export interface TestStream {
  video: VideoConfig;
  audio: AudioConfig | null;
  /** Video in decoding order and audio, mixed by time of arrival; the first picture is shown at 0 ns. */
  units: Array<{ track: 'video' | 'audio'; unit: AccessUnit }>;
}

/** Encodes a moving test picture and a tone with ffmpeg, as a camera would send them: whole access units. */
export async function makeStream(wish: StreamWish = {}): Promise<TestStream> {
  const folder = await mkdtemp(join(tmpdir(), 'nightjar-stream-'));
  try {
    const file = join(folder, 'stream.mp4');
    await run('ffmpeg', ffmpegArguments(wish, file));
    return readStream(await readFile(file));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function ffmpegArguments(wish: StreamWish, file: string): string[] {
  const { codec = 'h264', width = 320, height = 240, fps = 25, gopFrames = 50, seconds = 4, bFrames = 0 } = wish;
  const library = codec === 'h264' ? 'x264' : 'x265';
  const parameters = [`bframes=${bFrames}`, 'scenecut=0'];
  if (codec === 'h265') parameters.push('log-level=error');
  if (wish.encoderParameters !== undefined) parameters.push(wish.encoderParameters);
  const picture = ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${fps}:duration=${seconds}`];
  // The encoder's priming would begin before 0 and push the picture back.
  const sound = [
    '-itsoffset',
    `${1024 / 48_000}`,
    '-f',
    'lavfi',
    '-i',
    `sine=frequency=440:sample_rate=48000:duration=${seconds}`,
  ];
  return [
    ...['-nostdin', '-v', 'error', '-y', ...picture, ...(wish.audio !== undefined ? sound : [])],
    ...['-c:v', `lib${library}`, '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', `${gopFrames}`],
    ...[`-${library}-params`, parameters.join(':')],
    ...[
      '-c:a',
      'aac',
      ...(wish.ffmpegOptions ?? []),
      '-video_track_timescale',
      '90000',
      '-tag:v',
      codec === 'h264' ? 'avc1' : 'hvc1',
    ],
    ...['-movflags', 'frag_keyframe+empty_moov+default_base_moof', '-f', 'mp4', file],
  ];
}

function readStream(file: Buffer): TestStream {
  const { video, audio } = readInit(file);
  const samples = samplesOf(file);
  const firstShown = Math.min(...samples.filter(({ track }) => track === 'video').map(({ pts }) => pts));
  const units = samples.map(({ track, dts, pts, keyframe, data }) => {
    const shift = track === 'video' ? firstShown : 0;
    const nsPerTick = 1e9 / (track === 'video' ? 90_000 : (audio?.sampleRate ?? 1));
    const unit: AccessUnit = { ptsNs: Math.round((pts - shift) * nsPerTick), keyframe, data, cameraUnixMs: null };
    return { track, unit, arrivalNs: dts * nsPerTick };
  });
  units.sort((a, b) => a.arrivalNs - b.arrivalNs);
  return { video, audio, units: units.map(({ track, unit }) => ({ track, unit })) };
}

export interface Recording {
  /** `ftyp`, `moov` and our `uuid` box. */
  head: Buffer;
  chunks: Chunk[];
  /** A whole segment file. */
  file: Buffer;
}

/** Records a stream as one segment, without a camera. `delayMs`: what the run has recorded before. */
export function recordingOf(stream: TestStream, { delayMs = 0, utcMs = 1_700_000_000_000 } = {}): Recording {
  const chunker = new Chunker({ runId: 'test-run', ...stream, anchor: { utcMs, ptsNs: 0 } });
  const chunks: Chunk[] = [];
  for (const { track, unit } of stream.units) {
    if (track === 'video') chunks.push(...chunker.pushVideo(unit));
    else chunker.pushAudio(unit);
  }
  chunks.push(...chunker.flush());
  for (const chunk of chunks) delayChunk(chunk, delayMs, stream.audio?.sampleRate ?? 0);
  const runStartMs = chunker.startMs ?? utcMs;
  const info = segmentInfoBox({
    ...{ format: 1, cameraId: 'test-camera', runId: 'test-run', sequence: 1 },
    ...{ startMs: runStartMs + delayMs, runStartMs, utcOffsetMinutes: 60, timeZone: 'Europe/Berlin' },
  });
  const head = Buffer.concat([initSegment(stream.video, stream.audio), info]);
  return { head, chunks, file: Buffer.concat([head, ...chunks.map(({ bytes }) => bytes)]) };
}

/** Moves a chunk to a later media time, as if the run had been going on for `delayMs`. */
function delayChunk(chunk: Chunk, delayMs: number, sampleRate: number): void {
  const add = (at: number, ticks: number) =>
    chunk.bytes.writeBigUInt64BE(chunk.bytes.readBigUInt64BE(at) + BigInt(ticks), at);
  const [prft, moof] = boxesIn(chunk.bytes);
  if (!prft || !moof) return;
  add(prft.body + 8, (delayMs / 1_000) * 2 ** 32);
  add(prft.body + 16, delayMs * 90);
  const tracks = boxesIn(chunk.bytes, moof.body, moof.end).filter(({ type }) => type === 'traf');
  for (const [index, traf] of tracks.entries()) {
    const time = findBox(chunk.bytes, 'tfdt', traf);
    if (time) add(time.body + 4, (delayMs * (index === 0 ? 90_000 : sampleRate)) / 1_000);
  }
  chunk.mediaTime += delayMs * 90;
  chunk.startMs += delayMs;
}
