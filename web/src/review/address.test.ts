import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddress, writeAddress } from './address.ts';

test('the address bar keeps camera, time and zoom', () => {
  const at = Date.parse('2026-11-22T13:03:22Z');
  const address = writeAddress('yard', at, 3_600_000, 'Europe/Vienna');
  assert.equal(address, '/review/yard?at=2026-11-22T14:03:22%2B01:00&zoom=3600');
  assert.deepEqual(readAddress(address.slice(address.indexOf('?'))), { atMs: at, zoomMs: 3_600_000 });
  assert.deepEqual(readAddress(writeAddress('yard', at, null, 'Europe/Vienna').slice(12)), { atMs: at, zoomMs: null });
});

test('what cannot be read counts as not there', () => {
  assert.deepEqual(readAddress('?at=yesterday&zoom=-5'), { atMs: null, zoomMs: null });
  assert.deepEqual(readAddress(''), { atMs: null, zoomMs: null });
});
