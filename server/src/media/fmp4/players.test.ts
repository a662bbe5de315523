import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { makeStream, recordingOf, type StreamWish } from '../../../testing/streams.ts';

const run = promisify(execFile);
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightjar-players-'));
});
after(() => rm(folder, { recursive: true }));

interface Probed {
  frames: number;
  startSeconds: number;
  tag: string;
}

async function probe(path: string): Promise<Record<string, Probed>> {
  const entries = 'stream=codec_name,codec_tag_string,nb_read_frames,start_time';
  const { stdout, stderr } = await run('ffprobe', [
    '-v',
    'warning',
    '-count_frames',
    '-show_entries',
    entries,
    '-of',
    'json',
    path,
  ]);
  assert.equal(stderr, '');
  const { streams } = JSON.parse(stdout) as { streams: Array<Record<string, string>> };
  return Object.fromEntries(
    streams.map((stream) => [
      stream.codec_name,
      {
        frames: Number(stream.nb_read_frames),
        startSeconds: Number(stream.start_time),
        tag: stream.codec_tag_string ?? '',
      },
    ]),
  );
}

async function assertFfmpegDecodes(path: string): Promise<void> {
  const { stderr } = await run('ffmpeg', ['-nostdin', '-v', 'warning', '-xerror', '-i', path, '-f', 'null', '-']);
  assert.equal(stderr, '');
}

/** Demuxes and decodes with GStreamer; gives the times of the first frames (s) and how many there were. */
async function decodeWithGstreamer(
  path: string,
  codec: 'h264' | 'h265',
): Promise<{ frames: number; firstSeconds: number }> {
  const video = [
    'demux.video_0',
    '!',
    'queue',
    '!',
    `${codec}parse`,
    '!',
    `avdec_${codec}`,
    '!',
    'identity',
    'name=out',
    'silent=false',
    '!',
    'fakesink',
  ];
  const { stdout, stderr } = await run(
    'gst-launch-1.0',
    ['-v', 'filesrc', `location=${path}`, '!', 'qtdemux', 'name=demux', ...video],
    {
      env: { ...process.env, GST_DEBUG: 'qtdemux:3', GST_DEBUG_NO_COLOR: '1' },
      maxBuffer: 1 << 26,
    },
  );
  assert.doesNotMatch(stderr, /WARN|ERROR/);
  const times = [...stdout.matchAll(/chain .*pts: (\d+):(\d\d):([\d.]+)/g)].map(
    ([, hours, minutes, seconds]) => Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds),
  );
  return { frames: times.length, firstSeconds: times[0] ?? Number.NaN };
}

const streams: Record<string, StreamWish> = {
  'H.264': {},
  'H.264 with sound': { audio: 'mono' },
  'H.264 with B-frames and sound': { audio: 'stereo', bFrames: 3, encoderParameters: 'b-pyramid=normal:ref=3' },
  'all-intra H.264': { gopFrames: 1 },
  'H.265 with sound': { codec: 'h265', audio: 'stereo' },
  'H.265 with B-frames': { codec: 'h265', bFrames: 4 },
};

for (const [name, wish] of Object.entries(streams)) {
  for (const delayMs of [0, 86_400_000]) {
    const when = delayMs === 0 ? 'at the start of a run' : 'a day into a run';
    test(`players take a recording of ${name}, ${when}`, async () => {
      const { codec = 'h264', audio } = wish;
      const stream = await makeStream({ seconds: 3, ...wish });
      const path = join(folder, 'segment.mp4');
      await writeFile(path, recordingOf(stream, { delayMs }).file);

      const { h264, hevc, aac } = await probe(path);
      const video = codec === 'h264' ? h264 : hevc;
      assert.equal(video?.frames, 75);
      assert.equal(video.tag, codec === 'h264' ? 'avc1' : 'hvc1');
      const startSeconds = delayMs / 1_000;
      assert.ok(video.startSeconds >= startSeconds && video.startSeconds < startSeconds + 0.2);
      assert.equal(aac?.startSeconds, audio === undefined ? undefined : video.startSeconds);
      await assertFfmpegDecodes(path);

      const { frames, firstSeconds } = await decodeWithGstreamer(path, codec);
      assert.equal(frames, 75);
      assert.ok(Math.abs(firstSeconds - video.startSeconds) < 0.001);
    });
  }
}

test('a recording that a crash cut off plays without a warning once its tail is cut away', async () => {
  const { head, chunks } = recordingOf(await makeStream({ seconds: 3, audio: 'stereo', bFrames: 2 }));
  const path = join(folder, 'cut.mp4');
  await writeFile(path, Buffer.concat([head, ...chunks.slice(0, 3).map(({ bytes }) => bytes)]));
  const frames = chunks.slice(0, 3).reduce((sum, chunk) => sum + chunk.frames, 0);
  assert.equal((await probe(path)).h264?.frames, frames);
  await assertFfmpegDecodes(path);
});

test('a recording whose tail is torn in the middle of a chunk plays up to there', async () => {
  const { file, chunks } = recordingOf(await makeStream({ seconds: 3, audio: 'stereo' }));
  const path = join(folder, 'torn.mp4');
  await writeFile(path, file.subarray(0, file.length - (chunks.at(-1)?.sizeBytes ?? 0) / 2));
  const { stdout } = await run('ffprobe', [
    '-v',
    'quiet',
    '-count_frames',
    '-show_entries',
    'stream=nb_read_frames',
    '-of',
    'csv=p=0',
    '-select_streams',
    'v',
    path,
  ]);
  assert.ok(Number.parseInt(stdout, 10) >= 75 - (chunks.at(-1)?.frames ?? 0));
});

test('silence put in for missing sound decodes without a warning', async () => {
  for (const audio of ['mono', 'stereo'] as const) {
    const stream = await makeStream({ seconds: 8, audio });
    const heard = ({ ptsNs }: { ptsNs: number }) => ptsNs < 2e9 || ptsNs > 6e9;
    const units = stream.units.filter(({ track, unit }) => track === 'video' || heard(unit));
    const path = join(folder, `silence-${audio}.mp4`);
    await writeFile(path, recordingOf({ ...stream, units }).file);
    await assertFfmpegDecodes(path);
    const { stderr } = await run('ffmpeg', [
      '-nostdin',
      '-v',
      'info',
      '-i',
      path,
      '-map',
      '0:a',
      '-af',
      'silencedetect=n=-60dB:d=1',
      '-f',
      'null',
      '-',
    ]);
    const [, start] = /silence_start: ([\d.]+)/.exec(stderr) ?? [];
    const [, end] = /silence_end: ([\d.]+)/.exec(stderr) ?? [];
    assert.ok(Math.abs(Number(start) - 2) < 0.1 && Math.abs(Number(end) - 6) < 0.1, `silent from ${start} to ${end}`);
  }
});
