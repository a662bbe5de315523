import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCaps } from './caps.ts';

test('caps of a camera: numbers, bytes and text', () => {
  const { name, fields } = parseCaps(
    'video/x-h264, codec_data=(buffer)0164000affe1, stream-format=(string)avc, level=(string)3.1, profile=(string)high, width=(int)1280, height=(int)720, framerate=(fraction)15/1, parsed=(boolean)true, bit-depth-luma=(uint)8',
  );
  assert.equal(name, 'video/x-h264');
  assert.deepEqual(fields, {
    codec_data: Buffer.from('0164000affe1', 'hex'),
    'stream-format': 'avc',
    level: '3.1',
    profile: 'high',
    width: 1280,
    height: 720,
    framerate: '15/1',
    parsed: 'true',
    'bit-depth-luma': 8,
  });
});

test('quoted text, lists, ranges and memory features', () => {
  const { name, fields } = parseCaps(
    'video/x-raw(memory:VAMemory), title=(string)"a\\,\\ \\"b\\"\\303\\244", width=(int)[ 1, 4096 ], format=(string){ NV12, I420 }, rate=(int)48000; audio/x-raw, rate=(int)1',
  );
  assert.equal(name, 'video/x-raw');
  assert.deepEqual(fields, { title: 'a, "b"ä', width: '[ 1, 4096 ]', format: '{ NV12, I420 }', rate: 48_000 });
});

test('a media type alone is caps; ANY and EMPTY have none', () => {
  assert.deepEqual(parseCaps('audio/mpeg'), { name: 'audio/mpeg', fields: {} });
  for (const text of ['ANY', 'EMPTY', '']) assert.throws(() => parseCaps(text), /not caps/);
});
