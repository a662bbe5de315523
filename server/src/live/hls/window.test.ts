import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergedWith, parseMediaPlaylist } from '../../../testing/hls-playlist.ts';
import { problemsBetween, problemsIn } from '../../../testing/hls-rules.ts';
import { liveRun } from '../../../testing/live-frames.ts';
import { samplesOf } from '../../media/fmp4/index.ts';
import type { LiveFrame } from '../../media/live-frame.ts';
import { mediaPlaylist } from './playlist.ts';
import { HlsWindow } from './window.ts';

const startMs = Date.parse('2026-11-22T14:00:00Z');

/** Pictures at these milliseconds of a run; a keyframe where `isKey` says so. */
const pictures = (timesMs: Iterable<number>, isKey: (n: number) => boolean, sizeBytes = 50): LiveFrame[] =>
  [...timesMs].map((ms, n) => ({
    track: 'video',
    dts: Math.round(ms * 90),
    pts: Math.round(ms * 90),
    duration: 3600,
    keyframe: isKey(n),
    data: Buffer.alloc(sizeBytes),
  }));

const every = (n: number) => (at: number) => at % n === 0;

function* evenly(stepMs: number, count: number, fromMs = 0): Generator<number> {
  for (let n = 0; n < count; n += 1) yield fromMs + n * stepMs;
}

/** What is repeatable, and looks like chance. */
function* unevenly(stepMs: number, count: number, jitterMs: number): Generator<number> {
  let seed = 1;
  for (let n = 0; n < count; n += 1) {
    seed = (seed * 48_271) % 0x7fffffff;
    yield n * stepMs + (seed / 0x7fffffff - 0.5) * jitterMs;
  }
}

interface Fed {
  window: HlsWindow;
  problems: Set<string>;
  /** Parts that playlists had. */
  parts: number;
  feed(frames: readonly LiveFrame[], checkEvery?: number): void;
}

/** A window whose playlists are checked as they change. */
function checkedWindow(runId = 'a'): Fed {
  const window = new HlsWindow({ first: { sequence: 100, discontinuity: 7 }, zeroMs: startMs - 60_000 });
  window.onRun(liveRun(runId, startMs));
  window.begin();
  let before: ReturnType<typeof parseMediaPlaylist> | null = null;
  const fed: Fed = {
    window,
    problems: new Set(),
    parts: 0,
    feed(frames, checkEvery = 1) {
      for (const [n, frame] of frames.entries()) {
        const { version } = window;
        window.onFrames([frame]);
        if (window.version === version || n % checkEvery !== 0) continue;
        const [now, delta] = [false, true].map((skip) => parseMediaPlaylist(textOf(window, skip)));
        assert.ok(now && delta);
        fed.parts = Math.max(fed.parts, now.segments.at(-1)?.parts.length ?? 0);
        for (const problem of problemsIn(now)) fed.problems.add(problem);
        if (before && before.sequence + before.segments.length > delta.sequence + delta.skipped) {
          for (const problem of problemsBetween(before, now)) fed.problems.add(problem);
          assert.deepEqual(mergedWith(before, delta).segments.slice(delta.skipped), now.segments.slice(delta.skipped));
          assert.deepEqual(
            mergedWith(before, delta).segments.map(({ sequence }) => sequence),
            now.segments.map(({ sequence }) => sequence),
          );
        }
        before = now;
      }
    },
  };
  return fed;
}

const textOf = (window: HlsWindow, skip = false) => mediaPlaylist(window, { query: '', skip, reports: [] });

for (const [name, fps, gop] of [
  ['15 fps', 15, 15],
  ['25 fps', 25, 50],
  ['29.97 fps', 29.97, 30],
  ['12 fps', 12, 12],
  ['7 fps', 7, 14],
  ['4 fps', 4, 8],
  ['60 fps', 60, 120],
] as const) {
  test(`${name}: playlists keep the rules, with parts that really last what they are said to`, () => {
    const fed = checkedWindow();
    fed.feed(pictures(evenly(1000 / fps, fps * 40), every(gop)));
    assert.deepEqual([...fed.problems], []);
    assert.ok(fed.parts >= 3, `${fed.parts} parts`);
    const { listed, timing } = fed.window;
    assert.ok(timing?.partTargetMs && timing.partTargetMs <= 300 && timing.partTargetMs >= 150);
    for (const { parts, bytes } of listed) {
      assert.deepEqual(Buffer.concat(parts.map((part) => part.bytes)), bytes);
      for (const part of parts) {
        const lastsMs = samplesOf(part.bytes).reduce((sum, { duration }) => sum + duration, 0) / 90;
        assert.ok(Math.abs(lastsMs - part.durationMs) < 0.1, `${lastsMs} instead of ${part.durationMs}`);
      }
    }
  });
}

