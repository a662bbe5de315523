import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type CameraDto, wholeWeek } from '@nightjar/contract';
import {
  createOf,
  defaultArchive,
  emptyForm,
  emptySubstream,
  formOf,
  patchOf,
  type SettingsForm,
} from './settings-form.ts';

const schedule = { week: wholeWeek(), exceptions: [] };
const camera = {
  id: 'yard',
  name: 'Yard',
  group: 'Outside',
  source: { url: 'rtsp://10.0.0.2/1', transport: 'auto', username: 'admin', hasPassword: true },
  substream: null,
  video: { mode: 'copy', bitrateKbps: 2000, fps: null, height: null, keyframeSeconds: 2, overlay: null },
  audio: { mode: 'auto' },
  recording: { mode: 'continuous', schedule, override: null },
  retention: { maxAgeDays: null, maxSizeBytes: 5e9 },
  archive: null,
  alerts: { downAfterSeconds: 120 },
  createdAt: 0,
} as unknown as CameraDto;

const edited = (change: Partial<SettingsForm>) => patchOf(camera, { ...formOf(camera), ...change });

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
  assert.deepEqual(edited({ maxSizeBytes: null }), { retention: { maxSizeBytes: null } });
});

test('mode and schedule are changed apart; the override is none of the form’s', () => {
  assert.deepEqual(edited({ mode: 'off' }), { recording: { mode: 'off' } });
  const nights = { ...schedule, week: { ...schedule.week, monday: [{ from: '18:00', to: '06:00' }] } };
  assert.deepEqual(edited({ schedule: nights }), { recording: { schedule: nights } });
});

test('an archive is set whole, and taken away with null', () => {
  assert.deepEqual(edited({ archive: defaultArchive }), { archive: defaultArchive });
  const archived = { ...camera, archive: defaultArchive };
  assert.deepEqual(patchOf(archived, { ...formOf(archived), archive: null }), { archive: null });
});

test('a substream is given whole, changed by field and taken away with null', () => {
  const substream = { ...emptySubstream, url: '10.0.0.2/2', use: 'record' as const };
  assert.deepEqual(edited({ substream }), {
    substream: { url: 'rtsp://10.0.0.2/2', transport: 'auto', record: true, connect: 'always' },
  });
  const dto = { url: 'rtsp://10.0.0.2/2', transport: 'auto', hasPassword: true, record: false, connect: 'on-demand' };
  const having = { ...camera, substream: dto } as CameraDto;
  const form = formOf(having);
  assert.deepEqual(patchOf(having, form), {});
  assert.deepEqual(patchOf(having, { ...form, substream: form.substream && { ...form.substream, use: 'watch' } }), {
    substream: { record: false, connect: 'always' },
  });
  assert.deepEqual(patchOf(having, { ...form, substream: null }), { substream: null });
});
