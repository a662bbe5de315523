import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  before,
  follows,
  gapBetween,
  intoOf,
  movedBy,
  type Piece,
  pieceFor,
  piecesOf,
  untilGap,
  wallInto,
} from './pieces.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');

const window = `#EXTM3U
#EXT-X-MAP:URI="../segments/7.mp4",BYTERANGE="800@0"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.000Z
#EXT-X-NIGHTJAR-STRETCH:RUN="a",TIME=60.000000,CODECS="avc1.640028,mp4a.40.2"
#EXTINF:2.00000,
#EXT-X-BYTERANGE:4000@1000
../segments/7.mp4
#EXTINF:3.00000,
#EXT-X-BYTERANGE:6000@5000
../segments/7.mp4
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:10:00.000Z
#EXT-X-NIGHTJAR-STRETCH:RUN="a",TIME=660.000000,CODECS="avc1.640028,mp4a.40.2"
#EXTINF:2.00000,
#EXT-X-BYTERANGE:4000@1000
../segments/8.mp4
#EXT-X-ENDLIST
`;
const pieces = piecesOf(window, 'http://nvr/api/cameras/yard/playback/window.m3u8?from=1');
const reversed = piecesOf(
  `#EXT-X-MAP:URI="i.mp4"\n#EXT-X-NIGHTJAR-WALL:${noon + 128_000},${noon + 64_000}\n#EXTINF:1.0,\n1.m4s\n` +
    `#EXT-X-NIGHTJAR-WALL:${noon + 64_000},${noon}\n#EXTINF:1.0,\n2.m4s\n`,
  'http://nvr/fast.m3u8',
);

test('pieces know their addresses, their wall time, and where in their run they are', () => {
  assert.deepEqual(
    pieces.map(({ fromMs, toMs, run }) => [fromMs - noon, toMs - noon, run.timeS]),
    [
      [0, 2_000, 60],
      [2_000, 5_000, 62],
      [600_000, 602_000, 660],
    ],
  );
  assert.equal(pieces[0]?.map, '#EXT-X-MAP:URI="http://nvr/api/cameras/yard/segments/7.mp4",BYTERANGE="800@0"');
  assert.deepEqual(pieces[1]?.lines.slice(1), [
    '#EXT-X-BYTERANGE:6000@5000',
    'http://nvr/api/cameras/yard/segments/7.mp4',
  ]);
});

test('pieces of one run go on where the one before ended, or they do not', () => {
  const [first, second, third] = pieces as [Piece, Piece, Piece];
  assert.deepEqual([follows(first, second), follows(second, third)], [true, false]);
  assert.deepEqual(gapBetween(second, third), { fromMs: noon + 5_000, toMs: noon + 600_000 });
  assert.equal(gapBetween(first, second), null);
  assert.deepEqual(untilGap(pieces, noon).pieces.length, 2);
  assert.equal(untilGap(pieces, noon + 600_000).gap, null);
});

test('a moment is in a piece, or in the next one after the gap; backwards, in the one before', () => {
  assert.deepEqual(pieceFor(pieces, noon + 3_000), { index: 1, wallMs: noon + 3_000 });
  assert.deepEqual(pieceFor(pieces, noon + 60_000), { index: 2, wallMs: noon + 600_000 });
  assert.equal(pieceFor(pieces, noon + 602_000), null);
  assert.equal(before(pieces, noon + 60_000), noon + 5_000);
  assert.equal(before(pieces, noon), null);
});

test('played backwards, wall time falls', () => {
  assert.deepEqual(pieceFor(reversed, noon + 32_000), { index: 1, wallMs: noon + 32_000 });
  const [piece] = reversed as [Piece, Piece];
  assert.equal(wallInto(piece, 0.25), noon + 112_000);
  assert.equal(intoOf(piece, noon + 112_000), 0.25);
  assert.ok(follows(reversed[0] as Piece, reversed[1] as Piece));
});

test('a step of some seconds counts only what is recorded', () => {
  assert.equal(movedBy(pieces, noon + 4_000, 1_500), noon + 600_500);
  assert.equal(movedBy(pieces, noon + 600_500, -1_500), noon + 4_000);
  assert.equal(movedBy(pieces, noon + 601_000, 5_000), noon + 606_000);
});
