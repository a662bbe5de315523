import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { ArchiveFormat } from '@nightjar/contract';
import { runTool } from '../../../testing/media-tools.ts';
import { type WrittenRun, writeRun } from '../../../testing/segment-files.ts';
import { makeStream, type StreamWish, type TestStream } from '../../../testing/streams.ts';
import { silentFrame } from '../fmp4/silence.ts';
import type { RemuxedFile, RemuxRange } from './index.ts';
import { remuxFiles } from './remux-files.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const formats: ArchiveFormat[] = ['mp4', 'mkv', 'ts'];
let root = '';
let folder = '';

before(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nightjar-remux-'));
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(root, 'test-'));
});
after(() => rm(root, { recursive: true }));

const streams = new Map<string, Promise<TestStream>>();
function streamOf(wish: StreamWish): Promise<TestStream> {
  const key = JSON.stringify(wish);
  const stream = streams.get(key) ?? makeStream({ seconds: 4, gopFrames: 25, ...wish });
  streams.set(key, stream);
  return stream;
}

const remuxed = (ranges: RemuxRange[], format: ArchiveFormat, onWritten?: (file: string) => Promise<void>) =>
  remuxFiles(
    { format, ranges, target: path.join(folder, `out.${format}`) },
    { onProgress: () => {}, ...(onWritten && { onWritten }) },
  );

interface Packet {
  /** Seconds. */
  pts: number;
  keyframe: boolean;
  hash: string;
}

/** A track as ffprobe reads it, in file order. */
async function packetsOf(file: string, track: 'v' | 'a'): Promise<Packet[]> {
  const entries = 'packet=pts_time,flags,data_hash';
  const args = ['-v', 'error', '-select_streams', track, '-show_data_hash', 'sha256', '-show_entries', entries];
  const { packets } = JSON.parse((await runTool('ffprobe', [...args, '-of', 'json', file])).toString()) as {
    packets: Array<{ pts_time: string; flags: string; data_hash: string }>;
  };
  return packets.map(({ pts_time, flags, data_hash }) => ({
    pts: Number(pts_time),
    keyframe: flags.startsWith('K'),
    hash: data_hash.replace('SHA256:', ''),
  }));
}

const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');
const hashesOf = (runs: WrittenRun[], track: 'video' | 'audio') =>
  runs.flatMap(({ samples }) => samples.filter((sample) => sample.track === track).map(({ data }) => sha256(data)));

const silences = [1, 2].map((channels) => sha256(silentFrame(channels) as Buffer));
const sounding = (hashes: string[]) => hashes.filter((hash) => !silences.includes(hash));

function assertSame(actual: string[], expected: string[]): void {
  const differs = expected.findIndex((value, at) => value !== actual[at]);
  assert.deepEqual([actual.length, differs], [expected.length, -1]);
}

/** When each picture is shown, seconds since the first of all. */
function shownAt(runs: WrittenRun[]): number[] {
  const times = runs.flatMap(({ samples, startMs }) =>
    samples.filter(({ track }) => track === 'video').map(({ pts }) => startMs / 1_000 + pts / 90_000),
  );
  return times.map((time) => time - Math.min(...times));
}

function assertNear(actual: number[], expected: number[], tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (const [at, value] of actual.entries()) {
    assert.ok(Math.abs(value - (expected[at] as number)) <= tolerance, `number ${at}: ${value}, not ${expected[at]}`);
  }
}

/** Hashes of the pictures as ffmpeg decodes them. */
async function picturesIn(input: string[]): Promise<string[]> {
  const args = ['-v', 'error', '-nostdin', ...input, '-map', '0:v', '-vsync', 'passthrough', '-f', 'framemd5', '-'];
  const lines = (await runTool('ffmpeg', args)).toString().split('\n');
  return lines.filter((line) => /^\d/.test(line)).map((line) => line.split(',').at(-1)?.trim() ?? '');
}

const flawless = async (file: string): Promise<void> => {
  const said = await runTool('ffmpeg', ['-nostdin', '-v', 'warning', '-xerror', '-i', file, '-f', 'null', '-']);
  assert.equal(said.toString(), '');
};

