import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import type { ChunkMeta } from '../../media/chunk.ts';
import type { Footage, Run, SegmentWithChunks } from '../../recording/index.ts';
import { type FastFragment, layoutOf, picturesIn, ticksOfPictures } from './layout.ts';
import { cellMsAt, picturesOf } from './pictures.ts';
import { fastPlaylist } from './playlist.ts';

/** A multiple of every cell and fragment. */
const origin = 1_795_353_600_000;
const at = (seconds: number) => (origin + seconds * 1_000) as UnixMs;
const range = (fromS: number, toS: number): TimeRange => ({ from: at(fromS), to: at(toS) });

interface RunWish {
  run: string;
  /** Seconds after `origin`. */
  from: number;
  to: number;
  gopS?: number;
}

/** Segments of a minute, chunks of half a second. */
function footage(...wishes: RunWish[]): Footage {
  const segments: SegmentWithChunks[] = [];
  for (const { run, from, to, gopS = 2 } of wishes) {
    for (let start = from; start < to; start += 60) {
      const end = Math.min(start + 60, to);
      const chunks = Array.from({ length: (end - start) * 2 }, (_, index): ChunkMeta => {
        const startS = start + index / 2;
        return {
          ...{ offset: 1_000 + index * 1_000, sizeBytes: 1_000, mediaTime: (startS - from) * 90_000, duration: 45_000 },
          ...{ startMs: origin + startS * 1_000, keyframe: (startS - start) % gopS === 0, frames: 12 },
        };
      });
      segments.push({
        ...{ id: segments.length + 1, cameraId: 'yard', volumeId: 'disk', runId: run, sequence: 1, path: 'x.mp4' },
        ...{ startAt: at(start), endAt: at(end), sizeBytes: 0, headLength: 1_000, state: 'closed', chunks },
      });
    }
  }
  const runs = wishes.map(({ run, from }): [string, Run] => [
    run,
    {
      ...{ id: run, cameraId: 'yard', startAt: at(from), videoCodec: 'h264', codecStrings: [], width: 1, height: 1 },
      ...{ audioCodec: null, initLength: 800 },
    },
  ]);
  return { segments: segments.toSorted((a, b) => a.startAt - b.startAt), runs: new Map(runs) };
}

const layout = (
  of: Footage,
  asked: TimeRange,
  {
    speed,
    reverse = false,
    configOf = () => 'one',
  }: { speed: number; reverse?: boolean; configOf?(run: string): string },
) => layoutOf(picturesOf(of, asked, cellMsAt(speed)), { range: asked, speed, reverse, configOf });

const seconds = ({ fromMs, toMs }: FastFragment) => [(fromMs - origin) / 1_000, (toMs - origin) / 1_000];

test('fragments of two playing seconds, at fixed times, without a gap of media time', () => {
  const fragments = layout(footage({ run: 'a', from: 0, to: 60 }), range(0, 60), { speed: 8 });
  assert.deepEqual(fragments.map(seconds), [
    [0, 16],
    [16, 32],
    [32, 48],
    [48, 60],
  ]);
  assert.deepEqual(
    fragments.map(({ mediaTime, duration }) => [mediaTime / 90_000, duration / 90_000]),
    [
      [0, 2],
      [2, 2],
      [4, 2],
      [6, 1.5],
    ],
  );
});

test('a range inside footage begins and ends where it says, on the same fixed times', () => {
  const fragments = layout(footage({ run: 'a', from: 0, to: 60 }), range(5.5, 40.25), { speed: 8 });
  assert.deepEqual(fragments.map(seconds), [
    [5.5, 16],
    [16, 32],
    [32, 40.25],
  ]);
});

test('of many keyframes, ten a playing second are shown, the same ones whatever the range', () => {
  const of = footage({ run: 'a', from: 0, to: 600, gopS: 0.5 });
  const shown = (from: number, to: number) =>
    picturesOf(of, range(from, to), cellMsAt(64)).flatMap(({ pictures }) =>
      pictures.map(({ atMs }) => (atMs - origin) / 1_000),
    );
  const all = shown(0, 600);
  assert.equal(all.length, Math.ceil(600 / 6.4));
  assert.deepEqual(all.slice(0, 4), [0, 6.5, 13, 19.5]);
  assert.deepEqual(
    shown(100, 300).slice(1),
    all.filter((time) => time > 102 && time < 300),
  );
  assert.equal(shown(100, 300)[0], 100, 'the first is the newest before the beginning');
});

test('a gap that could be seen is left out, a shorter one is waited through on the picture before it', () => {
  const of = footage({ run: 'a', from: 0, to: 60 }, { run: 'b', from: 61, to: 120 }, { run: 'c', from: 200, to: 230 });
  const fragments = layout(of, range(0, 300), { speed: 16 });
  assert.deepEqual(fragments.map(seconds), [
    [0, 32],
    [32, 65],
    [65, 97],
    [97, 120],
    [200, 224],
    [224, 230],
  ]);
  assert.equal(fragments[4]?.mediaTime, 120 * 90_000 * (1 / 16), 'the gap takes no time');
});

