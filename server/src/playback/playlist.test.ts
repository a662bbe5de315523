import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { ChunkMeta } from '../media/chunk.ts';
import type { Footage, Run, SegmentWithChunks } from '../recording/index.ts';
import { type Part, stretchesOf, type WindowCut } from './layout.ts';
import { mediaPlaylist, multivariantPlaylist } from './playlist.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const range = (fromS: number, toS: number): TimeRange => ({
  from: (noon + fromS * 1_000) as UnixMs,
  to: (noon + toS * 1_000) as UnixMs,
});

const runOf = (id: string, startS: number, change: Partial<Run> = {}): Run => ({
  ...{ id, cameraId: 'yard', startAt: (noon + startS * 1_000) as UnixMs, videoCodec: 'h264', audioCodec: 'aac' },
  ...{ codecStrings: ['avc1.640028', 'mp4a.40.2'], width: 1920, height: 1080, initLength: 800 },
  ...change,
});

interface SegmentWish {
  id: number;
  run: Run;
  /** Seconds after noon. */
  from: number;
  to: number;
  keyframeEveryS?: number;
}

/** Chunks of 500 ms and 1,000 bytes after a head of 1,000 bytes. */
function segmentOf({ id, run, from, to, keyframeEveryS = 2 }: SegmentWish): SegmentWithChunks {
  const runS = (run.startAt - noon) / 1_000;
  const chunks = Array.from({ length: (to - from) * 2 }, (_, at): ChunkMeta => {
    const startS = from + at / 2;
    return {
      ...{ offset: 1_000 + at * 1_000, sizeBytes: 1_000, mediaTime: (startS - runS) * 90_000, duration: 45_000 },
      ...{ startMs: noon + startS * 1_000, keyframe: (at / 2) % keyframeEveryS === 0, frames: 12 },
    };
  });
  return {
    ...{
      id,
      cameraId: 'yard',
      volumeId: 'disk',
      runId: run.id,
      sequence: id,
      path: `${id}.mp4`,
      headLength: 1_000,
      state: 'closed',
    },
    ...{
      ...{ startAt: range(from, to).from, endAt: range(from, to).to },
      sizeBytes: 1_000 + chunks.length * 1_000,
      chunks,
    },
  };
}

const footage = (...wishes: SegmentWish[]): Footage => ({
  segments: wishes.map(segmentOf),
  runs: new Map(wishes.map(({ run }) => [run.id, run])),
});

const addresses = {
  file: (id: number) => `../segments/${id}.mp4`,
  init: (id: number) => `parts/${id}/init.mp4`,
  part: ({ segmentId, offset, sizeBytes }: Part) => `parts/${segmentId}/${offset}-${sizeBytes}.m4s`,
};

function playlistOf(of: Footage, asked: TimeRange): string[] {
  return mediaPlaylist(stretchesOf(of, asked), asked, addresses).trimEnd().split('\n');
}

