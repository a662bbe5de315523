import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Gap, type GapCause, gapCauses, type Timeline, type TimeRange, type UnixMs } from '@nightjar/contract';
import { CoverageBook } from './coverage.ts';
import { joined, sumOf, unwantedHoles } from './coverage-sum.ts';

const hour = 3_600_000;
const range = (from: number, to: number) => ({ from, to }) as TimeRange;
const gap = (from: number, to: number, cause: GapCause) => ({ from, to, cause }) as Gap;
const timeline = (spans: TimeRange[], gaps: Gap[]) => ({ spans, gaps }) as Timeline;

/** What `RecordingIndex.timeline` answers for a part of a whole timeline. */
function clipped({ spans, gaps }: Timeline, { from, to }: TimeRange): Timeline {
  const clip = <T extends { from: number; to: number }>(parts: T[]) =>
    parts
      .filter((part) => part.from < to && part.to > from)
      .map((part) => ({ ...part, from: Math.max(part.from, from), to: Math.min(part.to, to) }));
  return { spans: clip(spans), gaps: clip(gaps) };
}

test('gaps that touch are one; wanted ones and footage cleaned away are none', () => {
  const sum = sumOf(
    timeline(
      [range(0, 10), range(40, 50)],
      [gap(10, 20, 'stalled'), gap(20, 25, 'recorder_down'), gap(25, 40, 'paused'), gap(50, 90, 'removed')],
    ),
    range(0, 100),
  );
  assert.deepEqual(
    { ...sum, causes: { ...sum.causes } },
    {
      ...{ lengthMs: 100, recordedMs: 20, gaps: 1, longestGapMs: 15, headMs: 0, tailMs: 0 },
      causes: { stalled: 10, recorder_down: 5, paused: 15, removed: 40 },
    },
  );
});

test('the sums of neighbouring ranges, wherever cut, join to the sum of the whole', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 300; round += 1) {
    const spans: TimeRange[] = [];
    const gaps: Gap[] = [];
    let at = random(20);
    while (at < 100) {
      const to = Math.min(100, at + 1 + random(30));
      if (random(2) === 0) spans.push(range(at, to));
      else gaps.push(gap(at, to, gapCauses[random(gapCauses.length)] ?? 'dropped'));
      at = to;
    }
    const all = timeline(spans, gaps);
    const cuts = [...new Set([0, random(100), random(100), random(100), 100])].sort((a, b) => a - b);
    const parts = cuts.slice(1).map((to, index) => range(cuts[index] ?? 0, to));
    const sums = parts.map((part) => sumOf(clipped(all, part), part));
    const whole = sumOf(all, range(0, 100));
    assert.deepEqual(sums.reduce(joined), whole, JSON.stringify({ all, cuts }));
    assert.equal(whole.gaps, unwantedHoles(gaps).length);
  }
});

/** Records from 21 November on, in Vienna (UTC+1), but for two hours over midnight of the 23rd, and a scheduled one. */
function startBook() {
  const at = (text: string) => Date.parse(text) as UnixMs;
  const known = range(at('2026-11-21T06:00:00Z'), at('2026-11-24T12:00:00Z'));
  const gaps = [
    gap(at('2026-11-22T22:00:00Z'), at('2026-11-23T00:00:00Z'), 'camera_unreachable'),
    gap(at('2026-11-23T10:00:00Z'), at('2026-11-23T11:00:00Z'), 'schedule'),
  ];
  const ends = [known.from, ...gaps.flatMap(({ from, to }) => [from, to]), known.to];
  const spans = [0, 2, 4].map((index) => range(ends[index] ?? 0, ends[index + 1] ?? 0));
  const footage = { timeline: timeline(spans, gaps) };
  const asked: TimeRange[] = [];
  const clock = { now: known.to, nowMs: () => clock.now, monotonicMs: () => clock.now };
  const camera = { id: 'gate', name: 'Gate' };
  const book = new CoverageBook({
    index: {
      timeline: async (_, part) => {
        asked.push(part);
        return clipped(footage.timeline, part);
      },
    },
    cameras: { list: () => [camera], require: () => camera },
    clock,
    timeZone: 'Europe/Vienna',
  });
  return { book, footage, asked, clock, at, known };
}

