import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Piece } from './pieces.ts';
import { Reel } from './reel.ts';

/** Pieces of two seconds of one run, from `timeS` of it on. */
const piecesFrom = (id: string, timeS: number, count: number): Piece[] =>
  Array.from({ length: count }, (_, at) => ({
    lines: ['#EXTINF:2,', `${id}-${timeS + at * 2}.mp4`],
    map: `#EXT-X-MAP:URI="${id}.mp4"`,
    durationS: 2,
    fromMs: (timeS + at * 2) * 1_000,
    toMs: (timeS + at * 2 + 2) * 1_000,
    run: { id, timeS: timeS + at * 2, exact: true },
    codecs: null,
  }));

const tags = (reel: Reel) =>
  reel
    .text()
    .split('\n')
    .filter((line) => /DISCONTINUITY$|MAP|mp4$/.test(line));

test('what goes on in its run goes on in the playlist; what does not is behind a discontinuity', () => {
  const reel = new Reel();
  reel.jump(piecesFrom('a', 0, 1));
  reel.append(piecesFrom('a', 2, 1));
  reel.append(piecesFrom('b', 0, 1));
  reel.jump(piecesFrom('a', 900, 1));
  assert.deepEqual(tags(reel), [
    ...['#EXT-X-MAP:URI="a.mp4"', 'a-0.mp4', 'a-2.mp4'],
    ...['#EXT-X-DISCONTINUITY', '#EXT-X-MAP:URI="b.mp4"', 'b-0.mp4'],
    ...['#EXT-X-DISCONTINUITY', '#EXT-X-MAP:URI="a.mp4"', 'a-900.mp4'],
  ]);
  assert.deepEqual(
    reel.window.map(({ sequence, stretch }) => [sequence, stretch]),
    [[3, 2]],
  );
});

test('numbers only grow, whatever is dropped at the beginning', () => {
  const reel = new Reel();
  for (let at = 0; at < 20; at += 1) reel.jump(piecesFrom('a', at * 1_000, 10));
  const [first] = reel.pieces;
  assert.ok(reel.pieces.length <= 70);
  assert.match(
    reel.text(),
    new RegExp(`MEDIA-SEQUENCE:${first?.sequence}\n#EXT-X-DISCONTINUITY-SEQUENCE:${first?.stretch}\n`),
  );
  assert.deepEqual([reel.pieces.at(-1)?.sequence, reel.pieces.at(-1)?.stretch], [199, 19]);
  assert.equal(reel.window.length, 10);
});

test('who waits is told when it has grown', () => {
  const reel = new Reel();
  let told = 0;
  reel.onChange(() => {
    told += 1;
  });
  reel.jump(piecesFrom('a', 0, 2));
  reel.append([]);
  assert.deepEqual([told, reel.version], [1, 1]);
});
