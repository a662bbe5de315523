import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraDto, CameraStatus, Storage, SystemInfo, VolumeDto } from '@nightjar/contract';
import { problemsOf } from './problems.ts';

const nowMs = Date.parse('2026-11-22T13:03:22Z');
const camera = (id: string, maxAgeDays: number | null = null) =>
  ({ id, name: id.toUpperCase(), recording: { mode: 'continuous' }, retention: { maxAgeDays } }) as CameraDto;
const waiting = (cameraId: string): CameraStatus => ({
  cameraId,
  substream: null,
  state: 'waiting',
  since: nowMs - 300_000,
  failures: 3,
  retryAt: nowMs + 5_000,
  code: 'camera_unreachable',
  reason: 'Check its power.',
});
const storage = (volumes: Array<Partial<VolumeDto>>, keepsDays: number | null = null) =>
  ({ volumes, forecast: { bytesPerDay: 1, fullInDays: 3, keepsDays } }) as Storage;
const system = (clock: Partial<SystemInfo['clock']>, writeBacklogBytes = 0) =>
  ({ clock: { synchronized: true, lastStepAt: null, ...clock }, writeBacklogBytes }) as SystemInfo;

const problems = (facts: Partial<Parameters<typeof problemsOf>[0]>) =>
  problemsOf({
    cameras: [],
    statuses: new Map(),
    storage: undefined,
    system: undefined,
    nowMs,
    timeZone: 'Europe/Vienna',
    ...facts,
  });

test('nothing wrong is an empty list, also while not everything is known', () => {
  assert.deepEqual(problems({}), []);
  const well = storage([{ use: 'record', state: 'ready' }], 30);
  assert.deepEqual(problems({ cameras: [camera('yard', 14)], storage: well, system: system({}) }), []);
});

test('a camera that should record and does not says since when and why', () => {
  const statuses = new Map([['yard', waiting('yard')]]);
  assert.deepEqual(problems({ cameras: [camera('yard'), camera('door')], statuses }), [
    {
      id: 'camera yard',
      kind: 'stopped',
      title: 'YARD: not reachable',
      detail: 'Since 13:58. Check its power.',
      href: '/cameras/yard/settings',
      place: 'Camera',
    },
  ]);
});

test('what stops recording comes before what does not', () => {
  const found = problems({
    cameras: [camera('yard')],
    statuses: new Map([['yard', waiting('yard')]]),
    storage: storage([
      { id: 'a', name: 'A', use: 'record', state: 'missing', message: 'Mount it.' },
      { id: 'b', name: 'B', use: 'record', state: 'ready' },
    ]),
  });
  assert.deepEqual(
    found.map(({ id, kind }) => [id, kind]),
    [
      ['camera yard', 'stopped'],
      ['storage', 'notice'],
    ],
  );
  assert.equal(problems({ storage: storage([]) })[0]?.kind, 'stopped');
});

test('the clock is a problem while it is not synchronised, and for a day after it was set', () => {
  const ids = (clock: Partial<SystemInfo['clock']>) => problems({ system: system(clock) }).map(({ id }) => id);
  assert.deepEqual(ids({ synchronized: false }), ['clock']);
  assert.deepEqual(ids({ synchronized: null }), []);
  assert.deepEqual(ids({ lastStepAt: nowMs - 3_600_000 }), ['clock-step']);
  assert.deepEqual(ids({ lastStepAt: nowMs - 90_000_000 }), []);
});

test('a disk that does not keep up is a problem', () => {
  assert.deepEqual(
    problems({ system: system({}, 80_000_000) }).map(({ title }) => title),
    ['The disk does not keep up'],
  );
});

test('room for fewer days than cameras should keep is a problem', () => {
  const ready = [{ use: 'record', state: 'ready' }] as const;
  const [problem] = problems({ cameras: [camera('yard', 30), camera('door')], storage: storage([...ready], 9.5) });
  assert.equal(problem?.title, 'Room for 9 days, not for 30 days');
  assert.match(problem?.detail ?? '', /^YARD should/);
});
