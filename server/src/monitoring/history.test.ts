import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TimeRange, UnixMs } from '@nightjar/contract';
import { temporaryFolder } from '../../testing/recorder.ts';
import { openDatabase } from '../database/index.ts';
import { createLogger } from '../shared/logger.ts';
import { HistoryStore, recorderSubject } from './history.ts';
import { Minute } from './minute.ts';

const minute = 60_000;
const hour = 60 * minute;
const startMs = Date.parse('2026-11-22T12:00:00Z');
const range = (from: number, to: number) => ({ from, to }) as TimeRange;

async function startHistory(t: TestContext) {
  const database = await openDatabase(path.join(temporaryFolder(t), 'nightjar.db'));
  t.after(() => database.close());
  const clock = { now: startMs, nowMs: () => clock.now as UnixMs, monotonicMs: () => clock.now };
  const open = () => new HistoryStore({ db: database.db, clock, log: createLogger({ level: 'silent' }) });
  return { clock, db: database.db, open, history: open() };
}

test('values of a minute come back as means of steps, and numbers as sums; nothing where nothing was measured', async (t) => {
  const { history } = await startHistory(t);
  const measured = Array.from({ length: 90 }, (_, n) => n);
  for (const n of measured) {
    history.record('gate', 'fps', startMs + n * minute, n);
    history.record('gate', 'packetsLost', startMs + n * minute, 1);
  }
  history.record(recorderSubject, 'cpuShare', startMs, 0.25);
  const read = await history.read(range(startMs, startMs + 2 * hour), 12, ['gate', 'garden']);
  assert.deepEqual([read.from, read.to, read.stepMs], [startMs, startMs + 2 * hour, 10 * minute]);
  const [gate, garden] = read.cameras;
  assert.deepEqual(gate?.series.fps, [4.5, 14.5, 24.5, 34.5, 44.5, 54.5, 64.5, 74.5, 84.5, null, null, null]);
  assert.deepEqual(gate?.series.packetsLost, [...Array(9).fill(10), null, null, null]);
  assert.deepEqual(garden?.series.fps, Array(12).fill(null));
  assert.deepEqual(read.recorder.cpuShare, [0.25, ...Array(11).fill(null)]);
});

test('steps are whole minutes, never more than asked for and one, and lie alike whenever one asks', async (t) => {
  const { history } = await startHistory(t);
  const { from, to, stepMs, recorder } = await history.read(range(startMs + 1, startMs + 10 * minute - 1), 4, []);
  assert.deepEqual([from, to, stepMs], [startMs, startMs + 12 * minute, 3 * minute]);
  assert.equal(recorder.cpuShare.length, 4);
  const later = await history.read(range(startMs + 2 * minute, startMs + 12 * minute), 4, []);
  assert.equal(later.from, startMs);
});

test('an hour that a former process began is gone on with', async (t) => {
  const { history, open } = await startHistory(t);
  history.record('gate', 'fps', startMs, 10);
  await history.close();
  const next = open();
  next.record('gate', 'fps', startMs + minute, 20);
  const read = async (history: HistoryStore) =>
    (await history.read(range(startMs, startMs + 3 * minute), 3, ['gate'])).cameras[0]?.series.fps;
  assert.deepEqual(await read(next), [10, 20, null], 'before it is saved');
  await next.close();
  assert.deepEqual(await read(open()), [10, 20, null]);
});

test('what is older than 14 days goes; a camera costs some 50 kB a day', async (t) => {
  const { history, db, clock } = await startHistory(t);
  const series = ['fps', 'bitrateKbps', 'keyframeIntervalMs', 'packetsLost', 'packetsLate', 'reconnects'] as const;
  for (let n = 0; n < 24 * 60; n += 1) {
    for (const each of [...series, 'clockOffsetMs' as const]) history.record('gate', each, startMs + n * minute, n);
  }
  await history.close();
  const size = await db
    .selectFrom('history')
    .select((eb) => [eb.fn.countAll<number>().as('rows'), eb.fn.sum<number>(eb.fn('length', ['samples'])).as('bytes')])
    .executeTakeFirstOrThrow();
  assert.deepEqual(size, { rows: 7 * 24, bytes: 7 * 24 * 240 });
  clock.now += 14 * 24 * hour + 12 * hour;
  await history.prune();
  const { count } = await db
    .selectFrom('history')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  assert.equal(count, 7 * 12);
});

test('a minute hands on the mean of what was measured, and the sum of what was counted', () => {
  const recorded: unknown[] = [];
  const kept = new Minute({ record: (...sample) => recorded.push(sample) });
  assert.equal(kept.check(startMs), false);
  for (const value of [10, 20]) kept.add('gate', 'fps', value);
  for (const value of [3, 4]) kept.add('gate', 'packetsLost', value);
  assert.equal(kept.check(startMs + minute - 1), false);
  assert.deepEqual(recorded, []);
  assert.equal(kept.check(startMs + minute), true);
  assert.equal(kept.check(startMs + 2 * minute), true);
  kept.add('gate', 'fps', 5);
  kept.end();
  assert.deepEqual(recorded, [
    ['gate', 'fps', startMs, 15],
    ['gate', 'packetsLost', startMs, 7],
    ['gate', 'fps', startMs + 2 * minute, 5],
  ]);
});
