import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraDto } from '@nightjar/contract';
import {
  createOf,
  defaultOverlay,
  emptyForm,
  formOf,
  interruptionOf,
  isAddress,
  patchOf,
  readAddress,
  type SettingsForm,
} from './settings-form.ts';

const camera = {
  id: 'yard',
  name: 'Yard',
  group: 'Outside',
  source: { url: 'rtsp://10.0.0.2/1', transport: 'auto', username: 'admin', hasPassword: true },
  video: { mode: 'copy', bitrateKbps: 2000, fps: null, height: null, keyframeSeconds: 2, overlay: null },
  audio: { mode: 'auto' },
  recording: { mode: 'continuous' },
  createdAt: 0,
} as unknown as CameraDto;

const edited = (change: Partial<SettingsForm>) => patchOf(camera, { ...formOf(camera), ...change });
const effect = (change: Partial<SettingsForm>, of: CameraDto = camera) =>
  interruptionOf(of, patchOf(of, { ...formOf(of), ...change }));

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

test('a new camera carries only what was filled in', () => {
  assert.deepEqual(createOf({ ...emptyForm, name: ' Yard ', url: 'rtsp://h/1' }), {
    name: 'Yard',
    source: { url: 'rtsp://h/1', transport: 'auto' },
  });
});

test('an untouched form changes nothing, and an untouched password stays', () => {
  assert.deepEqual(edited({}), {});
  assert.deepEqual(edited({ name: 'Back yard' }), { name: 'Back yard' });
});

test('emptied fields are cleared', () => {
  assert.deepEqual(edited({ group: '', username: '', password: '' }), {
    group: null,
    source: { username: null, password: null },
  });
});

test('the form says beforehand what saving interrupts', () => {
  assert.equal(effect({ name: 'Back yard' }), 'none');
  assert.equal(effect({ transport: 'udp' }), 'reconnect');
  assert.equal(effect({ record: false }), 'pause');
  assert.equal(effect({ encode: true }), 'reconnect');
  assert.equal(effect({ bitrateKbps: 500 }), 'none');
});

test('the overlay of an encoded camera changes without a gap, its bit rate does not', () => {
  const encoding = { ...camera, video: { ...camera.video, mode: 'encode' } } as CameraDto;
  assert.equal(effect({ overlay: defaultOverlay }, encoding), 'none');
  assert.equal(effect({ bitrateKbps: 500 }, encoding), 'reconnect');
});
