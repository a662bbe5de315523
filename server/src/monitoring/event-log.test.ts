import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ServerEvent, UnixMs } from '@nightjar/contract';
import { temporaryFolder } from '../../testing/recorder.ts';
import { openDatabase } from '../database/index.ts';
import { createLogger } from '../shared/logger.ts';
import { EventLog } from './event-log.ts';

const startMs = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
const day = 86_400_000;

async function startLog(t: TestContext) {
  const database = await openDatabase(path.join(temporaryFolder(t), 'nightjar.db'));
  const clock = { now: startMs, nowMs: () => clock.now as UnixMs, monotonicMs: () => clock.now };
  const published: ServerEvent[] = [];
  const log = createLogger({ level: 'silent' });
  const open = async () => {
    const events = new EventLog({ db: database.db, clock, log, publish: (event) => published.push(event) });
    await events.start();
    return events;
  };
  const events = await open();
  t.after(async () => {
    await events.close();
    await database.close();
  });
  return { events, clock, published, open };
}

const down = { kind: 'camera_interrupted', level: 'warning', message: 'No answer.', cameraId: 'garden' } as const;

test('events are published at once and listed newest first, by range, camera and level, page after page', async (t) => {
  const { events, clock, published } = await startLog(t);
  events.add({ kind: 'recorder_started', level: 'info', message: 'Started.' });
  clock.now += 1_000;
  events.add({ ...down, since: clock.now - 500, code: 'camera_unreachable' });
  clock.now += 1_000;
  events.add({ kind: 'camera_down', level: 'alert', message: 'Down.', cameraId: 'gate' });
  assert.equal(published.length, 3);
  const kinds = async (filter: Partial<Parameters<EventLog['list']>[0]>) =>
    (await events.list({ limit: 10, ...filter })).map(({ kind }) => kind);
  assert.deepEqual(await kinds({}), ['camera_down', 'camera_interrupted', 'recorder_started']);
  assert.deepEqual(await kinds({ limit: 1 }), ['camera_down']);
  assert.deepEqual(await kinds({ before: 3, limit: 1 }), ['camera_interrupted']);
  assert.deepEqual(await kinds({ cameraId: 'garden' }), ['camera_interrupted']);
  assert.deepEqual(await kinds({ level: 'warning' }), ['camera_down', 'camera_interrupted']);
  assert.deepEqual(await kinds({ level: 'alert' }), ['camera_down']);
  const range = { from: (startMs + 1_000) as UnixMs, to: (startMs + 2_000) as UnixMs };
  assert.deepEqual(await kinds(range), ['camera_interrupted']);
  assert.deepEqual((await events.list({ cameraId: 'garden', limit: 1 }))[0], {
    ...{ id: 2, at: startMs + 1_000, since: startMs + 500, count: 1, lastAt: startMs + 1_000 },
    ...{ cameraId: 'garden', kind: 'camera_interrupted', level: 'warning' },
    ...{ message: 'No answer.', code: 'camera_unreachable' },
  });
});

test('a camera that flaps every second for a day leaves some 150 events that count all', async (t) => {
  const { events, clock } = await startLog(t);
  for (let second = 0; second < 86_400; second += 1) {
    events.add(down);
    clock.now += 1_000;
  }
  events.add({ ...down, cameraId: 'gate' });
  const listed = await events.list({ limit: 1_000, cameraId: 'garden' });
  assert.ok(listed.length > 140 && listed.length < 160, `${listed.length}`);
  assert.equal(
    listed.reduce((sum, { count }) => sum + count, 0),
    86_400,
  );
  assert.equal(listed[0]?.lastAt, clock.now - 1_000);
  assert.equal((await events.list({ limit: 10, cameraId: 'gate' })).length, 1, 'another camera is told by itself');
  const whole = { from: startMs as UnixMs, to: (startMs + 2 * day) as UnixMs };
  assert.deepEqual(await events.count(whole), { info: 0, warning: 86_401, alert: 0 });
});

test('after quiet hours each event is told by itself again', async (t) => {
  const { events, clock } = await startLog(t);
  for (let n = 0; n < 20; n += 1) events.add(down);
  assert.equal((await events.list({ limit: 100 })).length, 6);
  clock.now += 120 * minute;
  await events.prune();
  for (let n = 0; n < 3; n += 1) events.add(down);
  assert.equal((await events.list({ limit: 100 })).length, 9);
});

test('the log keeps 90 days, and goes on after a restart', async (t) => {
  const { events, clock, open } = await startLog(t);
  events.add({ ...down, message: 'Old.' });
  clock.now += 60 * day;
  events.add({ kind: 'camera_down', level: 'alert', message: 'Down.', cameraId: 'garden' });
  clock.now += 31 * day;
  await events.close();
  const again = await open();
  t.after(() => again.close());
  again.add({ kind: 'recorder_started', level: 'info', message: 'Started.' });
  assert.deepEqual(
    (await again.list({ limit: 10 })).map(({ id, kind }) => [id, kind]),
    [
      [3, 'recorder_started'],
      [2, 'camera_down'],
    ],
  );
});

test('the newest of some kinds is known for each camera', async (t) => {
  const { events, clock } = await startLog(t);
  const told = [
    ['garden', 'camera_down'],
    ['gate', 'camera_down'],
    ['garden', 'camera_up'],
    ['garden', 'camera_interrupted'],
  ] as const;
  for (const [cameraId, kind] of told) {
    events.add({ kind, level: 'info', message: '', cameraId });
    clock.now += 1;
  }
  const newest = await events.newestOf(['camera_down', 'camera_up']);
  assert.deepEqual(
    [...newest].map(([cameraId, { kind }]) => [cameraId, kind]),
    [
      ['garden', 'camera_up'],
      ['gate', 'camera_down'],
    ],
  );
});