const wishes: Record<string, StreamWish> = {
  'H.264': {},
  'H.264 with B-frames and sound': { audio: 'stereo', bFrames: 3, encoderParameters: 'b-pyramid=normal:ref=3' },
  'H.265 with sound': { codec: 'h265', audio: 'mono' },
  'H.265 with B-frames': { codec: 'h265', bFrames: 3 },
};

for (const format of formats) {
  for (const [name, wish] of Object.entries(wishes)) {
    test(`${format} of ${name} has every frame, at its time, over a gap`, async () => {
      const stream = await streamOf(wish);
      const runs = [
        await writeRun(folder, { stream, startMs: noon, repeat: 3 }),
        await writeRun(folder, { stream, startMs: noon + 100_000 }),
      ];
      const files = await remuxed(
        runs.flatMap(({ ranges }) => ranges),
        format,
      );
      const [file] = files as [RemuxedFile];
      assert.equal(files.length, 1);
      assert.deepEqual([file.videoFrames, file.fromMs, Math.round(file.toMs)], [400, noon, noon + 104_000]);
      assert.equal(file.sizeBytes, (await stat(file.path)).size);

      const video = await packetsOf(file.path, 'v');
      const first = Math.min(...video.map(({ pts }) => pts));
      assertNear(
        video.map(({ pts }) => pts - first),
        shownAt(runs),
        0.0011,
      );
      if (format === 'ts') {
        const sources = runs.flatMap(({ ranges }) => ranges.map((range) => range.file));
        const pictures = await Promise.all(sources.map((source) => picturesIn(['-i', source])));
        assertSame(await picturesIn(['-i', file.path]), pictures.flat());
        return;
      }
      assert.equal(first, 0);
      assertSame(
        video.map(({ hash }) => hash),
        hashesOf(runs, 'video'),
      );
      assert.equal(video.filter(({ keyframe }) => keyframe).length, 16);
      if (!wish.audio) return;
      const sound = await packetsOf(file.path, 'a');
      assertSame(sounding(sound.map(({ hash }) => hash)), sounding(hashesOf(runs, 'audio')));
      const steps = sound.map(({ pts }, at) => pts - (sound[at - 1]?.pts ?? 0));
      assert.ok(Math.max(...steps) < 0.04, 'the sound has a hole, where players would lose their place');
      await flawless(file.path);
    });
  }
}

test('where resolution or codec change, a new file begins', async () => {
  const small = await streamOf({});
  const wide = await streamOf({ width: 480, height: 272 });
  const other = await streamOf({ codec: 'h265', audio: 'mono' });
  const startMs = (at: number) => noon + at * 4_000;
  const runs = await Promise.all(
    [small, small, wide, other, small].map((stream, at) => writeRun(folder, { stream, startMs: startMs(at) })),
  );
  for (const format of formats) {
    const files = await remuxed(
      runs.flatMap(({ ranges }) => ranges),
      format,
    );
    assert.deepEqual(
      files.map(({ path: file, videoFrames, fromMs }) => [path.basename(file), videoFrames, fromMs]),
      [
        [`out.${format}`, 200, startMs(0)],
        [`out.${format}.2`, 100, startMs(2)],
        [`out.${format}.3`, 100, startMs(3)],
        [`out.${format}.4`, 100, startMs(4)],
      ],
    );
    for (const { path: file } of files) await flawless(file);
  }
});

test('a stretch without sound is silent in a file with sound', async () => {
  const silent = await streamOf({});
  const loud = await streamOf({ audio: 'mono' });
  const order = [silent, loud, silent];
  const runs = await Promise.all(
    order.map((stream, at) => writeRun(folder, { stream, startMs: noon + at * 4_000, repeat: 1 })),
  );
  for (const format of formats) {
    const [file, ...others] = await remuxed(
      runs.flatMap(({ ranges }) => ranges),
      format,
    );
    assert.deepEqual(others, []);
    await flawless(file?.path ?? '');
    const args = ['-nostdin', '-v', 'info', '-i', file?.path ?? '', '-map', '0:a', '-af', 'silencedetect=n=-50dB:d=1'];
    const said = await runTool('sh', ['-c', 'exec "$@" 2>&1', 'sh', 'ffmpeg', ...args, '-f', 'null', '-']);
    const [, end] = /silence_end: ([\d.]+)/.exec(said.toString()) ?? [];
    const [, start] = /silence_start: .*silence_start: ([\d.]+)/s.exec(said.toString()) ?? [];
    assert.ok(Math.abs(Number(end) - 4) < 0.2 && Math.abs(Number(start) - 8) < 0.2, `sound from ${end} to ${start}`);
  }
});

