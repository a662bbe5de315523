import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressKind, addressProblem, isAddress, readAddress } from './address.ts';

test('credentials in a pasted address are moved out of it', () => {
  assert.deepEqual(readAddress(' rtsp://admin:p%40ss@10.0.0.2:554/1?x=1 '), {
    url: 'rtsp://10.0.0.2:554/1?x=1',
    username: 'admin',
    password: 'p@ss',
  });
  assert.deepEqual(readAddress('10.0.0.2/a@b'), { url: 'rtsp://10.0.0.2/a@b' });
  assert.deepEqual(readAddress('rtsp://u:p@ss@h/1'), { url: 'rtsp://h/1', username: 'u', password: 'p@ss' });
});

test('each kind of address has a form of its own', () => {
  const good = [
    'rtsps://h/1',
    'http://h/v.mjpg',
    'srt://:9000?mode=listener',
    'udp://@239.0.0.1:5000',
    'file:///a.mp4?loop',
    'v4l2:///dev/video0',
  ];
  assert.deepEqual(
    good.filter((text) => !isAddress(text)),
    [],
  );
  assert.deepEqual(good.map(addressKind), ['rtsps', 'web', 'srt', 'sent', 'file', 'device']);
  assert.match(addressProblem('udp://239.0.0.1') ?? '', /udp:\/\/239\.0\.0\.1:5000/);
  assert.match(addressProblem('file://a.mp4') ?? '', /file:\/\/\//);
  assert.match(addressProblem('ftp://h/a') ?? '', /rtsp:\/\//);
});

test('an address needs a host', () => {
  assert.deepEqual(['', 'rtsp://', 'ftp://10.0.0.2/', '10.0.0.2', 'rtsp://cam/1'].map(isAddress), [
    false,
    false,
    false,
    true,
    true,
  ]);
});