test('pictures that come unevenly: parts keep the rules, and their durations add up to the segment', () => {
  const fed = checkedWindow();
  fed.feed(pictures(unevenly(40, 3000, 39), every(50)));
  fed.feed(
    pictures(
      [...unevenly(90, 300, 60)].map((ms) => ms + 120_040),
      every(20),
    ),
  );
  assert.deepEqual([...fed.problems], []);
  for (const { parts, durationMs } of fed.window.listed) {
    const sum = parts.reduce((total, part) => total + part.durationMs, 0);
    assert.ok(Math.abs(sum - durationMs) < 100, `${sum} of ${durationMs}`);
  }
});

test('a picture a second makes plain HLS without parts', () => {
  const fed = checkedWindow();
  fed.feed(pictures(evenly(1000, 120), every(4)));
  assert.deepEqual([...fed.problems], []);
  assert.equal(fed.parts, 0);
  const text = textOf(fed.window);
  assert.doesNotMatch(text, /PART/);
  assert.match(text, /#EXT-X-TARGETDURATION:4\n/);
});

test('a camera that goes down to a picture a second has segments without parts, and parts again afterwards', () => {
  const fed = checkedWindow();
  const sparse = [...evenly(1000, 40, 10_000)];
  const rate = (ms: number) => (ms >= 10_000 && ms < 50_000 ? 2 : 50);
  const times = [...evenly(40, 250), ...sparse, ...evenly(40, 500, 50_000)];
  let since = 0;
  const keys = new Set(
    times.map((ms, n) => ({ n, isKey: since++ % rate(ms) === 0 })).flatMap(({ n, isKey }) => (isKey ? [n] : [])),
  );
  const frames = pictures(times, (n) => keys.has(n));
  fed.feed(frames.slice(0, 285));
  assert.ok(fed.window.listed.slice(-3).every(({ parts }) => parts.length === 0));
  fed.feed(frames.slice(285));
  assert.ok(fed.window.listed.slice(-2).every(({ parts }) => parts.length >= 4));
  assert.deepEqual(
    [...fed.problems].filter((problem) => !problem.startsWith('part ')),
    [],
  );
});

test('segments begin at keyframes and last at least a second', () => {
  for (const { gop, durationMs } of [
    { gop: 5, durationMs: 1000 },
    { gop: 25, durationMs: 1000 },
    { gop: 50, durationMs: 2000 },
    { gop: 250, durationMs: 10_000 },
  ]) {
    const { window, feed, problems } = checkedWindow();
    feed(pictures(evenly(40, 1600), every(gop)));
    assert.ok(window.listed.length >= 3);
    for (const segment of window.listed) {
      assert.equal(Math.round(segment.durationMs), durationMs);
      assert.equal(samplesOf(segment.bytes)[0]?.keyframe, true);
    }
    assert.deepEqual([...problems], []);
  }
});

test('keyframes that come later than before make no longer segments', () => {
  const fed = checkedWindow();
  fed.feed(pictures(evenly(40, 3000), (n) => (n < 200 ? n % 25 === 0 : n % 240 === 0)));
  assert.deepEqual([...fed.problems], []);
  assert.equal(fed.window.timing?.targetDurationS, 1);
  assert.doesNotMatch(textOf(fed.window), /INDEPENDENT-SEGMENTS/);
  const begins = fed.window.listed.map(({ bytes }) => samplesOf(bytes)[0]?.keyframe);
  assert.ok(begins.includes(true) && begins.includes(false));
});

test('a day: numbers go on, times do not drift, memory does not grow', () => {
  const fed = checkedWindow();
  const hours = 24;
  for (let hour = 0; hour < hours; hour += 1) {
    fed.feed(pictures(evenly(125, 8 * 3600, hour * 3_600_000), every(8)), 25);
  }
  assert.deepEqual([...fed.problems], []);
  const { listed, next } = fed.window;
  assert.equal(next.sequence, 100 + hours * 3600);
  assert.deepEqual(
    listed.map(({ startMs: at }) => Math.round(at)),
    listed.map((_, n) => startMs + (hours * 3600 - 1 - listed.length + n) * 1000),
  );
  const first = samplesOf(listed[0]?.bytes ?? Buffer.alloc(0))[0];
  assert.equal((first?.dts ?? 0) / 90, (listed[0]?.startMs ?? 0) - startMs + 60_000, 'media time is UTC');
  assert.equal(listed.length, 12);
});

test('a segment stays for late players as long as it was listed, then it goes', () => {
  const { window, feed } = checkedWindow();
  feed(pictures(evenly(40, 25 * 100), every(25)));
  const oldest = window.listed[0]?.sequence ?? 0;
  assert.ok(window.segment(oldest - 12));
  assert.ok(window.part(oldest - 12, 0));
  assert.equal(window.segment(oldest - 16), null);
  assert.equal(window.part(oldest - 16, 0), null);
});

test('a reconnect, a change of codec and frames left out: discontinuities, which are counted when they leave', () => {
  const fed = checkedWindow();
  const { window } = fed;
  fed.feed(pictures(evenly(40, 130), every(25)));
  window.onRun({ ...liveRun('b', startMs + 20_000), codecStrings: ['hvc1.1.6.L93.B0'] });
  const second = pictures(evenly(40, 200), every(25));
  fed.feed(second.slice(0, 60));
  window.onGap();
  fed.feed(second.slice(60));
  assert.deepEqual([...fed.problems], []);
  const marked = parseMediaPlaylist(textOf(window)).segments.filter(({ discontinuity }) => discontinuity);
  assert.deepEqual(
    marked.map(({ map, dateMs }) => [map, dateMs]),
    [
      ['init/b.mp4', startMs + 20_000],
      ['init/b.mp4', startMs + 23_000],
    ],
  );
  assert.equal(window.discontinuitySequence, 7);
  assert.equal(window.init('a')?.toString(), 'init of a');
  fed.feed(pictures(evenly(40, 25 * 40, 8_000), every(25)));
  assert.deepEqual([...fed.problems], []);
  assert.equal(window.discontinuitySequence, 9);
  assert.equal(window.init('a'), null);
  const [first] = samplesOf(window.listed[0]?.bytes ?? Buffer.alloc(0));
  assert.equal(
    (first?.dts ?? 0) / 90,
    (window.listed[0]?.startMs ?? 0) - startMs + 60_000,
    'one time line for all runs',
  );
});

test('what a gap cuts short keeps the parts that players have', () => {
  const { window, feed } = checkedWindow();
  feed(pictures(evenly(40, 62), every(25)));
  const { sequence } = window.open ?? {};
  const parts = window.open?.parts.length ?? 0;
  assert.ok(parts > 0);
  window.onGap();
  assert.equal(window.listed.at(-1)?.sequence, sequence);
  assert.equal(Math.round(window.listed.at(-1)?.durationMs ?? 0), 480);
  assert.ok((window.listed.at(-1)?.parts.length ?? 0) > parts);
  assert.doesNotMatch(textOf(window), /HINT/);
});

test('a camera that stands still for seconds goes on with its next keyframe', () => {
  const fed = checkedWindow();
  fed.feed(pictures([...evenly(40, 110), ...evenly(40, 200, 9_440)], every(25)));
  assert.deepEqual([...fed.problems], []);
  assert.equal(fed.window.listed.filter(({ discontinuity }) => discontinuity).length, 1);
});

test('memory is bounded whatever the bit rate', () => {
  const { window, feed } = checkedWindow();
  feed(pictures(evenly(40, 25 * 12), every(25), 1024 * 1024), 1_000_000);
  const kept = Array.from({ length: 200 }, (_, n) => window.segment(100 + n)?.bytes.length ?? 0);
  assert.ok(kept.reduce((sum, bytes) => sum + bytes, 0) < 130 * 1024 * 1024);
  assert.ok(window.listed.length >= 2);
});

test('whoever waits is told when it is there, when the stream ends, and when they have left', async () => {
  const { window, feed } = checkedWindow();
  const first = window.until(() => window.listed.length > 0, 60_000);
  feed(pictures(evenly(40, 30), every(25)));
  assert.equal(await first, true);
  const gone = new AbortController();
  const left = window.until(() => false, 60_000, gone.signal);
  gone.abort();
  assert.equal(await left, false);
  assert.equal(await window.until(() => false, 5), false);
  const ended = window.until(() => false, 60_000);
  window.onEnd();
  assert.equal(await ended, false);
});
