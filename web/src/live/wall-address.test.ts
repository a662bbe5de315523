import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readWallAddress, type WallAddress, writeWallAddress } from './wall-address.ts';

const usual: WallAddress = { layout: null, tiles: null, page: 0, rotateSeconds: null, kiosk: false };

test('the link of a wall monitor is read', () => {
  assert.deepEqual(readWallAddress('?layout=shop&tiles=9&page=2&rotate=20&wall'), {
    layout: 'shop',
    tiles: 9,
    page: 1,
    rotateSeconds: 20,
    kiosk: true,
  });
});

test('what is written is read again', () => {
  const addresses: WallAddress[] = [
    usual,
    { layout: 'group:Hall 2 & 3', tiles: 25, page: 7, rotateSeconds: 0, kiosk: false },
    { layout: null, tiles: null, page: 0, rotateSeconds: 300, kiosk: true },
  ];
  for (const address of addresses) {
    const { search } = new URL(writeWallAddress(address), 'http://nightjar');
    assert.deepEqual(readWallAddress(search), address);
  }
  assert.equal(writeWallAddress(usual), '/live');
  assert.equal(writeWallAddress({ ...usual, layout: 'group:East', kiosk: true }), '/live?layout=group:East&wall');
});

test('what cannot be read counts as not there', () => {
  for (const search of ['', '?tiles=5&page=0&rotate=4', '?tiles=x&page=-1&rotate=301&layout=', '?page=1.5&wall=0']) {
    assert.deepEqual(readWallAddress(search), usual, search);
  }
});
