import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Gap, Span, Timeline } from '@nightjar/contract';
import { seededRandom } from '../../testing/random.ts';
import { makeStream, type TestStream } from '../../testing/streams.ts';
import { VirtualHistory } from '../../testing/virtual-history.ts';
import { clip } from './spans.ts';

let stream: TestStream;

before(async () => {
  // A keyframe each two seconds.
  stream = await makeStream({ seconds: 4, fps: 4, gopFrames: 8, width: 64, height: 64 });
});

/** Where one thing follows another, the ledger may see it so much earlier or later: a GOP, a chunk, a second's step. */
const marginMs = 4_500;
const graceMs = 15_000;
const seeds = [1, 2, 3, 4];

test('over any history, spans and gaps are the time since the camera was added, and gaps have their causes', async (t) => {
  for (const seed of seeds) {
    const history = await VirtualHistory.begin(t, stream, seed);
    const random = seededRandom(seed + 1_000);
    for (let step = 1; step <= 900; step += 1) {
      await history.step();
      if (step % 60 === 0) await judge(history, random, `seed ${seed}, step ${step}`);
    }
    await history.end();
  }
});

async function judge(history: VirtualHistory, random: () => number, where: string): Promise<void> {
  const said = () => `${where}\n${history.happened.slice(-25).join('\n')}`;
  const { index, database } = history.recorder;
  const everything = { from: history.createdAt - 86_400_000, to: history.now + 7_200_000 } as Range;
  const whole = await index.timeline('yard', everything);
  assertWhole(whole, everything, history, said);
  for (let round = 0; round < 20; round += 1) {
    const pick = () => everything.from + Math.floor(random() * (everything.to - everything.from));
    const [from, to] = [pick(), pick()].sort((a, b) => a - b) as [number, number];
    if (from === to) continue;
    const range = { from, to } as Range;
    const part = await index.timeline('yard', range);
    assert.deepEqual(part, clipped(whole, range), `a part tells the same: ${said()}`);
  }
  assertTrue(whole, history, said);

  await index.flush();
  const rows = await database.db.selectFrom('gaps').selectAll().execute();
  assert.deepEqual(
    rows.filter((row) => row.to_at !== null && row.to_at <= row.from_at),
    [],
    said(),
  );
  assert.ok(rows.filter((row) => row.to_at === null).length <= 1, `one open gap at most: ${said()}`);
}

type Range = Parameters<VirtualHistory['recorder']['index']['timeline']>[1];

/** Ordered, without overlaps, and without holes from the day the camera was added until what is known by now. */
function assertWhole({ spans, gaps }: Timeline, range: Span, history: VirtualHistory, said: () => string): void {
  for (const pieces of [spans, gaps]) {
    for (const [at, piece] of pieces.entries()) {
      assert.ok(piece.from < piece.to, `no empty piece: ${said()}`);
      assert.ok(piece.from >= range.from && piece.to <= range.to, `inside the range: ${said()}`);
      assert.ok(piece.from >= (pieces[at - 1]?.to ?? range.from), `in order: ${said()}`);
    }
  }
  const pieces = [...spans, ...gaps].sort((a, b) => a.from - b.from);
  let at: number = history.createdAt;
  // The clock may have been set back to before the camera was added.
  for (const piece of pieces.filter(({ to }) => to > history.createdAt)) {
    // What follows was recorded before the clock was set back.
    if (at >= history.now - graceMs && piece.from > at) break;
    assert.equal(
      Math.max(piece.from, history.createdAt),
      at,
      `no hole and no overlap at ${new Date(at).toISOString()}: ${said()}`,
    );
    at = piece.to;
  }
  assert.ok(at >= history.now - graceMs, `until now: ${said()}`);
  assert.ok(
    gaps.every((gap) => gap.to <= history.now),
    `no gap of the future: ${said()}`,
  );
}

function clipped({ spans, gaps }: Timeline, range: Span): Timeline {
  const clippedGaps = gaps.flatMap((gap) => clip([gap], range).map((part): Gap => ({ ...gap, ...part })));
  return { spans: clip(spans, range), gaps: clippedGaps };
}

/** Spans are where frames came, gaps have causes that held; but for moments where one follows the other. */
function assertTrue({ spans, gaps }: Timeline, history: VirtualHistory, said: () => string): void {
  const { truth, removed } = history;
  const at = (range: Span, instant: number) => range.from <= instant && instant < range.to;
  const text = (instant: number) => new Date(instant).toISOString();
  for (const gap of gaps) {
    for (const instant of inside(gap, marginMs)) {
      if (truth.some((entry) => isEdge(entry, instant))) continue;
      const possible = truth.filter((entry) => at(entry, instant)).map(({ what }) => what as string);
      const wasRemoved = removed.some((range) => at(range, instant));
      const holds = gap.cause === 'removed' ? wasRemoved : possible.includes(gap.cause);
      assert.ok(holds, `${gap.cause} at ${text(instant)}, where ${possible} held: ${said()}`);
    }
  }
  for (const span of spans) {
    for (const instant of inside(span, marginMs)) {
      const came = truth.some(
        ({ from, to, what }) => what === 'frames' && from - marginMs <= instant && instant < to + marginMs,
      );
      assert.ok(came, `recorded at ${text(instant)}, where no frames came: ${said()}`);
    }
  }
  for (const entry of truth) {
    if (entry.what !== 'frames') continue;
    for (const instant of inside(entry, marginMs)) {
      if (truth.some((other) => isEdge(other, instant)) || instant > history.now - graceMs) continue;
      const isThere = spans.some((span) => at(span, instant)) || removed.some((range) => at(range, instant));
      assert.ok(isThere, `frames at ${text(instant)} are not recorded: ${said()}`);
    }
  }
}

const isEdge = ({ from, to }: Span, instant: number): boolean =>
  Math.abs(from - instant) < marginMs || Math.abs(to - instant) < marginMs;

/** Instants inside a range, not near its ends. */
function inside({ from, to }: Span, byMs: number): number[] {
  const length = to - from - 2 * byMs;
  return length <= 0 ? [] : [0, 0.25, 0.5, 0.75, 1].map((share) => from + byMs + share * length);
}
