import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Backwards } from './backwards.ts';
import type { Engine } from './engine.ts';
import type { Gap } from './pieces.ts';
import { simulatedSource } from './simulated-source.ts';

/** Plays 10 s that were recorded from `fromMs` on, and 10 s before a gap of 20 s. Frames are on the screen at once. */
async function playBackwards(
  t: TestContext,
  { fromMs, rate, jumps }: { fromMs: number; rate: number; jumps: boolean },
) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  (globalThis as { window?: unknown }).window = globalThis;
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const pieces = await simulatedSource([
    [100_000, 110_000],
    [130_000, 140_000],
  ]).window({ fromMs: 0, toMs: 200_000 });
  const covered = (wallMs: number) => pieces.some((piece) => wallMs >= piece.fromMs && wallMs < piece.toMs);
  const engine = {
    pieces,
    positionOf: (wallMs: number) => ({ mediaS: wallMs / 1_000, wallMs: covered(wallMs) ? wallMs : -1 }),
  } as unknown as Engine;
  const shown: number[] = [];
  const gaps: Gap[] = [];
  let beganAt: number | null = null;
  const backwards = new Backwards({
    show: (_, wallMs) => {
      shown.push(Math.round(wallMs));
      queueMicrotask(() => backwards.run(engine, wallMs, rate));
    },
    onBeginning: (wallMs) => {
      beganAt = Math.round(wallMs);
    },
    onGap: (gap) => {
      gaps.push(gap);
      if (!jumps) backwards.stop();
      return jumps;
    },
  });
  backwards.run(engine, fromMs, rate);
  return {
    shown,
    gaps,
    beganAt: () => beganAt,
    after: async (ms: number) => {
      for (const end = now + ms; now < end; ) {
        now += 10;
        t.mock.timers.tick(10);
        await Promise.resolve();
      }
    },
  };
}

test('it keeps its speed', async (t) => {
  const played = await playBackwards(t, { fromMs: 135_000, rate: -2, jumps: true });
  await played.after(500);
  assert.equal(played.shown.at(-1), 134_000);
  assert.ok(played.shown.every((at, index) => at < (played.shown[index - 1] ?? 135_000)));
});

test('over a gap it goes on with the end of what was before; or it stops there', async (t) => {
  const played = await playBackwards(t, { fromMs: 130_100, rate: -1, jumps: true });
  await played.after(300);
  const first = played.shown.find((at) => at < 130_000);
  assert.ok(first !== undefined && first <= 109_999 && first > 109_900, `${first}`);
  assert.deepEqual(
    played.gaps.map(({ toMs }) => toMs),
    [109_999],
  );
  t.mock.reset();
  const stopping = await playBackwards(t, { fromMs: 130_100, rate: -1, jumps: false });
  await stopping.after(300);
  assert.ok(stopping.shown.every((at) => at >= 130_000));
});

test('where the footage that is loaded begins, more is asked for', async (t) => {
  const played = await playBackwards(t, { fromMs: 100_050, rate: -1, jumps: true });
  await played.after(200);
  assert.ok((played.beganAt() ?? 0) < 100_000);
});