test('a damaged stretch inside a file is left out, as a gap', () => {
  const run = runOf('a', 0);
  const whole = footage({ id: 7, run, from: 0, to: 20 });
  const segments = whole.segments.map((segment) => ({
    ...segment,
    // From 2 s to 4 s: another keyframe follows within the part that began before.
    chunks: segment.chunks.filter((_, at) => at < 4 || at >= 8),
  }));
  const lines = playlistOf({ ...whole, segments }, range(0, 100));
  assert.deepEqual(
    lines.filter((line) => /^#EXT-X-(BYTERANGE|DISCONTINUITY)|^#EXTINF/.test(line)),
    [
      ...['#EXTINF:2.00000,', '#EXT-X-BYTERANGE:4000@1000', '#EXT-X-DISCONTINUITY'],
      ...['#EXTINF:6.00000,', '#EXT-X-BYTERANGE:12000@9000', '#EXTINF:6.00000,', '#EXT-X-BYTERANGE:12000@21000'],
      ...['#EXTINF:4.00000,', '#EXT-X-BYTERANGE:8000@33000'],
    ],
  );
});

test('a playlist of one run: byte ranges of about 6 s, from keyframe to keyframe', () => {
  const run = runOf('a', 0);
  const lines = playlistOf(footage({ id: 7, run, from: 0, to: 14 }, { id: 8, run, from: 14, to: 20 }), range(0, 100));
  assert.deepEqual(lines, [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:6',
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="../segments/7.mp4",BYTERANGE="800@0"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.000Z',
    ...['#EXTINF:6.00000,', '#EXT-X-BYTERANGE:12000@1000', '../segments/7.mp4'],
    ...['#EXTINF:6.00000,', '#EXT-X-BYTERANGE:12000@13000', '../segments/7.mp4'],
    ...['#EXTINF:2.00000,', '#EXT-X-BYTERANGE:4000@25000', '../segments/7.mp4'],
    ...['#EXTINF:6.00000,', '#EXT-X-BYTERANGE:12000@1000', '../segments/8.mp4'],
    '#EXT-X-ENDLIST',
  ]);
});

test('a gap inside a run is left out, with a discontinuity and its time, but no second init segment', () => {
  const run = runOf('a', 0);
  const lines = playlistOf(footage({ id: 1, run, from: 0, to: 4 }, { id: 2, run, from: 60, to: 64 }), range(0, 100));
  assert.deepEqual(lines.slice(8), [
    ...['#EXTINF:4.00000,', '#EXT-X-BYTERANGE:8000@1000', '../segments/1.mp4'],
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:01:00.000Z',
    ...['#EXTINF:4.00000,', '#EXT-X-BYTERANGE:8000@1000', '../segments/2.mp4'],
    '#EXT-X-ENDLIST',
  ]);
});

test('another run brings a discontinuity and its own init segment', () => {
  const lines = playlistOf(
    footage(
      { id: 1, run: runOf('a', 0), from: 0, to: 4 },
      { id: 2, run: runOf('b', 4, { initLength: 900 }), from: 4, to: 8 },
    ),
    range(0, 100),
  );
  assert.deepEqual(lines.slice(11, 14), [
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-MAP:URI="../segments/2.mp4",BYTERANGE="900@0"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:04.000Z',
  ]);
});

test('where runs with and without sound are mixed, no part is a byte range, so that silence can be added', () => {
  const mute = runOf('b', 4, { audioCodec: null, codecStrings: ['avc1.640028'] });
  const of = footage({ id: 1, run: runOf('a', 0), from: 0, to: 4 }, { id: 2, run: mute, from: 4, to: 8 });
  assert.deepEqual(playlistOf(of, range(0, 100)).slice(6, -1), [
    '#EXT-X-MAP:URI="parts/1/init.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.000Z',
    ...['#EXTINF:4.00000,', 'parts/1/1000-8000.m4s'],
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-MAP:URI="parts/2/init.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:04.000Z',
    ...['#EXTINF:4.00000,', 'parts/2/1000-8000.m4s'],
  ]);
  const alone = playlistOf(of, range(4, 100));
  assert.equal(alone[6], '#EXT-X-MAP:URI="../segments/2.mp4",BYTERANGE="800@0"');
});

test('runs that overlap, since the clock was set back, are not mixed', () => {
  const [a, b] = [runOf('a', 0), runOf('b', 30)];
  const of = footage(
    { id: 1, run: a, from: 0, to: 60 },
    { id: 3, run: b, from: 30, to: 90 },
    { id: 2, run: a, from: 60, to: 120 },
    { id: 4, run: b, from: 90, to: 150 },
  );
  const stretches = stretchesOf(of, range(0, 200));
  assert.deepEqual(
    stretches.map(({ parts }) => [...new Set(parts.map((part) => part.segmentId))]),
    [
      [1, 2],
      [3, 4],
    ],
  );
});

test('a range begins at the keyframe before it and says where to start', () => {
  const run = runOf('a', 0);
  const lines = playlistOf(footage({ id: 1, run, from: 0, to: 60 }), range(31.2, 35.4));
  assert.deepEqual(lines.slice(6), [
    '#EXT-X-START:TIME-OFFSET=1.200,PRECISE=YES',
    '#EXT-X-MAP:URI="../segments/1.mp4",BYTERANGE="800@0"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:30.000Z',
    ...['#EXTINF:5.50000,', '#EXT-X-BYTERANGE:11000@61000', '../segments/1.mp4'],
    '#EXT-X-ENDLIST',
  ]);
});

test('the target duration is not below any duration rounded, however seldom keyframes are', () => {
  for (const keyframeEveryS of [1, 2, 4, 7.5, 10, 30]) {
    const lines = playlistOf(footage({ id: 1, run: runOf('a', 0), from: 0, to: 60, keyframeEveryS }), range(0, 60));
    const target = Number(lines[2]?.split(':')[1]);
    const durations = lines.flatMap((line) => /^#EXTINF:([\d.]+),$/.exec(line)?.[1] ?? []).map(Number);
    assert.ok(durations.every((duration) => Math.round(duration) <= target));
    assert.equal(
      durations.reduce((sum, duration) => sum + duration, 0),
      60,
    );
  }
});

test('a little jitter between two files of a run shortens or lengthens a part, no more', () => {
  const run = runOf('a', 0);
  const of = footage({ id: 1, run, from: 0, to: 4 }, { id: 2, run, from: 4, to: 8 });
  const later = of.segments[1] as SegmentWithChunks;
  later.chunks = later.chunks.map((chunk) => ({ ...chunk, mediaTime: chunk.mediaTime + 9_000 }));
  const [stretch, ...others] = stretchesOf(of, range(0, 100));
  assert.equal(others.length, 0);
  assert.deepEqual(
    stretch?.parts.map((part) => part.duration / 90_000),
    [4.1, 4],
  );
});

test('the multivariant playlist names every codec of the range once, the largest picture and the peak rate', () => {
  const small = { codecStrings: ['avc1.64001f', 'mp4a.40.2'], width: 640, height: 480 };
  const of = footage(
    { id: 1, run: runOf('a', 0), from: 0, to: 6 },
    { id: 2, run: runOf('b', 6, small), from: 6, to: 12 },
  );
  const playlist = multivariantPlaylist(stretchesOf(of, range(0, 100)), 'playback/media.m3u8?from=1&to=2');
  assert.equal(
    playlist,
    [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-STREAM-INF:BANDWIDTH=16000,AVERAGE-BANDWIDTH=16000,CODECS="avc1.640028,mp4a.40.2,avc1.64001f",RESOLUTION=1920x1080',
      'playback/media.m3u8?from=1&to=2',
      '',
    ].join('\n'),
  );
});

const partsIn = (of: Footage, asked: TimeRange, cut: WindowCut) =>
  stretchesOf(of, asked, cut).flatMap(({ parts }) =>
    parts.map(({ startMs, duration }) => [(startMs - noon) / 1_000, duration / 90_000]),
  );

test('a window has short parts, and ends with a whole group of pictures', () => {
  const of = footage({ id: 1, run: runOf('a', 0), from: 0, to: 60 });
  assert.deepEqual(partsIn(of, range(20.7, 25.2), { continues: false, withSound: false }), [
    [20, 2],
    [22, 2],
    [24, 2],
  ]);
});

test('a window that continues begins where the one before ended, be it within a group of pictures', () => {
  const of = footage({ id: 1, run: runOf('a', 0), from: 0, to: 21 }, { id: 2, run: runOf('b', 30), from: 30, to: 34 });
  const cut = { continues: true, withSound: false };
  assert.deepEqual(partsIn(of, range(12.5, 40), cut), [
    [12.5, 1.5],
    [14, 2],
    [16, 2],
    [18, 2],
    [20, 1],
    [30, 2],
    [32, 2],
  ]);
  assert.deepEqual(partsIn(of, range(21, 40), cut), [
    [30, 2],
    [32, 2],
  ]);
  assert.deepEqual(partsIn(of, range(34, 40), cut), []);
});

test('where other windows have sound, a window without gets silence', () => {
  const mute = footage({ id: 1, run: runOf('a', 0, { audioCodec: null }), from: 0, to: 4 });
  const [stretch] = stretchesOf(mute, range(0, 4), { continues: false, withSound: true });
  assert.equal(stretch?.withSilence, true);
});

test('nothing recorded is nothing to play', () => {
  const run = runOf('a', 0);
  assert.deepEqual(stretchesOf(footage(), range(0, 100)), []);
  assert.deepEqual(stretchesOf(footage({ id: 1, run, from: 0, to: 4 }), range(-10, 0)), []);
});
