import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CameraDto, type CameraPatch, type Recording, type Week, weekdays, wholeWeek } from '@nightjar/contract';
import { effectOf } from './interruption.ts';

const recording: Recording = { mode: 'continuous', schedule: { week: wholeWeek(), exceptions: [] }, override: null };
const nights = {
  week: Object.fromEntries(weekdays.map((day) => [day, [{ from: '18:00', to: '06:00' }]])) as Week,
  exceptions: [],
};
const copying = { video: { mode: 'copy' }, recording } as CameraDto;
const encoding = { ...copying, video: { mode: 'encode' } } as CameraDto;
const noon = Date.parse('2026-11-23T11:00:00Z');
const effect = (patch: CameraPatch, camera = copying) => effectOf(camera, patch, noon, 'Europe/Vienna');
const kind = (patch: CameraPatch, camera = copying) => effect(patch, camera).interruption;

test('only what the stream is made of interrupts a recording', () => {
  assert.equal(kind({ name: 'Back yard' }), 'none');
  assert.equal(kind({ source: { transport: 'udp' } }), 'reconnect');
  assert.equal(kind({ video: { mode: 'encode' } }), 'reconnect');
  assert.equal(kind({ video: { bitrateKbps: 500 } }), 'none');
  assert.equal(
    kind({ retention: { maxAgeDays: 1 }, archive: { format: 'ts' }, alerts: { downAfterSeconds: 0 } }),
    'none',
  );
});

test('the overlay of an encoded camera changes without a gap, its bit rate does not', () => {
  assert.equal(kind({ video: { overlay: { text: 'Yard' } } }, encoding), 'none');
  assert.equal(kind({ video: { bitrateKbps: 500 } }, encoding), 'reconnect');
});

test('a schedule interrupts only when it has nothing for this moment', () => {
  assert.equal(kind({ recording: { mode: 'scheduled' } }), 'none');
  assert.deepEqual(effect({ recording: { mode: 'scheduled', schedule: nights } }), {
    interruption: 'pause',
    text: 'Saving stops the recording of this camera now; by its schedule it goes on at 18:00.',
  });
  assert.match(effect({ recording: { mode: 'off' } }).text, /until you switch it on again/);
});

test('where nothing is recorded nothing is interrupted', () => {
  const off = { ...copying, recording: { ...recording, mode: 'off' } } as CameraDto;
  assert.deepEqual(
    [kind({ source: { transport: 'udp' } }, off), kind({ recording: { mode: 'continuous' } }, off)],
    ['none', 'resume'],
  );
});

test('what an override holds, a change of mode does not touch until it ends', () => {
  const until = (noon + 60_000) as NonNullable<Recording['override']>['until'];
  const held = { ...copying, recording: { ...recording, override: { record: true, until } } } as CameraDto;
  assert.equal(kind({ recording: { mode: 'off' } }, held), 'none');
});