test('a run that begins before the end of the one before it follows right behind', async () => {
  const stream = await streamOf({ audio: 'stereo', bFrames: 3, encoderParameters: 'b-pyramid=normal:ref=3' });
  const runs = [
    await writeRun(folder, { stream, startMs: noon }),
    await writeRun(folder, { stream, startMs: noon - 3_600_000 }),
    await writeRun(folder, { stream, startMs: noon + 10_000 }),
  ];
  for (const format of formats) {
    const [file] = (await remuxed(
      runs.flatMap(({ ranges }) => ranges),
      format,
    )) as [RemuxedFile];
    const times = (await packetsOf(file.path, 'v')).filter(({ keyframe }) => keyframe).map(({ pts }) => pts);
    const first = times[0] as number;
    assertNear(
      times.map((time) => time - first),
      [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13],
      0.15,
    );
  }
});

test('a part may begin and end inside a segment, and takes its last sound from behind its pictures', async () => {
  const stream = await streamOf({ audio: 'stereo' });
  const { chunks } = await writeRun(folder, { stream, startMs: noon });
  const [begin, middle, end, behind] = chunks.slice(3, 7) as [RemuxRange, RemuxRange, RemuxRange, RemuxRange];
  const frames = begin.frames + middle.frames + end.frames;
  const wanted = [
    { ...begin, to: end.to, frames },
    { ...behind, soundOnly: true },
  ];
  for (const format of formats) {
    const [file] = (await remuxed(wanted, format)) as [RemuxedFile];
    assert.deepEqual([file.fromMs, Math.round(file.toMs)], [noon + 1_000, noon + 2_000]);
    const video = await packetsOf(file.path, 'v');
    const audio = await packetsOf(file.path, 'a');
    assert.equal(video.length, frames);
    const [from, to] = [video[0]?.pts ?? 0, (audio.at(-1)?.pts ?? 0) + 0.0214];
    assert.ok(to - from >= 1 && to - from < 1.03, `the sound lasts ${to - from} s`);
  }
});

test('what was damaged after it was written is noticed', async () => {
  const stream = await streamOf({ audio: 'mono' });
  const { ranges } = await writeRun(folder, { stream, startMs: noon });
  for (const format of formats) {
    const flipped = remuxed(ranges, format, (file) => flipBit(file));
    await assert.rejects(flipped, { code: 'disk_error', message: /not whole when read back/ }, format);
    const cut = remuxed(ranges, format, async (file) => truncate(file, (await stat(file)).size - 20_000));
    await assert.rejects(cut, { name: 'NvrError' }, format);
  }
});

async function flipBit(file: string): Promise<void> {
  const handle = await open(file, 'r+');
  const at = (await handle.stat()).size - 60_000;
  const byte = Buffer.alloc(1);
  await handle.read(byte, 0, 1, at);
  byte[0] = (byte[0] ?? 0) ^ 1;
  await handle.write(byte, 0, 1, at);
  await handle.close();
}

test('a source that is damaged or gone is named', async () => {
  const { ranges } = await writeRun(folder, { stream: await streamOf({}), startMs: noon });
  const [range] = ranges as [RemuxRange];
  const named = new RegExp(path.basename(range.file));
  await assert.rejects(remuxed([{ ...range, frames: range.frames + 1 }], 'mp4'), {
    code: 'disk_error',
    message: named,
  });
  await truncate(range.file, range.to - 10);
  await assert.rejects(remuxed(ranges, 'mp4'), { code: 'disk_error', message: named });
  await rm(range.file);
  await assert.rejects(remuxed(ranges, 'mp4'), { code: 'footage_not_found', message: named });
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.mp4.2')),
    [],
  );
});
