import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storedCredentials, substreamSource } from './substream.ts';

const secret = { username: 'admin', password: 's3cret' };
const main = (url: string) => ({ url, transport: 'auto' as const, ...secret });
const sub = (url: string, own: object = {}) => ({
  ...{ url, transport: 'tcp' as const, record: true, connect: 'always' as const },
  ...own,
});
const used = (mainUrl: string, url: string, own = {}) => {
  const { username, password } = substreamSource(main(mainUrl), sub(url, own));
  return { username, password };
};
const none = { username: undefined, password: undefined };

test("the camera's password goes to its substream at the same host and port, and nowhere else", () => {
  assert.deepEqual(used('rtsp://cam/1', 'rtsp://cam/2'), secret);
  assert.deepEqual(used('rtsp://CAM/1', 'rtsp://cam:554/2'), secret);
  assert.deepEqual(used('rtsp://cam/1', 'rtsp://other/2'), none);
  assert.deepEqual(used('rtsp://nat:5541/1', 'rtsp://nat:5542/1'), none);
  assert.deepEqual(used('rtsp://cam/1', 'http://cam/2'), none);
});

test('credentials of its own are used alone', () => {
  assert.deepEqual(used('rtsp://cam/1', 'rtsp://cam/2', { username: 'guest' }), { ...none, username: 'guest' });
  assert.deepEqual(substreamSource(main('rtsp://cam/1'), sub('rtsp://cam/2')), {
    ...{ url: 'rtsp://cam/2', transport: 'tcp' },
    ...secret,
  });
});

test('of stored passwords the first counts that was given for the place', () => {
  const other = { url: 'rtsp://cam/2', transport: 'auto' as const, username: 'guest', password: 'other' };
  assert.deepEqual(storedCredentials([other, main('rtsp://cam/1')], 'rtsp://cam/3').password, 'other');
  assert.deepEqual(storedCredentials([{ ...other, url: 'rtsp://x/' }, main('rtsp://cam/1')], 'rtsp://cam/3'), secret);
  assert.deepEqual(storedCredentials([other], 'rtsp://elsewhere/3'), {});
});
