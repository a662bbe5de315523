import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bestFormat } from './device.ts';

const raw = 'video/x-raw, format=(string)YUY2, width=(int)640, height=(int)480, framerate=(fraction){ 30/1, 15/1 }';
const jpeg = 'image/jpeg, parsed=(boolean)true, width=(int)1280, height=(int)720';
const h264 = 'video/x-h264, stream-format=(string)byte-stream, alignment=(string)au, width=(int)1920';

test('a device is asked for what need not be encoded, then for what is least to encode', () => {
  assert.equal(bestFormat(`${raw}; ${jpeg}; ${h264}`), 'video/x-h264');
  assert.equal(bestFormat(`${raw}; ${jpeg}`), 'image/jpeg');
  assert.equal(bestFormat(raw), 'video/x-raw');
  assert.equal(bestFormat('video/x-raw(memory:DMABuf), width=(int)640'), 'video/x-raw');
  assert.equal(bestFormat('video/x-bayer, format=(string)bggr'), null);
});