test('coverage of a range has shares, causes, and gaps over midnight as one', async () => {
  const { book, known } = startBook();
  const { cameras, total } = await book.of(range(known.from - 48 * hour, known.to + 5 * hour));
  const length = known.to - known.from;
  assert.deepEqual(cameras, [
    {
      ...{ cameraId: 'gate', name: 'Gate', gaps: 1, longestGapMs: 2 * hour },
      ...{ recordedMs: length - 3 * hour, gapMs: 3 * hour, wantedGapMs: 2 * hour },
      recordedShare: (length - 3 * hour) / length,
      wantedShare: (length - 3 * hour) / (length - hour),
      causes: { camera_unreachable: 2 * hour, schedule: hour },
    },
  ]);
  assert.equal(total.wantedGapMs, 2 * hour);
  const nothing = await book.of(range(known.to + hour, known.to + 2 * hour));
  assert.deepEqual([nothing.total.recordedShare, nothing.total.wantedShare], [null, null]);
});

test('days that are over are counted ahead, newest first, until it is enough', async () => {
  const { book, asked, known, at } = startBook();
  let left = 2;
  await book.prepare(known, () => left-- > 0);
  assert.deepEqual(
    asked.splice(0).map(({ to }) => to),
    [at('2026-11-24T23:00:00Z'), at('2026-11-23T23:00:00Z')],
  );
  await book.prepare(known, () => true);
  assert.equal(asked.splice(0).length, 3, 'today is never over');
  await book.prepare(known, () => true);
  assert.equal(asked.splice(0).length, 1);
});

test('a day whose footage changes while it is counted is counted again', async () => {
  const { book, asked, known } = startBook();
  const first = range(known.from, known.from + 1);
  const counting = book.days(first);
  assert.equal(asked.length, 1);
  book.forget('gate');
  await counting;
  await book.days(first);
  assert.equal(asked.length, 2);
  await book.days(first);
  assert.equal(asked.length, 2);
});

test('days are those of the time zone', async () => {
  const { book, at } = startBook();
  const { days, cameras } = await book.days(range(at('2026-11-20T23:30:00Z'), at('2026-11-23T22:30:00Z')));
  assert.deepEqual(
    days.map(({ date, from }) => [date, new Date(from).toISOString()]),
    [
      ['2026-11-21', '2026-11-20T23:00:00.000Z'],
      ['2026-11-22', '2026-11-21T23:00:00.000Z'],
      ['2026-11-23', '2026-11-22T23:00:00.000Z'],
    ],
  );
  assert.deepEqual(cameras[0]?.days, [
    { recordedMs: 17 * hour, gapMs: 0, wantedGapMs: 0, removedMs: 0 },
    { recordedMs: 23 * hour, gapMs: hour, wantedGapMs: hour, removedMs: 0 },
    { recordedMs: 22 * hour, gapMs: 2 * hour, wantedGapMs: hour, removedMs: 0 },
  ]);
});

test('days that are over are counted once, and again when their footage was removed, or after a day', async () => {
  const { book, footage, asked, clock, at, known } = startBook();
  await book.of(known);
  const partly = 2;
  assert.equal(asked.splice(0).length, partly + 2);
  await book.of(known);
  await book.days(known);
  assert.equal(asked.splice(0).length, partly + partly, 'the first day is whole for `days` only, the last never');
  footage.timeline = timeline(footage.timeline.spans.slice(1) as TimeRange[], [
    gap(known.from, at('2026-11-22T22:00:00Z'), 'removed'),
    ...footage.timeline.gaps,
  ]);
  book.forget('gate', range(at('2026-11-22T12:00:00Z'), at('2026-11-22T22:00:00Z')));
  const { cameras } = await book.of(known);
  assert.equal(asked.splice(0).length, partly + 1);
  assert.equal(cameras[0]?.causes.removed, 40 * hour);
  assert.equal(cameras[0]?.gapMs, 3 * hour, 'what was cleaned away is not missing');
  clock.now = (clock.now + 24 * hour) as UnixMs;
  await book.of(known);
  assert.equal(asked.splice(0).length, 1 + 3);
});
