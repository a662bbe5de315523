import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fastSpeeds } from '@nightjar/contract';
import { backwards, forwards, nextSpeed, pushed, speedText } from './speeds.ts';

test('all fast speeds that the recorder serves are on offer, both ways', () => {
  for (const speed of fastSpeeds) {
    assert.ok(forwards.includes(speed));
    assert.ok(backwards.includes(-speed));
  }
});

test('one step up or down the ladder, to its ends', () => {
  assert.equal(nextSpeed(1, 1), 2);
  assert.equal(nextSpeed(0.25, -1), -1);
  assert.equal(nextSpeed(-1, 1), 0.25);
  assert.equal(nextSpeed(256, 1), 256);
  assert.equal(nextSpeed(-256, -1), -256);
});

test('J and L turn round at normal speed, then go faster', () => {
  assert.equal(pushed(4, false, 1), 1);
  assert.equal(pushed(4, true, -1), -1);
  assert.equal(pushed(-1, true, -1), -2);
  assert.equal(pushed(0.5, true, 1), 1);
  assert.equal(pushed(256, true, 1), 256);
});

test('speeds as people read them', () => {
  assert.equal(speedText(0.25), '0.25×');
  assert.equal(speedText(-64), '−64×');
});
