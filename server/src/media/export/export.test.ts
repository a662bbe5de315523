import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { runTool } from '../../../testing/media-tools.ts';
import { type WrittenRun, writeRun } from '../../../testing/segment-files.ts';
import { makeStream, type StreamWish } from '../../../testing/streams.ts';
import { boxesIn } from '../fmp4/index.ts';
import type { RemuxRange } from '../remux/index.ts';
import { exportFiles } from './export-files.ts';
import type { ExportedFile, ExportRequest } from './index.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const formats = ['mp4', 'mkv', 'ts'] as const;
let folder = '';

interface Footage {
  runs: WrittenRun[];
  ranges: RemuxRange[];
  /** Of each picture in the order of showing, milliseconds after noon → its hash as decoded. */
  pictures: Map<number, string>;
}

/** Four seconds from noon on and, after a gap, four more from ten seconds past; 25 pictures and a keyframe a second. */
async function record(wish: StreamWish): Promise<Footage> {
  const stream = await makeStream({ seconds: 4, gopFrames: 25, ...wish });
  const runs = [
    await writeRun(folder, { stream, startMs: noon }),
    await writeRun(folder, { stream, startMs: noon + 10_000 }),
  ];
  const files = runs[0]?.ranges.map(({ file }) => file) ?? [];
  const hashes = (await Promise.all(files.map((file) => pictureHashes(file)))).flat();
  const pictures = new Map([0, 10_000].flatMap((startMs) => hashes.map((hash, at) => [startMs + at * 40, hash])));
  return { runs, ranges: runs.flatMap(({ ranges }) => ranges), pictures };
}

const kinds = {
  'H.264 with sound': { audio: 'stereo' },
  'H.264 with B-frames and sound': { audio: 'mono', bFrames: 3, encoderParameters: 'b-pyramid=normal:ref=3' },
  'H.265': { codec: 'h265' },
  'H.265 with B-frames and open groups': { codec: 'h265', bFrames: 3, encoderParameters: 'open-gop=1' },
} satisfies Record<string, StreamWish>;
type Kind = keyof typeof kinds;
const footage = {} as Record<Kind, Footage>;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-export-'));
  for (const [name, wish] of Object.entries(kinds)) footage[name as Kind] = await record(wish);
});
after(() => rm(folder, { recursive: true }));

let count = 0;
function exported(ranges: RemuxRange[], wish: Partial<ExportRequest> = {}): Promise<ExportedFile[]> {
  count += 1;
  const request: ExportRequest = {
    ...{ ranges, fromMs: noon + 1_300, toMs: noon + 11_700, format: 'mp4', cut: 'exact', times: 'none' },
    ...{ timelapse: null, sound: true, timeZone: 'Europe/Vienna', cameraName: 'Yard', title: 'A "title"' },
    ...{ pieces: false, target: path.join(folder, `out-${count}.${wish.format ?? 'mp4'}`) },
    ...wish,
  };
  return exportFiles(request, { onProgress: () => {} });
}

async function one(ranges: RemuxRange[], wish: Partial<ExportRequest> = {}): Promise<ExportedFile> {
  const files = (await exported(ranges, wish)).filter(({ subtitles }) => !subtitles);
  assert.equal(files.length, 1);
  return files[0] as ExportedFile;
}

/** As ffmpeg decodes them, in the order of showing. */
async function pictureHashes(file: string): Promise<string[]> {
  const args = ['-v', 'error', '-nostdin', '-i', file, '-map', '0:v', '-vsync', 'passthrough', '-f', 'framemd5', '-'];
  const lines = (await runTool('ffmpeg', args)).toString().split('\n');
  return lines.filter((line) => /^\d/.test(line)).map((line) => line.split(',').at(-1)?.trim() ?? '');
}

/** Of all pictures, sorted; milliseconds after the first. */
async function shownAt(file: string): Promise<number[]> {
  const args = ['-v', 'error', '-select_streams', 'v', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file];
  const times = numbersIn(await runTool('ffprobe', args));
  times.sort((a, b) => a - b);
  return times.map((time) => Math.round((time - (times[0] ?? 0)) * 1_000));
}

/** ffprobe leaves lines empty here and there. */
const numbersIn = (output: Buffer): number[] =>
  output
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map(Number.parseFloat);

const evenly = (frames: number, stepMs = 40) => Array.from({ length: frames }, (_, at) => at * stepMs);

