import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gap, GapCause, Span, Timeline } from '@nightjar/contract';
import { seededRandom } from '../../testing/random.ts';
import { coarsened } from './coarse.ts';

const span = (from: number, to: number): Span => ({ from, to }) as Span;
const gap = (from: number, to: number, cause: GapCause = 'stalled'): Gap => ({ from, to, cause }) as Gap;
const lasts = ({ from, to }: Span): number => to - from;

test('without a resolution a timeline stays as it is', () => {
  const timeline = { spans: [span(0, 1), span(2, 3)], gaps: [gap(1, 2)] };
  assert.deepEqual(coarsened(timeline, 0), timeline);
});

test('a short gap becomes a part of the spans around it, a short span stays', () => {
  const timeline = {
    spans: [span(0, 50), span(55, 100), span(300, 301)],
    gaps: [gap(50, 55), gap(100, 300), gap(301, 900)],
  };
  assert.deepEqual(coarsened(timeline, 60), {
    spans: [span(0, 100), span(300, 301)],
    gaps: [gap(100, 300), gap(301, 900)],
  });
});

test('many short gaps that follow one another are one long one, of the cause that held longest', () => {
  const gaps = [gap(10, 20), gap(20, 45, 'camera_unreachable'), gap(45, 60), gap(60, 85, 'camera_unreachable')];
  assert.deepEqual(coarsened({ spans: [span(0, 10), span(85, 90)], gaps }, 70), {
    spans: [span(0, 10), span(85, 90)],
    gaps: [gap(10, 85, 'camera_unreachable')],
  });
});

test('only what is shorter than the resolution is merged, and nothing moves', () => {
  const random = seededRandom(3);
  for (let round = 0; round < 500; round += 1) {
    const exact = randomTimeline(random);
    const resolutionMs = 1 + Math.floor(random() * 150);
    const coarse = coarsened(exact, resolutionMs);
    const pieces = [...coarse.spans, ...coarse.gaps].sort((a, b) => a.from - b.from);
    const edges = new Set([...exact.spans, ...exact.gaps].flatMap(({ from, to }) => [from, to]));
    for (const [at, piece] of pieces.entries()) {
      assert.ok(edges.has(piece.from) && edges.has(piece.to), 'begins and ends where the exact one does');
      if (at > 0) assert.equal(piece.from, pieces[at - 1]?.to, 'one after the other');
    }
    for (const one of exact.spans) {
      assert.ok(
        coarse.spans.some(({ from, to }) => from <= one.from && one.to <= to),
        'no span is lost',
      );
    }
    for (const one of exact.gaps) {
      const inSpan = coarse.spans.some(({ from, to }) => from <= one.from && one.to <= to);
      const inGap = coarse.gaps.find(({ from, to }) => from <= one.from && one.to <= to);
      assert.ok(inSpan !== (inGap !== undefined), 'a gap is in one or the other');
      if (lasts(one) >= resolutionMs) assert.equal(inGap?.cause, one.cause, 'a long gap stays, with its cause');
    }
  }
});

function randomTimeline(random: () => number): Timeline {
  const timeline: Timeline = { spans: [], gaps: [] };
  const causes = ['stalled', 'camera_unreachable', 'schedule'] as const;
  let at = 0;
  for (let piece = Math.floor(random() * 30); piece > 0; piece -= 1) {
    const to = at + 1 + Math.floor(random() ** 3 * 300);
    const last = timeline.spans.at(-1);
    if (random() < 0.5 && last?.to !== at) timeline.spans.push(span(at, to));
    else timeline.gaps.push(gap(at, to, causes[Math.floor(random() * 3)]));
    at = to;
  }
  return timeline;
}
