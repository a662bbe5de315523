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
  ['RTSPS://u:p@h:322/a', 'rtsps://h:322/a', { username: 'u', password: 'p' }],
  ['http://u:p@h/mjpg?size=1@2', 'http://h/mjpg?size=1@2', { username: 'u', password: 'p' }],
  ['https://h:8443/live/index.m3u8', 'https://h:8443/live/index.m3u8', {}],
  ['rtmp://u:p@h/live/a', 'rtmp://h/live/a', { username: 'u', password: 'p' }],
  ['srt://h:9000?mode=caller&passphrase=s%26cret', 'srt://h:9000?mode=caller', { password: 's&cret' }],
  ['srt://h:9000/?passphrase=0123456789', 'srt://h:9000/', { password: '0123456789' }],
  ['srt://:9000?mode=listener', 'srt://:9000?mode=listener', {}],
  ['udp://@239.0.0.1:5000', 'udp://239.0.0.1:5000', {}],
  ['udp://:5000', 'udp://:5000', {}],
  ['rtp://[ff15::1]:5000', 'rtp://[ff15::1]:5000', {}],
  ['file:///srv/clips/a%20b.mp4?loop', 'file:///srv/clips/a%20b.mp4?loop', {}],
  ['v4l2:///dev/video0', 'v4l2:///dev/video0', {}],
];
for (const [address, url, credentials] of accepted) {
  test(`takes ${address} apart`, () => assert.deepEqual(splitSourceUrl(address), { url, credentials }));
}

const refused = [
  'ftp://h/a',
  'h/a',
  'http://',
  'udp://239.0.0.1',
  'srt://:9000',
  'srt://h',
  'file://clip.mp4',
  'v4l2://camera',
  'v4l2:///dev/../etc/passwd',
  'v4l2:///etc/passwd',
  'rtsp://',
  'rtsp:///a',
  'rtsp://u:p@/a',
  'rtsp://h:99999/a',
  'rtsp://h:0/a',
  'rtsp://u:a/b@h/x',
  'rtsp://h h/',
  'rtsp://[::1/',
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