for (const kind of Object.keys(kinds) as Kind[]) {
  for (const format of formats) {
    test(`${kind}, exactly, as ${format}: just the pictures of the range; all but the edges' as recorded`, async () => {
      const { ranges, pictures } = footage[kind];
      const file = await one(ranges, { format });
      const wanted = [...pictures].filter(([ms]) => ms >= 1_300 && ms < 11_700);
      assert.deepEqual([file.videoFrames, wanted.length], [110, 110]);
      assert.deepEqual([Math.round(file.fromMs - noon), Math.round(file.toMs - noon)], [1_320, 11_720]);
      assert.equal(Math.round(file.durationMs), 4_400);
      const reordered = kind.includes('B-frames');
      assert.equal(file.encodedFrames, reordered ? 18 : 17);
      const decoded = await pictureHashes(file.path);
      const differing = wanted.flatMap(([ms, hash], at) => (decoded[at] === hash ? [] : [ms]));
      const expected = wanted.map(([ms]) => ms).filter((ms) => ms < 2_000 || (reordered && ms > 11_640));
      assert.deepEqual([decoded.length, differing], [110, expected]);
      assert.deepEqual(await shownAt(file.path), evenly(110));
    });
  }

  test(`${kind}, at keyframes: from the keyframe before, nothing encoded anew`, async () => {
    const { ranges, pictures } = footage[kind];
    for (const format of formats) {
      const file = await one(ranges, { format, cut: 'keyframe', pieces: true });
      // Where pictures are reordered, those that others refer to are in it.
      const extra = kind.includes('B-frames') ? 2 : 0;
      assert.deepEqual([file.videoFrames, file.encodedFrames], [118 + extra, 0]);
      const decoded = await pictureHashes(file.path);
      const wanted = [...pictures].filter(([ms]) => ms >= 1_000 && ms < 11_700 + extra * 60);
      const hashes = wanted.map(([, hash]) => hash);
      assert.deepEqual(decoded.slice(0, 118), hashes.slice(0, 118));
      assert.equal(decoded.length, 118 + extra);
    }
  });
}

test('a range inside a group of pictures, and one picture', async () => {
  for (const kind of Object.keys(kinds) as Kind[]) {
    const { ranges } = footage[kind];
    const inside = await one(ranges, { fromMs: noon + 1_200, toMs: noon + 1_500 });
    assert.deepEqual([inside.videoFrames, inside.encodedFrames, await pictureCount(inside)], [8, 8, 8], kind);
    const single = await one(ranges, { fromMs: noon + 1_481, toMs: noon + 1_521 });
    assert.deepEqual([single.videoFrames, Math.round(single.fromMs - noon), await pictureCount(single)], [1, 1_520, 1]);
    const whole = await one(ranges, { fromMs: noon + 1_000, toMs: noon + 3_000, pieces: true });
    const orphans = kind.includes('open') ? 3 : 0;
    assert.equal(whole.videoFrames, 50);
    assert.ok(whole.encodedFrames <= orphans, `${kind}: ${whole.encodedFrames}`);
  }
});

const pictureCount = async ({ path: file }: ExportedFile) => (await pictureHashes(file)).length;

test('nothing in the range, nothing made', async () => {
  const { ranges } = footage['H.265'];
  await assert.rejects(exported(ranges, { fromMs: noon + 5_000, toMs: noon + 9_000 }), { code: 'footage_not_found' });
});

test('a change of the picture begins another file; sound is left out where it is not wanted', async () => {
  const ranges = [...footage['H.264 with sound'].ranges.slice(0, 2), ...footage['H.265'].ranges];
  const files = await exported(ranges, { cut: 'keyframe', fromMs: noon, sound: false });
  assert.deepEqual(
    files.map(({ path: file, videoFrames }) => [file.endsWith('.2'), videoFrames]),
    [
      [false, 100],
      [true, 143],
    ],
  );
  for (const { path: file } of files) {
    const kinds = await runTool('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_type',
      '-of',
      'csv=p=0',
      file,
    ]);
    assert.equal(kinds.toString().trim(), 'video');
  }
});

test('sound is that of the range, silent in no place but a gap', async () => {
  const { ranges } = footage['H.264 with sound'];
  for (const format of formats) {
    const { path: file } = await one(ranges, { format });
    const args = ['-v', 'error', '-select_streams', 'a', '-show_entries', 'packet=pts_time', '-of', 'csv=p=0', file];
    const times = numbersIn(await runTool('ffprobe', args));
    const lengthS = (times.at(-1) ?? 0) - (times[0] ?? 0);
    assert.ok(Math.abs(lengthS - 4.4) < 0.05, `${format}: ${lengthS} s`);
  }
});

/** Lines of the subtitles as ffmpeg reads them. */
async function subtitlesOf(file: string): Promise<string[]> {
  const text = (await runTool('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:s', '-f', 'srt', '-'])).toString();
  // ffmpeg has the last line of an MP4 last as long as the sound, some milliseconds longer.
  return text
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/(?<=04,4)0\d/g, '')
    .split('\n')
    .filter((line) => line.includes('-->') || line.includes('Yard'));
}

