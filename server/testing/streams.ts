import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AccessUnit, AudioConfig, VideoConfig } from '../src/media/access-unit.ts';
import { readInit, samplesOf } from '../src/media/fmp4/index.ts';

const run = promisify(execFile);

export interface StreamWish {
  codec?: 'h264' | 'h265';
  width?: number;
  height?: number;
  fps?: number;
  gopFrames?: number;
  seconds?: number;
  bFrames?: number;
  audio?: boolean;
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
  const parameters = ['log-level=error', `bframes=${bFrames}`, 'scenecut=0', wish.encoderParameters ?? []]
    .flat()
    .join(':');
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
    ...['-nostdin', '-v', 'error', '-y', ...picture, ...(wish.audio === true ? sound : [])],
    ...['-c:v', `lib${library}`, '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', `${gopFrames}`],
    ...[`-${library}-params`, parameters.replace(codec === 'h264' ? 'log-level=error:' : '', '')],
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
