import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddress, readAddress } from './address.ts';

test('credentials in a pasted address are moved out of it', () => {
  assert.deepEqual(readAddress(' rtsp://admin:p%40ss@10.0.0.2:554/1?x=1 '), {
    url: 'rtsp://10.0.0.2:554/1?x=1',
    username: 'admin',
    password: 'p@ss',
  });
  assert.deepEqual(readAddress('10.0.0.2/a@b'), { url: 'rtsp://10.0.0.2/a@b' });
  assert.deepEqual(readAddress('rtsp://u:p@ss@h/1'), { url: 'rtsp://h/1', username: 'u', password: 'p@ss' });
});

test('an address needs a host', () => {
  assert.deepEqual(['', 'rtsp://', 'http://10.0.0.2/', '10.0.0.2', 'rtsp://cam/1'].map(isAddress), [
    false,
    false,
    false,
    true,
    true,
  ]);
});
