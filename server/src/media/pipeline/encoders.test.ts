import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findEncoder } from '../find-encoder.ts';
import { elementExists } from '../gst/index.ts';
import { chooseEncoder, encoderText } from './encoders.ts';

test('hardware comes before software, but only when it really encodes', async () => {
  const present = ['vah264enc', 'nvh264enc', 'x264enc'];
  const choose = (working: string[]) =>
    chooseEncoder({
      elementExists: (factory) => present.includes(factory),
      runs: async (description) => working.some((factory) => description.includes(factory)),
    });
  assert.equal(await choose(present), 'vah264enc');
  assert.equal(await choose(['nvh264enc', 'x264enc']), 'nvh264enc');
  assert.equal(await choose(['x264enc']), 'x264enc');
  assert.equal(await choose([]), null);
});

test('this machine has an encoder that works', async () => {
  const encoder = await findEncoder();
  assert.ok(encoder !== null && elementExists(encoder));
  assert.match(encoderText(encoder, { bitrateKbps: 1500 }), new RegExp(`^${encoder} name=encoder .*1500`));
});
