import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GapCause, TimeRange, UnixMs } from '@nightjar/contract';
import { seededRandom } from '../../testing/random.ts';
import { type LedgerGap, mergeSpans, type WithHoles } from './spans.ts';
import { timelineOf } from './timeline.ts';

const range = (from: number, to: number): TimeRange => ({ from: from as UnixMs, to: to as UnixMs });
const segment = (startAt: number, endAt: number, runId = 'a'): WithHoles => ({ startAt, endAt, runId, holes: [] });
const row = (from: number, to: number | null, cause: GapCause): LedgerGap => ({ from, to, cause });
const always = range(0, 1e9);

test('segments of one run that touch within 200 ms are one span', () => {
  assert.deepEqual(mergeSpans([segment(0, 60_000), segment(60_200, 120_000)], []), [range(0, 120_000)]);
  assert.deepEqual(mergeSpans([segment(0, 60_000), segment(60_201, 120_000)], []), [
    range(0, 60_000),
    range(60_201, 120_000),
  ]);
});

test('a new run that follows at once continues the span, unless the ledger knows a gap there', () => {
  const runs = [segment(0, 60_000, 'a'), segment(60_040, 120_000, 'b')];
  assert.deepEqual(mergeSpans(runs, []), [range(0, 120_000)]);
  assert.equal(mergeSpans(runs, [row(60_000, 60_040, 'stalled')]).length, 2);
  assert.equal(mergeSpans([segment(0, 60_000, 'a'), segment(60_100, 120_000, 'b')], []).length, 2);
});

test('overlapping segments, in any order, count once', () => {
  const segments = [segment(50_000, 110_000, 'b'), segment(0, 60_000), segment(10_000, 20_000, 'c')];
  assert.deepEqual(mergeSpans(segments, []), [range(0, 110_000)]);
  assert.deepEqual(mergeSpans([segment(5, 5)], []), [], 'a segment without a frame is none');
});

test('what no segment covers has the cause of the ledger, the rest is dropped', () => {
  const timeline = timelineOf(range(0, 100_000), {
    segments: [segment(10_000, 20_000), segment(60_000, 90_000)],
    ledger: [
      row(0, 10_000, 'recorder_down'),
      row(25_000, 40_000, 'stalled'),
      row(40_000, 60_000, 'camera_unreachable'),
    ],
    known: range(0, 95_000),
  });
  assert.deepEqual(timeline.spans, [range(10_000, 20_000), range(60_000, 90_000)]);
  assert.deepEqual(timeline.gaps, [
    { ...range(0, 10_000), cause: 'recorder_down' },
    { ...range(20_000, 25_000), cause: 'dropped' },
    { ...range(25_000, 40_000), cause: 'stalled' },
    { ...range(40_000, 60_000), cause: 'camera_unreachable' },
    { ...range(90_000, 95_000), cause: 'dropped' },
  ]);
});

test('a gap that still lasts reaches until now; nothing is said before the camera was added', () => {
  const timeline = timelineOf(range(0, 100_000), {
    segments: [],
    ledger: [row(20_000, null, 'paused')],
    known: range(20_000, 70_000),
  });
  assert.deepEqual(timeline, { spans: [], gaps: [{ ...range(20_000, 70_000), cause: 'paused' }] });
});

test('footage wins over a ledger row that claims a gap', () => {
  const facts = { segments: [segment(0, 50_000)], ledger: [row(0, 60_000, 'stalled')], known: always };
  assert.deepEqual(timelineOf(range(0, 60_000), facts).gaps, [{ ...range(50_000, 60_000), cause: 'stalled' }]);
});

test('a rest as short as jitter beside a known cause belongs to it', () => {
  const facts = {
    segments: [segment(0, 10_000, 'a'), segment(20_000, 30_000, 'b')],
    ledger: [row(10_150, 19_900, 'stalled')],
    known: always,
  };
  assert.deepEqual(timelineOf(range(0, 30_000), facts).gaps, [{ ...range(10_000, 20_000), cause: 'stalled' }]);
});

test('spans and gaps cover the known part of any range exactly once', () => {
  const random = seededRandom(7);
  const causes = ['stalled', 'paused', 'recorder_down'] as const;
  for (let round = 0; round < 500; round += 1) {
    const pick = (limit: number) => Math.floor(random() * limit);
    const segments = Array.from({ length: pick(8) }, () => {
      const startAt = pick(10_000);
      return segment(startAt, startAt + pick(3_000), 'abc'[pick(3)]);
    });
    const ledger = Array.from({ length: pick(6) }, () => {
      const from = pick(10_000);
      return row(from, pick(5) === 0 ? null : from + pick(3_000), causes[pick(3)] as GapCause);
    }).sort((a, b) => a.from - b.from);
    const asked = range(pick(5_000), 5_000 + pick(8_000));
    const known = range(pick(2_000), 9_000 + pick(4_000));
    const { spans, gaps } = timelineOf(asked, { segments, ledger, known });
    const pieces = [...spans, ...gaps].sort((a, b) => a.from - b.from);
    for (const [at, piece] of pieces.entries()) {
      assert.ok(piece.from < piece.to, 'no empty piece');
      assert.ok(piece.from >= asked.from && piece.to <= asked.to, 'inside the range');
      const next = pieces[at + 1];
      if (next) assert.ok(piece.to <= next.from, 'no overlap');
    }
    const judged = range(Math.max(asked.from, known.from), Math.min(asked.to, known.to));
    let at: number = judged.from;
    for (const piece of pieces) {
      if (piece.to <= judged.from || piece.from >= judged.to) continue;
      assert.equal(Math.max(piece.from, judged.from), at, 'no hole');
      at = piece.to;
    }
    if (judged.to > judged.from) assert.ok(at >= judged.to, 'to the end');
  }
});

test('where frames are missing inside a segment is a gap, stalled unless the ledger says why', () => {
  const holed: WithHoles = { ...segment(0, 60_000), holes: [range(10_000, 14_000), range(30_000, 32_000)] };
  const ledger = [row(30_000, 32_000, 'clock_step')];
  assert.deepEqual(timelineOf(range(0, 60_000), { segments: [holed], ledger, known: always }), {
    spans: [range(0, 10_000), range(14_000, 30_000), range(32_000, 60_000)],
    gaps: [
      { ...range(10_000, 14_000), cause: 'stalled' },
      { ...range(30_000, 32_000), cause: 'clock_step' },
    ],
  });
});
