import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NvrError } from '../shared/errors.ts';
import { splitSourceUrl } from './source-url.ts';

const accepted: [address: string, url: string, credentials: object][] = [
  ['rtsp://10.0.0.1/stream', 'rtsp://10.0.0.1/stream', {}],
  [
    'RTSP://10.0.0.1:554/Streaming/Channels/101?transportmode=unicast',
    'rtsp://10.0.0.1:554/Streaming/Channels/101?transportmode=unicast',
    {},
  ],
  ['rtsp://admin:secret@cam.local/a', 'rtsp://cam.local/a', { username: 'admin', password: 'secret' }],
  ['rtsp://admin@cam.local', 'rtsp://cam.local', { username: 'admin' }],
  ['rtsp://admin:@cam.local', 'rtsp://cam.local', { username: 'admin', password: '' }],
  ['rtsp://admin:p@ss:w@[fe80::1]:554/a', 'rtsp://[fe80::1]:554/a', { username: 'admin', password: 'p@ss:w' }],
  ['rtsp://us%40er:p%2Fw%23@h/a', 'rtsp://h/a', { username: 'us@er', password: 'p/w#' }],
  ['rtsp://u:100%safe@h/a', 'rtsp://h/a', { username: 'u', password: '100%safe' }],
  ['rtsp://h/axis-media/media.amp?camera=1&name=a@b', 'rtsp://h/axis-media/media.amp?camera=1&name=a@b', {}],
  ['rtsp://h/%E4?x=ä', 'rtsp://h/%E4?x=ä', {}],
];
for (const [address, url, credentials] of accepted) {
  test(`takes ${address} apart`, () => assert.deepEqual(splitSourceUrl(address), { url, credentials }));
}

const refused = [
  'http://h/a',
  'rtsp://',
  'rtsp:///a',
  'rtsp://u:p@/a',
  'rtsp://h:99999/a',
  'rtsp://h:0/a',
  'rtsp://u:a/b@h/x',
  'rtsp://h h/',
  'rtsp://[::1/',
  'rtsps://h/a',
  '',
];
for (const address of refused) {
  test(`refuses ${address || 'nothing'} without repeating it`, () => {
    assert.throws(
      () => splitSourceUrl(address),
      (error) =>
        error instanceof NvrError &&
        error.code === 'invalid_request' &&
        error.field === 'source.url' &&
        !error.message.includes('a/b'),
    );
  });
}