test('subtitles tell the recording time, second by second and over the gap', async () => {
  const { ranges } = footage['H.264 with sound'];
  const lines = [
    ['00:00:00,000 --> 00:00:00,680', 'Yard · 2026-11-22 13:00:01 +01:00'],
    ['00:00:00,680 --> 00:00:01,680', 'Yard · 2026-11-22 13:00:02 +01:00'],
    ['00:00:01,680 --> 00:00:02,680', 'Yard · 2026-11-22 13:00:03 +01:00'],
    ['00:00:02,680 --> 00:00:03,680', 'Yard · 2026-11-22 13:00:10 +01:00'],
    ['00:00:03,680 --> 00:00:04,4', 'Yard · 2026-11-22 13:00:11 +01:00'],
  ].flat();
  for (const format of formats) {
    const files = await exported(ranges, { format, times: 'subtitle' });
    assert.deepEqual(
      files.map(({ subtitles }) => subtitles),
      format === 'ts' ? [false, true] : [false],
    );
    assert.deepEqual(await subtitlesOf(files.at(-1)?.path ?? ''), lines, format);
  }
});

test('pieces prove chunks by their pictures; the tables of an MP4 are in front; it says when and what it is', async () => {
  const { ranges, runs } = footage['H.264 with sound'];
  const file = await one(ranges, { pieces: true });
  const pieces = file.pieces ?? [];
  assert.equal(
    pieces.reduce((sum, { frames }) => sum + frames, 0),
    110,
  );
  const proven = pieces.filter(({ source }) => source !== null);
  assert.equal(proven.length, 10);
  const samples = runs.flatMap((run) => run.samples).filter(({ track }) => track === 'video');
  const hashOf = (from: number, frames: number) => {
    const hash = createHash('sha256');
    for (const { data } of samples.slice(from, from + frames)) hash.update(data);
    return hash.digest('hex');
  };
  assert.equal(proven[0]?.sha256, hashOf(50, proven[0]?.frames ?? 0));
  const bytes = await readFile(file.path);
  assert.equal(file.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual(
    boxesIn(bytes).map(({ type }) => type),
    ['ftyp', 'moov', 'free', 'mdat'],
  );
  for (const format of ['mp4', 'mkv'] as const) {
    const { path: made } = await one(ranges, { format });
    const entries = 'format_tags:stream_tags';
    const tags = (await runTool('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', made])).toString();
    // matroskamux (1.22) writes no title.
    if (format === 'mp4') assert.match(tags, /"title": "A \\"title\\""/);
    assert.match(tags, /"creation_time": "2026-11-22T12:00:01/);
  }
});

test('the time is drawn into each picture, as H.264 whatever it was', async () => {
  for (const kind of ['H.264 with sound', 'H.265 with B-frames and open groups'] as const) {
    const { ranges, pictures } = footage[kind];
    const file = await one(ranges, { times: 'burned', format: 'mkv' });
    assert.deepEqual([file.videoFrames, file.encodedFrames, Math.round(file.durationMs)], [110, 110, 4_400]);
    assert.deepEqual(await shownAt(file.path), evenly(110));
    const decoded = await pictureHashes(file.path);
    assert.equal(new Set(decoded).size, 110);
    assert.ok(decoded.every((hash) => ![...pictures.values()].includes(hash)));
  }
});

test('a timelapse takes all pictures, keyframes, or encodes anew, whichever does', async () => {
  const { ranges } = footage['H.264 with sound'];
  const range = { fromMs: noon, toMs: noon + 20_000, times: 'subtitle', cut: 'keyframe' } as const;
  for (const format of formats) {
    const all = await one(ranges, { ...range, format, timelapse: { speed: 2 } });
    assert.deepEqual([all.videoFrames, all.encodedFrames, Math.round(all.durationMs)], [200, 0, 4_000]);
    const few = await one(ranges, { ...range, format, timelapse: { speed: 20 } });
    assert.deepEqual([few.videoFrames, few.encodedFrames, Math.round(few.durationMs)], [8, 0, 400]);
    assert.deepEqual(await shownAt(few.path), evenly(8, 50));
    const anew = await one(ranges, { ...range, format, timelapse: { speed: 5 } });
    assert.deepEqual([anew.videoFrames, anew.encodedFrames, Math.round(anew.durationMs)], [40, 40, 1_600]);
    assert.equal(await pictureCount(anew), 40);
  }
});

test('what was damaged after it was written is noticed', async () => {
  const { ranges } = footage['H.265'];
  const target = path.join(folder, 'damaged.mp4');
  const request: ExportRequest = {
    ...{ ranges, fromMs: noon, toMs: noon + 20_000, format: 'mp4', cut: 'keyframe', times: 'none', timelapse: null },
    ...{ sound: true, timeZone: 'UTC', cameraName: 'Yard', title: '', pieces: false, target },
  };
  const flip = async (file: string) => {
    const handle = await open(file, 'r+');
    const at = (await handle.stat()).size - 10_000;
    await handle.write(Buffer.from([0xff, 0x0f, 0xf0]), 0, 3, at);
    await handle.close();
  };
  await assert.rejects(exportFiles(request, { onProgress: () => {}, onWritten: flip }), { code: 'disk_error' });
});
