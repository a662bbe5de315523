import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extensionOf, type OpeningOptions, openingAt } from './opening.ts';
import type { Piece } from './pieces.ts';
import { simulatedSource } from './simulated-source.ts';
import { playingAt } from './speeds.ts';

/** Recorded from 100 s to 110 s, and from 160 s to 170 s. */
const source = simulatedSource([
  [100_000, 110_000],
  [160_000, 170_000],
]);
const wish: OpeningOptions = { source, playing: playingAt(1), gaps: 'jump', sound: false, long: false };
const backwards: OpeningOptions = { ...wish, playing: playingAt(-1) };

const startOf = async (wallMs: number, options: OpeningOptions) => {
  const opening = await openingAt(wallMs, options);
  return opening.found === 'pieces' ? opening.startMs : opening;
};

test('a moment that is recorded is shown, with what was before it', async () => {
  const opening = await openingAt(105_500, wish);
  assert.ok(opening.found === 'pieces');
  assert.deepEqual([opening.startMs, opening.pieces[0]?.fromMs, opening.gap], [105_500, 100_000, null]);
});

test('in a gap what comes next is shown, backwards what was before; or the gap is entered', async () => {
  assert.equal(await startOf(130_000, wish), 160_000);
  assert.equal(await startOf(130_000, backwards), 109_999);
  const gap = { fromMs: 130_000, toMs: 160_000 };
  assert.deepEqual(await openingAt(130_000, { ...wish, gaps: 'wait' }), { found: 'gap', gap });
});

test('who waits in gaps gets nothing from behind the next one', async () => {
  const opening = await openingAt(105_000, { ...wish, long: true, gaps: 'wait' });
  assert.ok(opening.found === 'pieces');
  assert.equal(opening.pieces.at(-1)?.toMs, 110_000);
  assert.deepEqual(opening.gap, { fromMs: 110_000, toMs: 160_000 });
});

test('behind the newest picture that one is shown, a second before its end; without footage nothing', async () => {
  assert.equal(await startOf(900_000, wish), 169_000);
  assert.deepEqual(await openingAt(900_000, { ...wish, playing: playingAt(64) }), { found: 'nothing' });
  assert.deepEqual(await openingAt(1_000, backwards), { found: 'nothing' });
  assert.deepEqual(await openingAt(1_000, { ...wish, source: simulatedSource([]) }), { found: 'nothing' });
});

test('what comes after the last piece goes on in it, is behind a gap, or is not there yet', async () => {
  const pieces = await source.window({ fromMs: 100_000, toMs: 170_000 });
  const at = (toMs: number) => pieces.find((piece) => piece.toMs === toMs) as Piece;
  const more = async (last: Piece, gaps: 'jump' | 'wait') => {
    const extension = await extensionOf(last, { ...wish, gaps });
    return extension.found === 'pieces' ? [extension.pieces[0]?.fromMs, extension.gap] : extension;
  };
  assert.deepEqual(await more(at(104_000), 'jump'), [104_000, null]);
  assert.deepEqual(await more(at(110_000), 'jump'), [160_000, null]);
  const gap = { fromMs: 110_000, toMs: 160_000 };
  assert.deepEqual(await more(at(104_000), 'wait'), [104_000, gap]);
  assert.deepEqual(await more(at(110_000), 'wait'), { found: 'gap', gap });
  assert.deepEqual(await more(at(170_000), 'jump'), { found: 'end' });
});
