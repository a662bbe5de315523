import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodedSize } from './encoded-size.ts';

test('pictures are encoded as large as they are, up to 1080 lines, upright ones too', () => {
  const sizeOf = (width: number, height: number) => {
    const size = encodedSize({ width, height });
    return `${size.width}×${size.height}`;
  };
  assert.equal(sizeOf(1280, 720), '1280×720');
  assert.equal(sizeOf(1920, 1080), '1920×1080');
  assert.equal(sizeOf(3840, 2160), '1920×1080');
  assert.equal(sizeOf(2592, 1944), '1440×1080');
  assert.equal(sizeOf(2160, 3840), '1080×1920');
  assert.equal(sizeOf(7680, 1440), '2560×480');
  assert.equal(sizeOf(641, 361), '642×362');
});

test('the bit rate grows with the picture', () => {
  assert.equal(encodedSize({ width: 1920, height: 1080 }).bitrateKbps, 4147);
  assert.equal(encodedSize({ width: 320, height: 180 }).bitrateKbps, 400);
});
