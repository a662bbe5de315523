import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Picture } from '../../testing/camera/picture.ts';
import { delaysOf, drawnIn } from './shown.ts';

const picture = new Picture({ width: 640, height: 360, fps: 25, loopSeconds: 20, name: 'BENCH', look: 0 });
const unit = 8;

/** As the probe in the page reads it: one dot of the text after the other. */
function dotsOf(number: number): string {
  const luma = picture.draw(number);
  let dots = '';
  for (let y = 30; y < 40; y++) {
    for (let x = 0; x < 28; x++)
      dots += (luma[(y * unit + unit / 2) * 640 + x * unit + unit / 2] ?? 0) > 140 ? '1' : '0';
  }
  return dots;
}

test('the number of a picture is read from the dots of its text', () => {
  for (const number of [0, 7, 123, 499]) assert.equal(drawnIn({ shownMs: 0, dots: dotsOf(number) }), number);
  assert.equal(drawnIn({ shownMs: 0, dots: '0'.repeat(280) }), null);
});

test('a picture is as old as the newest of its number that was sent before it was shown', () => {
  const sent = [
    { drawn: 7, atMs: 1_000 },
    { drawn: 8, atMs: 1_040 },
    { drawn: 7, atMs: 21_000 },
  ];
  const shown = (shownMs: number, number: number) => ({ shownMs, dots: dotsOf(number) });
  assert.deepEqual(delaysOf([shown(1_100, 7), shown(1_100, 8), shown(21_030, 7), shown(900, 9)], sent), [100, 60, 30]);
});
