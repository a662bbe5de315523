import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Engine } from './engine.ts';
import { LookAhead } from './look-ahead.ts';
import type { Piece } from './pieces.ts';
import { simulatedSource } from './simulated-source.ts';
import { playingAt } from './speeds.ts';

Object.assign(globalThis, { HTMLMediaElement: { HAVE_CURRENT_DATA: 2 } });

/** An element that plays from 100 s on, of which `untilMs` is loaded; recorded until 110 s, and after a gap from 160 s on. */
async function playing(untilMs: number, gaps: 'jump' | 'wait') {
  const source = simulatedSource([
    [100_000, 110_000],
    [160_000, 170_000],
  ]);
  const all = await source.window({ fromMs: 0, toMs: 200_000 });
  const pieces = all.filter(({ toMs }) => toMs <= untilMs);
  const engine = {
    pieces,
    canGrow: true,
    hasSound: false,
    endS: () => pieces.length * 2,
    append: (more: readonly Piece[]) => pieces.push(...more),
  } as unknown as Engine;
  const video = { currentTime: 0, readyState: 4 };
  const ahead = new LookAhead();
  ahead.begin(null);
  const check = async () => {
    const end = ahead.check(engine, video as HTMLVideoElement, 5, { source, playing: playingAt(1), gaps });
    for (let at = 0; at < 5; at += 1) await turn();
    return end;
  };
  const playTo = (atS: number, readyState: number) => Object.assign(video, { currentTime: atS, readyState });
  return { pieces, check, playTo, ahead };
}

test('nothing is asked for while enough is there; then what comes next is added', async () => {
  const { pieces, check, playTo } = await playing(106_000, 'jump');
  await check();
  assert.equal(pieces.length, 3);
  playTo(2, 4);
  assert.equal(await check(), null);
  assert.equal(pieces.at(-1)?.toMs, 170_000);
});

test('a gap that is waited in is met when all before it has been played', async () => {
  const { pieces, check, playTo } = await playing(106_000, 'wait');
  playTo(2, 4);
  await check();
  assert.equal(pieces.at(-1)?.toMs, 110_000);
  assert.equal(await check(), null);
  playTo(9.9, 2);
  assert.deepEqual(await check(), { gap: { fromMs: 110_000, toMs: 160_000 } });
});

test('where nothing newer is recorded, that is said once all has been played', async () => {
  const { check, playTo, ahead } = await playing(170_000, 'jump');
  playTo(18, 4);
  assert.equal(await check(), null);
  assert.ok(ahead.endedForMs >= 0);
  playTo(19.9, 2);
  assert.equal(await check(), 'nothing newer');
  ahead.begin(null);
  assert.equal(ahead.endedForMs, 0);
});
