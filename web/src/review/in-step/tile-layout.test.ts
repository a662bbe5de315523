import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Rect, tileLayout } from './tile-layout.ts';

const desk = { width: 1120, height: 560 };
const phone = { width: 390, height: 320 };

const columnsOf = (tiles: readonly Rect[]) => new Set(tiles.map(({ left }) => left)).size;

function assertApart(tiles: readonly Rect[], width: number): void {
  for (const [at, a] of tiles.entries()) {
    assert.ok(a.left >= 0 && a.top >= 0 && a.left + a.width <= width);
    for (const b of tiles.slice(at + 1)) {
      const apart =
        a.left + a.width <= b.left ||
        b.left + b.width <= a.left ||
        a.top + a.height <= b.top ||
        b.top + b.height <= a.top;
      assert.ok(apart, `${JSON.stringify(a)} covers ${JSON.stringify(b)}`);
    }
  }
}

test('pictures are as large as fit: side by side on a desk, under each other on a phone', () => {
  assert.equal(columnsOf(tileLayout(2, desk, null).tiles), 2);
  assert.equal(columnsOf(tileLayout(4, desk, null).tiles), 2);
  assert.equal(columnsOf(tileLayout(9, desk, null).tiles), 3);
  assert.equal(columnsOf(tileLayout(16, desk, null).tiles), 4);
  assert.equal(columnsOf(tileLayout(2, phone, null).tiles), 1);
  assert.equal(columnsOf(tileLayout(4, phone, null).tiles), 2);
});

test('none covers another, and only on a phone many have to be scrolled', () => {
  for (let count = 1; count <= 16; count += 1) {
    for (const large of [null, 0, count - 1]) {
      for (const area of [desk, phone]) {
        const { tiles, height } = tileLayout(count, area, large);
        assert.equal(tiles.length, count);
        assertApart(tiles, area.width);
        if (area === desk) assert.equal(height, desk.height);
      }
    }
  }
  assert.ok(tileLayout(16, phone, null).height > phone.height);
});

test('a large one takes most of the room', () => {
  for (const area of [desk, phone]) {
    const { tiles } = tileLayout(9, area, 4);
    const large = tiles[4] as Rect;
    assert.ok((large.width * large.height) / (area.width * area.height) > 0.7);
  }
});

test('an area that is not there yet has no pictures', () => {
  assert.deepEqual(tileLayout(4, { width: 0, height: 0 }, null), { tiles: [], height: 0 });
});
