import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CameraId, RecordingInput, Span, UnixMs } from '@nightjar/contract';
import { temporaryFolder } from '../../testing/app.ts';
import { CameraStore } from '../camera/store.ts';
import { openDatabase } from '../database/index.ts';
import { createLogger } from '../shared/logger.ts';
import { type Edge, RecordingPlans } from './plans.ts';

const noon = Date.parse('2026-11-23T11:00:00Z');
const hours = (count: number) => count * 3_600_000;
const every = Number.POSITIVE_INFINITY;
const span = (from: string, to: string) => ({ from, to });
const weekOf = (...spans: { from: string; to: string }[]) => {
  const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
  return Object.fromEntries(days.map((day) => [day, spans]));
};

interface Planned {
  cameras: CameraStore;
  plans: RecordingPlans;
  clock: { now: number };
  edges: string[];
  /** Cameras whose windows had to be given anew. */
  given: string[];
  set(recording: RecordingInput): Promise<unknown>;
  /** In hours from noon. */
  windows(): number[][];
}

/** A Monday noon in Vienna. */
async function plan(t: TestContext, recording: RecordingInput): Promise<Planned> {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const state = { now: noon };
  const clock = { nowMs: () => state.now as UnixMs, monotonicMs: () => state.now };
  const database = await openDatabase(`${temporaryFolder(t)}/nightjar.db`);
  t.after(() => database.close());
  const cameras = await CameraStore.open({ db: database.db, clock });
  const log = createLogger({ level: 'silent' });
  const plans = new RecordingPlans({ cameras, clock, timeZone: 'Europe/Vienna', log });
  t.after(() => plans.close());
  await cameras.create({ id: 'yard' as CameraId, name: 'Yard', source: { url: 'rtsp://127.0.0.1/yard' }, recording });
  const [edges, given]: string[][] = [[], []];
  const inHours = (ms: number) => Math.round(((ms - noon) / 3_600_000) * 1_000) / 1_000;
  plans.onEdge(({ cameraId, at, rest }: Edge) => edges?.push(`${cameraId} ${inHours(at)} ${rest}`));
  plans.onWindows((cameraId) => {
    given?.push(cameraId);
    plans.windowsOf(cameraId);
  });
  return {
    ...{ cameras, plans, clock: state, edges: edges ?? [], given: given ?? [] },
    set: (settings) => cameras.update('yard', { recording: settings }),
    windows: () => plans.windowsOf('yard').map(({ from, to }: Span) => [inHours(from), inHours(to)]),
  };
}

test('continuous is one window without ends, off is none', async (t) => {
  const { windows, set, clock } = await plan(t, {});
  assert.deepEqual(windows(), [[-every, every]]);
  await set({ mode: 'off' });
  assert.deepEqual(windows(), [[-every, 0]], 'what was wanted until now is still written');
  clock.now += 61_000;
  assert.deepEqual(windows(), []);
  await set({ override: { record: true, until: (clock.now + hours(1)) as UnixMs } });
  assert.deepEqual(windows(), [[0.017, 1.017]]);
});

test('the windows of a schedule reach two days ahead and are given anew before they end', async (t) => {
  const { windows, plans, clock, given } = await plan(t, {
    mode: 'scheduled',
    schedule: { week: weekOf(span('08:00', '17:00')) },
  });
  assert.deepEqual(windows(), [
    [-1, 5],
    [20, 29],
    [44, 48],
  ]);
  plans.start();
  clock.now += hours(23);
  plans.check();
  assert.deepEqual(given, []);
  clock.now += hours(2);
  plans.check();
  assert.deepEqual(given, ['yard']);
  assert.deepEqual(windows(), [
    [24, 29],
    [44, 53],
    [68, 73],
  ]);
});

test('each edge is told with its own instant, however late the look at the clock', async (t) => {
  const { plans, clock, edges, set } = await plan(t, {
    mode: 'scheduled',
    schedule: { week: weekOf(span('08:00', '17:00')) },
  });
  plans.start();
  clock.now += hours(4.9);
  plans.check();
  assert.deepEqual(edges, []);
  clock.now += hours(16);
  plans.check();
  assert.deepEqual(edges, ['yard 5 schedule', 'yard 20 null']);
  await set({ mode: 'off' });
  assert.deepEqual(edges.slice(2), ['yard 20.9 paused']);
});

test('timers fire at the edge, and often enough to notice a clock that is set', async (t) => {
  const { plans, clock, edges } = await plan(t, {
    mode: 'scheduled',
    schedule: { week: weekOf(span('08:00', '12:01')) },
  });
  plans.start();
  for (let second = 0; second < 60; second += 1) {
    clock.now += 1_000;
    t.mock.timers.tick(1_000);
  }
  assert.deepEqual(edges, ['yard 0.017 schedule']);
  clock.now -= hours(1);
  t.mock.timers.tick(20_000);
  assert.deepEqual(edges.slice(1), ['yard -0.983 null'], 'it is wanted again');
  clock.now += hours(1);
  t.mock.timers.tick(20_000);
  assert.deepEqual(edges.length, 3);
});

test('a clock that is set back takes the windows of former settings with it', async (t) => {
  const { plans, clock, windows, set, given } = await plan(t, {});
  windows();
  plans.start();
  await set({ mode: 'off' });
  assert.deepEqual(windows(), [[-every, 0]]);
  clock.now -= hours(2);
  plans.check();
  assert.deepEqual(given, ['yard']);
  assert.deepEqual(windows(), []);
});

test('a change of the settings is looked after to the second, too', async (t) => {
  const { plans, clock, edges, set } = await plan(t, { mode: 'off' });
  plans.start();
  await set({ override: { record: true, until: (noon + 3_000) as UnixMs } });
  clock.now += 3_000;
  t.mock.timers.tick(3_000);
  assert.deepEqual(edges, ['yard 0 null', 'yard 0.001 paused']);
});

test('an override that is over is taken from the settings', async (t) => {
  const { plans, clock, cameras, edges } = await plan(t, {
    mode: 'off',
    override: { record: true, until: (noon + hours(1)) as UnixMs },
  });
  plans.start();
  assert.ok(cameras.require('yard').recording.override);
  const changed = new Promise((resolve) => cameras.onChange(resolve));
  clock.now += hours(1);
  plans.check();
  assert.deepEqual(edges, ['yard 1 paused']);
  await changed;
  assert.equal(cameras.require('yard').recording.override, null);
  assert.equal(edges.length, 1, 'that changes nothing');
});