test('footage too short for its speed is shown for a tenth of a second', () => {
  const of = footage(
    ...Array.from({ length: 20 }, (_, index) => ({ run: `${index}`, from: index * 300, to: index * 300 + 5 })),
  );
  const fragments = layout(of, range(0, 6_000), { speed: 256 });
  assert.equal(fragments.length, 20);
  assert.ok(fragments.every(({ duration }) => duration === 9_000));
});

test('another decoder configuration begins a fragment and a map, another run alone does not', () => {
  const of = footage({ run: 'a', from: 0, to: 20 }, { run: 'b', from: 20, to: 40 }, { run: 'c', from: 40, to: 64 });
  const fragments = layout(of, range(0, 64), { speed: 32, configOf: (run) => (run === 'c' ? 'two' : 'one') });
  assert.deepEqual(fragments.map(seconds), [
    [0, 40],
    [40, 64],
  ]);
  const lines = fastPlaylist(fragments, { reverse: false }, { init: (id) => `${id}.mp4`, fragment: () => 'x.m4s' });
  assert.deepEqual(lines.trimEnd().split('\n'), [
    ...['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:1', '#EXT-X-MEDIA-SEQUENCE:0'],
    ...['#EXT-X-PLAYLIST-TYPE:VOD', '#EXT-X-INDEPENDENT-SEGMENTS', '#EXT-X-MAP:URI="1.mp4"'],
    ...[`#EXT-X-NIGHTJAR-WALL:${at(0)},${at(40)}`, '#EXTINF:1.25000,', 'x.m4s'],
    ...['#EXT-X-DISCONTINUITY', '#EXT-X-MAP:URI="3.mp4"'],
    ...[`#EXT-X-NIGHTJAR-WALL:${at(40)},${at(64)}`, '#EXTINF:0.75000,', 'x.m4s', '#EXT-X-ENDLIST'],
  ]);
});

test('reversed: the same fragments from the end, with their wall time running back', () => {
  const of = footage({ run: 'a', from: 0, to: 60 }, { run: 'b', from: 100, to: 120 });
  const asked = range(0, 200);
  const forward = layout(of, asked, { speed: 8 });
  const backward = layout(of, asked, { speed: 8, reverse: true });
  assert.deepEqual(backward.map(seconds), forward.map(seconds).toReversed());
  assert.equal(backward[0]?.mediaTime, 0);
  const text = fastPlaylist(backward, { reverse: true }, { init: () => 'i', fragment: () => 'x' });
  assert.match(text, new RegExp(`^#EXT-X-NIGHTJAR-WALL:${at(120)},${at(112)}$`, 'm'));
});

test('the pictures of a fragment are those that the playlist has counted on', () => {
  const of = footage({ run: 'a', from: 0, to: 900, gopS: 1.5 }, { run: 'b', from: 901, to: 1_000, gopS: 3.5 });
  const asked = range(77.25, 985);
  const stretches = picturesOf(of, asked, cellMsAt(32));
  const shown = stretches.flatMap(({ pictures }) => pictures.map(({ atMs }) => atMs));
  const made = layout(of, asked, { speed: 32 }).flatMap(({ segmentId, fromMs, toMs }) => {
    const inside = { from: fromMs + 2, to: toMs - 2 } as TimeRange;
    const overlapping = of.segments.filter(({ startAt, endAt }) => startAt < toMs && endAt > fromMs - 4);
    return picturesIn(picturesOf({ ...of, segments: overlapping }, inside, cellMsAt(32)), {
      segmentId,
      fromMs,
      speed: 32,
    });
  });
  assert.deepEqual(
    made.map(({ atMs }) => atMs),
    shown,
  );
});

test('a clock that was set back: the same time is played twice, and each fragment has its own pictures', () => {
  const of = footage({ run: 'a', from: 0, to: 60 }, { run: 'b', from: 30, to: 90 });
  const fragments = layout(of, range(0, 100), { speed: 8 });
  assert.deepEqual(fragments.map(seconds).slice(3), [
    [48, 60],
    [30, 32],
    [32, 48],
    [48, 64],
    [64, 80],
    [80, 90],
  ]);
  const twice = fragments.filter(({ fromMs }) => fromMs === at(48));
  const runsOf = twice.map(({ segmentId, fromMs, toMs }) => {
    const stretches = picturesOf(of, { from: fromMs + 2, to: toMs - 2 } as TimeRange, cellMsAt(8));
    return [...new Set(picturesIn(stretches, { segmentId, fromMs, speed: 8 }).map(({ run }) => run.id))];
  });
  assert.deepEqual(runsOf, [['a'], ['b']]);
});

test('each picture lasts until the next, backwards from the end', () => {
  const place = { fromMs: 1_000, toMs: 9_000, duration: 90_000 };
  assert.deepEqual(ticksOfPictures([500, 3_000, 5_000], place, false), [
    { start: 0, duration: 22_500 },
    { start: 22_500, duration: 22_500 },
    { start: 45_000, duration: 45_000 },
  ]);
  assert.deepEqual(
    ticksOfPictures([500, 3_000, 5_000], place, true).map(({ start }) => start),
    [67_500, 45_000, 0],
  );
});

test('nothing recorded is nothing to play', () => {
  assert.deepEqual(layout(footage(), range(0, 60), { speed: 8 }), []);
  assert.deepEqual(layout(footage({ run: 'a', from: 0, to: 10 }), range(10, 60), { speed: 8 }), []);
});
