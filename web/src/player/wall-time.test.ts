import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstVariantOf, mediaPositionAt, piecesOfPlaylist, startingAt, wallEndOf, wallTimeAt } from './wall-time.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
/** 12:00:00–12:00:12 without a break, then a gap until 12:10:00, then 6 s. */
const pieces = [
  { start: 0, duration: 6, programDateTime: noon },
  { start: 6, duration: 6, programDateTime: noon + 6_000 },
  { start: 12, duration: 6, programDateTime: noon + 600_000 },
];

test('a recorded moment maps to its media time and back', () => {
  for (const wallMs of [noon, noon + 5_999, noon + 6_000, noon + 11_500, noon + 603_000]) {
    const position = mediaPositionAt(pieces, wallMs);
    assert.equal(position?.wallMs, wallMs);
    assert.ok(Math.abs((wallTimeAt(pieces, position.mediaS) ?? 0) - wallMs) < 1);
  }
});

test('a moment in a gap maps to the next recorded one', () => {
  assert.deepEqual(mediaPositionAt(pieces, noon + 60_000), { mediaS: 12, wallMs: noon + 600_000 });
  assert.deepEqual(mediaPositionAt(pieces, noon - 60_000), { mediaS: 0, wallMs: noon });
});

test('there is nothing to seek to after the last recorded moment', () => {
  assert.equal(mediaPositionAt(pieces, noon + 606_000), null);
  assert.equal(mediaPositionAt([], noon), null);
  assert.equal(wallEndOf(pieces), noon + 606_000);
  assert.equal(wallEndOf([]), null);
});

test('media time outside the pieces is clamped to their ends', () => {
  assert.equal(wallTimeAt(pieces, -1), noon);
  assert.equal(wallTimeAt(pieces, 99), noon + 606_000);
  assert.equal(wallTimeAt([], 1), null);
});

test('a whole day of pieces is searched, not walked', () => {
  const day = Array.from({ length: 14_400 }, (_, index) => ({
    start: index * 6,
    duration: 6,
    programDateTime: noon + index * 6_000,
  }));
  const before = performance.now();
  for (let index = 0; index < 10_000; index += 1) mediaPositionAt(day, noon + index * 8_640);
  assert.ok(performance.now() - before < 500);
});

const playlist = [
  '#EXTM3U',
  '#EXT-X-MAP:URI="a.mp4"',
  '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:00:00.000Z',
  '#EXTINF:6.000,',
  'a.mp4',
  '#EXTINF:6.000,',
  'a.mp4',
  '#EXT-X-DISCONTINUITY',
  '#EXT-X-PROGRAM-DATE-TIME:2026-11-22T12:10:00.000Z',
  '#EXTINF:6.000,',
  'b.mp4',
  '#EXT-X-ENDLIST',
].join('\n');

test('the map is read from a playlist when the player does not offer it', () => {
  assert.deepEqual(piecesOfPlaylist(playlist), pieces);
});

test('a multivariant playlist names its media playlist', () => {
  const text = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nplayback/media.m3u8?from=1\n';
  assert.equal(
    firstVariantOf(text, 'http://nvr/api/playback.m3u8?from=1'),
    'http://nvr/api/playback/media.m3u8?from=1',
  );
  assert.deepEqual(piecesOfPlaylist(text), []);
  assert.equal(firstVariantOf('#EXTM3U\n#EXTINF:6,\na.mp4\n', 'http://nvr/'), null);
});

test('a playlist is told where to start: at the moment, after the gap, or at the last second', () => {
  const startOf = (atMs: number) => /TIME-OFFSET=([\d.]+)/.exec(startingAt(playlist, pieces, atMs))?.[1];
  assert.deepEqual([noon + 7_500, noon + 60_000, noon + 3_600_000].map(startOf), ['7.500', '12.000', '17.000']);
  assert.equal(startingAt('#EXTM3U\n', [], noon), '#EXTM3U\n');
});
