import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Mark, MarkCreate } from '@nightjar/contract';
import { filesBelow, layFootage, pathFor } from '../../testing/footage.ts';
import { startRecorder } from '../../testing/recorder.ts';
import { RetentionEngine } from './engine.ts';
import { markRoutes } from './mark-routes.ts';
import { MarkStore } from './marks.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
const day = 24 * 60 * minute;
/** Begin of what is too old. */
const oldFrom = noon - 9 * day;

/** Two cameras that keep two days, with the API of marks. */
async function startCleaning(t: TestContext) {
  const onChange = () => {};
  const recorder = await startRecorder(t, {
    now: noon,
    cameras: ['yard', 'door'],
    routes: ({ database, clock, cameras }) => {
      const marks = new MarkStore({ db: database.db, clock, cameras, onChange });
      return (app) => markRoutes(app, { marks });
    },
  });
  const { database, volumes, dataDir, logger: log } = recorder;
  for (const id of ['yard', 'door']) await recorder.cameras.update(id, { retention: { maxAgeDays: 2 } });
  const engine = new RetentionEngine({ ...recorder, db: database.db, log });
  return {
    clock: recorder.clock,
    lay: (cameraId: string, startMs: number, minutes: number) =>
      layFootage({
        ...{ db: database.db, root: dataDir, volumeId: volumes.dataFolder.id },
        ...{ cameraId, startMs, minutes },
      }),
    async mark(payload: Pick<MarkCreate, 'cameraId' | 'kind' | 'from' | 'to'>) {
      const answer = await recorder.app.inject({ method: 'POST', url: '/api/v1/marks', payload });
      assert.equal(answer.statusCode, 201, answer.body);
      return answer.json<Mark>();
    },
    unmark: (id: number) => recorder.app.inject({ method: 'DELETE', url: `/api/v1/marks/${id}` }),
    /** What cleaning leaves, of the footage laid. */
    async left() {
      await engine.freeSpaceNow();
      return filesBelow(path.join(dataDir, 'recordings')).map((file) => `recordings/${file}`);
    },
  };
}

/** Minutes of the old footage, as their files are called. */
const minutesOf = (cameraId: string, ...minutes: number[]): string[] =>
  minutes.map((at) => pathFor(cameraId, oldFrom + at * minute));

test('a bookmark keeps its footage as a lock does, of its own camera only, until it is removed', async (t) => {
  const { lay, mark, unmark, left } = await startCleaning(t);
  for (const id of ['yard', 'door']) await lay(id, oldFrom, 10);
  const range = (fromMinute: number, toMinute: number) => ({
    from: oldFrom + fromMinute * minute,
    to: oldFrom + toMinute * minute,
  });
  const bookmark = await mark({ cameraId: 'yard', kind: 'bookmark', ...range(1.5, 2.5) });
  await mark({ cameraId: 'yard', kind: 'lock', ...range(2.2, 4) });
  await mark({ cameraId: 'door', kind: 'bookmark', ...range(9.5, 9.51) });
  assert.deepEqual(await left(), [...minutesOf('door', 9), ...minutesOf('yard', 1, 2, 3)]);
  await unmark(bookmark.id);
  assert.deepEqual(await left(), [...minutesOf('door', 9), ...minutesOf('yard', 2, 3)]);
});

test('a mark where nothing is recorded keeps nothing, one in the future what will be recorded', async (t) => {
  const { clock, lay, mark, left } = await startCleaning(t);
  await lay('yard', oldFrom, 3);
  await mark({ cameraId: 'yard', kind: 'lock', from: oldFrom - day, to: oldFrom });
  await mark({ cameraId: 'yard', kind: 'lock', from: oldFrom + 3 * minute, to: oldFrom + day });
  assert.deepEqual(await left(), []);

  const tomorrow = noon + day;
  await mark({ cameraId: 'yard', kind: 'bookmark', from: tomorrow + minute, to: tomorrow + 2 * minute });
  await lay('yard', tomorrow, 3);
  clock.now = tomorrow + 3 * day;
  assert.deepEqual(await left(), [pathFor('yard', tomorrow + minute)]);
});
