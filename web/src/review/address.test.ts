import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddress, writeAddress } from './address.ts';

const timeZone = 'Europe/Vienna';
const searchOf = (address: string) => address.slice(address.indexOf('?'));

test('the address bar keeps cameras, time to the millisecond, and zoom', () => {
  const atMs = Date.parse('2026-11-22T13:03:22.480Z');
  const address = writeAddress({ cameraIds: ['yard', 'gate', 'shop'], atMs, zoomMs: 3_600_000 }, timeZone);
  assert.equal(address, '/review/yard?at=2026-11-22T14:03:22.480%2B01:00&zoom=3600&with=gate,shop');
  assert.deepEqual(readAddress(searchOf(address)), { atMs, zoomMs: 3_600_000, besides: ['gate', 'shop'] });
});

test('the whole day and one camera need no words', () => {
  const atMs = Date.parse('2026-11-22T13:03:22Z');
  const address = writeAddress({ cameraIds: ['yard'], atMs, zoomMs: null }, timeZone);
  assert.equal(address, '/review/yard?at=2026-11-22T14:03:22%2B01:00');
  assert.deepEqual(readAddress(searchOf(address)), { atMs, zoomMs: null, besides: [] });
});

test('what cannot be read counts as not there', () => {
  assert.deepEqual(readAddress('?at=yesterday&zoom=-5&with=,,'), { atMs: null, zoomMs: null, besides: [] });
  assert.deepEqual(readAddress(''), { atMs: null, zoomMs: null, besides: [] });
});
