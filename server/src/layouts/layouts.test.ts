import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Layout, LayoutSchema } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { startTestApp } from '../../testing/app.ts';
import { waitFor } from '../../testing/wait.ts';
import { layoutRoutes } from './routes.ts';
import { LayoutStore } from './store.ts';

async function startWithLayouts(t: TestContext, { cameraIds = ['door', 'yard'], file = '' } = {}) {
  let changes = 0;
  const onChange = () => {
    changes += 1;
  };
  const started = await startTestApp(t, {
    ...(file && { file }),
    routes: ({ db, cameras, log }) => {
      const layouts = new LayoutStore({ db, cameras, log, onChange });
      return [(app) => layoutRoutes(app, { layouts }), (app) => void app.addHook('onClose', () => layouts.settled())];
    },
  });
  for (const id of cameraIds) await started.cameras.create({ id, name: id, source: { url: `rtsp://127.0.0.1/${id}` } });
  const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path = '', payload?: object) => {
    const answer = await started.app.inject({ method, url: `/api/v1/layouts${path}`, ...(payload && { payload }) });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body ? answer.json() : null };
  };
  return { ...started, call, changes: () => changes };
}

test('a layout is saved, read, changed and removed, and each change is told', async (t) => {
  const { call, changes } = await startWithLayouts(t);
  const made = await call('POST', '', { name: ' Shop floor ', tiles: 4, cameraIds: ['door', null, 'yard', null] });
  assert.deepEqual([made.status, made.headers.location], [201, '/api/v1/layouts/shop-floor']);
  assert.ok(Value.Check(LayoutSchema, made.body));
  const layout: Layout = {
    id: 'shop-floor',
    name: 'Shop floor',
    tiles: 4,
    shows: 'cameras',
    cameraIds: ['door', null, 'yard'],
    groups: [],
    rotateSeconds: null,
  };
  assert.deepEqual(made.body, layout, 'a place at the end that is empty is none');
  const patch = { name: 'SHOP FLOOR', cameraIds: [null, 'yard'], rotateSeconds: 20 };
  assert.deepEqual((await call('PATCH', '/shop-floor', patch)).body, { ...layout, ...patch });
  assert.deepEqual((await call('GET')).body, [{ ...layout, ...patch }]);
  assert.deepEqual((await call('GET', '/shop-floor')).body, { ...layout, ...patch });
  assert.equal(changes(), 2);
  assert.equal((await call('DELETE', '/shop-floor')).status, 204);
  assert.equal(changes(), 3);
  for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
    const { status, body } = await call(method, '/shop-floor', method === 'PATCH' ? patch : undefined);
    assert.deepEqual([status, body.code], [404, 'layout_not_found']);
  }
});

test('layouts are listed by name as people count', async (t) => {
  const { call } = await startWithLayouts(t);
  for (const name of ['Hall 10', 'hall 2', 'Entrance']) assert.equal((await call('POST', '', { name })).status, 201);
  const names = (await call('GET')).body.map((layout: Layout) => layout.name);
  assert.deepEqual(names, ['Entrance', 'hall 2', 'Hall 10']);
});

test('names are unique whatever their case, ids keep clear of those the pages use', async (t) => {
  const { call } = await startWithLayouts(t);
  assert.equal((await call('POST', '', { name: 'All' })).body.id, 'all-2');
  assert.equal((await call('POST', '', { name: '玄関' })).body.id, 'layout');
  await call('POST', '', { name: 'Yard' });
  for (const [method, path, name] of [
    ['POST', '', 'yard '],
    ['PATCH', '/all-2', 'YARD'],
  ] as const) {
    const { status, body } = await call(method, path, { name });
    assert.deepEqual([status, body.code, body.field], [409, 'layout_exists', 'name']);
  }
});

test('what is no layout is refused, with the field at fault', async (t) => {
  const { call } = await startWithLayouts(t);
  const fieldOf = async (body: object) => (await call('POST', '', { name: 'Wall', ...body })).body.field;
  assert.equal(await fieldOf({ name: '  ' }), 'name');
  assert.equal(await fieldOf({ tiles: 5 }), 'tiles');
  assert.equal(await fieldOf({ cameraIds: ['door', 'nobody'] }), 'cameraIds.1');
  assert.equal(await fieldOf({ cameraIds: Array(401).fill(null) }), 'cameraIds');
  assert.equal(await fieldOf({ rotateSeconds: 4 }), 'rotateSeconds');
  assert.equal(await fieldOf({ shows: 'some' }), 'shows');
});

test('a camera that is deleted leaves its places empty, also for another one with its id', async (t) => {
  const recorder = await startWithLayouts(t);
  const { call, cameras, changes } = recorder;
  await call('POST', '', { name: 'Wall', cameraIds: ['door', 'yard', 'door'] });
  const before = changes();
  await cameras.delete('door');
  await waitFor('the layout is told', async () => changes() > before || null);
  await cameras.create({ id: 'door', name: 'Another', source: { url: 'rtsp://127.0.0.1/other' } });
  assert.deepEqual((await call('GET', '/wall')).body.cameraIds, [null, 'yard']);
});

test('layouts are there after a restart, without cameras that went meanwhile', async (t) => {
  const first = await startWithLayouts(t);
  await first.call('POST', '', { name: 'Wall', cameraIds: ['door', 'yard'] });
  await first.app.close();
  // As if it had died between the two.
  const { openDatabase } = await import('../database/index.ts');
  const { db, close } = await openDatabase(first.file);
  await db.updateTable('cameras').set({ deleted_at: 1 }).where('id', '=', 'yard').execute();
  await close();
  const second = await startWithLayouts(t, { cameraIds: [], file: first.file });
  assert.deepEqual((await second.call('GET', '/wall')).body.cameraIds, ['door']);
});
