import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Mark, type MarkCreate, MarkSchema } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { startTestApp, type TestApp } from '../../testing/app.ts';
import { systemClock as clock } from '../shared/clock.ts';
import { markRoutes } from './mark-routes.ts';
import { MarkStore } from './marks.ts';

async function startWithMarks(t: TestContext, cameraIds = ['door']): Promise<TestApp & { changes(): number }> {
  let changes = 0;
  const onChange = () => {
    changes += 1;
  };
  const test = await startTestApp(t, {
    routes: ({ db, cameras }) => [(app) => markRoutes(app, { marks: new MarkStore({ db, clock, cameras, onChange }) })],
  });
  for (const id of cameraIds) await test.cameras.create({ id, name: id, source: { url: `rtsp://127.0.0.1/${id}` } });
  return { ...test, changes: () => changes };
}

const post = ({ app }: TestApp, payload: unknown) =>
  app.inject({ method: 'POST', url: '/api/v1/marks', payload: payload as MarkCreate });
const lock = { cameraId: 'door', kind: 'lock', from: 1_000, to: 2_000 };

test('a mark is made, read, changed and removed', async (t) => {
  const recorder = await startWithMarks(t);
  const made = await post(recorder, { ...lock, title: 'Broken window' });
  assert.equal(made.statusCode, 201, made.body);
  const mark = made.json<Mark>();
  assert.ok(Value.Check(MarkSchema, mark));
  assert.deepEqual(mark, {
    ...lock,
    id: mark.id,
    title: 'Broken window',
    note: '',
    madeBy: '127.0.0.1',
    createdAt: mark.createdAt,
  });
  const url = String(made.headers.location);
  assert.equal(url, `/api/v1/marks/${mark.id}`);

  const payload = { kind: 'bookmark', to: 3_000, note: 'Reported' };
  const changed = await recorder.app.inject({ method: 'PATCH', url, payload });
  assert.deepEqual(changed.json(), { ...mark, ...payload });
  assert.deepEqual((await recorder.app.inject('/api/v1/marks')).json(), [changed.json()]);

  const removed = await recorder.app.inject({ method: 'DELETE', url });
  assert.deepEqual([removed.statusCode, removed.body], [204, '']);
  assert.deepEqual((await recorder.app.inject('/api/v1/marks')).json(), []);
  for (const method of ['PATCH', 'DELETE'] as const) {
    const answer = await recorder.app.inject({ method, url, ...(method === 'PATCH' && { payload }) });
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'mark_not_found']);
  }
});

test('a mark says who made it, and a change by another does not take it over', async (t) => {
  const recorder = await startWithMarks(t);
  const mark = (await post(recorder, { ...lock, madeBy: ' Anna ' })).json<Mark>();
  assert.equal(mark.madeBy, 'Anna');
  assert.equal((await post(recorder, { ...lock, madeBy: ' ' })).json<Mark>().madeBy, '127.0.0.1');
  assert.equal((await post(recorder, { ...lock, madeBy: 'A'.repeat(81) })).statusCode, 400);
  const url = `/api/v1/marks/${mark.id}`;
  const changed = await recorder.app.inject({ method: 'PATCH', url, payload: { note: 'Seen by Ben' } });
  assert.deepEqual(changed.json(), { ...mark, note: 'Seen by Ben' });
});

test('every change is told, nothing else is', async (t) => {
  const recorder = await startWithMarks(t);
  const { id } = (await post(recorder, lock)).json<Mark>();
  assert.equal(recorder.changes(), 1);
  const url = `/api/v1/marks/${id}`;
  await recorder.app.inject({ method: 'PATCH', url, payload: { title: 'Seen' } });
  assert.equal(recorder.changes(), 2);
  await recorder.app.inject({ method: 'PATCH', url, payload: { to: 1_000 } });
  await post(recorder, { ...lock, cameraId: 'nobody' });
  await recorder.app.inject(url);
  await recorder.app.inject('/api/v1/marks');
  assert.equal(recorder.changes(), 2);
  await recorder.app.inject({ method: 'DELETE', url });
  await recorder.app.inject({ method: 'DELETE', url });
  assert.equal(recorder.changes(), 3);
});

test('marks are listed by camera and by the range that they overlap', async (t) => {
  const recorder = await startWithMarks(t, ['door', 'yard']);
  await post(recorder, { ...lock, title: 'second', from: 2_000, to: 3_000 });
  await post(recorder, { ...lock, title: 'first' });
  await post(recorder, { ...lock, title: 'other', cameraId: 'yard' });
  const titles = async (query: string) =>
    (await recorder.app.inject(`/api/v1/marks?${query}`)).json<Mark[]>().map(({ title }) => title);
  assert.deepEqual(await titles(''), ['first', 'other', 'second']);
  assert.deepEqual(await titles('cameraId=door'), ['first', 'second']);
  assert.deepEqual(await titles('cameraId=door&from=2000'), ['second']);
  assert.deepEqual(await titles('cameraId=door&to=2000'), ['first']);
  assert.deepEqual(await titles('cameraId=nobody'), []);
});

test('a mark needs a range and a camera', async (t) => {
  const recorder = await startWithMarks(t);
  const refusal = async (changes: object) => {
    const answer = await post(recorder, { ...lock, ...changes });
    return [answer.statusCode, answer.json().code, answer.json().field];
  };
  assert.deepEqual(await refusal({ to: 1_000 }), [400, 'invalid_range', 'to']);
  assert.deepEqual(await refusal({ to: 1e300 }), [400, 'invalid_request', 'to']);
  assert.deepEqual(await refusal({ kind: 'wish' }), [400, 'invalid_request', 'kind']);
  assert.deepEqual(await refusal({ cameraId: 'nobody' }), [404, 'camera_not_found', undefined]);
  const { id } = (await post(recorder, lock)).json<Mark>();
  const patched = await recorder.app.inject({ method: 'PATCH', url: `/api/v1/marks/${id}`, payload: { from: 2_000 } });
  assert.deepEqual([patched.statusCode, patched.json().code], [400, 'invalid_range']);
});
