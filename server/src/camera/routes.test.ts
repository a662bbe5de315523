import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CameraSchema, CameraStatusSchema, FootageSummarySchema } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { startTestApp } from '../../testing/app.ts';

const frontDoor = { name: 'Front door', source: { url: 'rtsp://admin:s3cret@10.0.0.1/stream' } };

test('a camera is added, read, changed and removed', async (t) => {
  const { app } = await startTestApp(t);
  const added = await app.inject({ method: 'POST', url: '/api/v1/cameras', payload: frontDoor });
  assert.equal(added.statusCode, 201);
  assert.equal(added.headers.location, '/api/v1/cameras/front-door');
  assert.ok(Value.Check(CameraSchema, added.json()), added.body);
  assert.deepEqual(added.json().source, {
    url: 'rtsp://10.0.0.1/stream',
    transport: 'auto',
    username: 'admin',
    hasPassword: true,
  });

  const url = '/api/v1/cameras/front-door';
  assert.deepEqual((await app.inject(url)).json(), added.json());
  assert.deepEqual((await app.inject('/api/v1/cameras')).json(), [added.json()]);

  const changed = await app.inject({ method: 'PATCH', url, payload: { name: 'Back door', group: 'Yard' } });
  assert.equal(changed.statusCode, 200);
  assert.deepEqual(changed.json(), { ...added.json(), name: 'Back door', group: 'Yard' });

  const removed = await app.inject({ method: 'DELETE', url });
  assert.deepEqual([removed.statusCode, removed.body], [204, '']);
  assert.equal((await app.inject(url)).statusCode, 404);
  assert.deepEqual((await app.inject('/api/v1/cameras')).json(), []);
});

test('a merge patch may call itself one', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const headers = { 'content-type': 'application/merge-patch+json' };
  const url = '/api/v1/cameras/front-door';
  const answer = await app.inject({ method: 'PATCH', url, headers, payload: '{"source":{"password":null}}' });
  assert.equal(answer.json().source.hasPassword, false);
});

test('recording is paused and resumed', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const url = '/api/v1/cameras/front-door/recording';
  for (const mode of ['off', 'continuous']) {
    const answer = await app.inject({ method: 'PUT', url, payload: { mode } });
    assert.deepEqual(answer.json().recording, { mode });
    assert.equal(cameras.require('front-door').recording.mode, mode);
  }
});

test('footage stays unless it is to be deleted', async (t) => {
  const { app, cameras, footageDeleted } = await startTestApp(t);
  for (const id of ['a', 'b', 'c']) await cameras.create({ id, ...frontDoor });
  await app.inject({ method: 'DELETE', url: '/api/v1/cameras/a' });
  await app.inject({ method: 'DELETE', url: '/api/v1/cameras/b?footage=keep' });
  await app.inject({ method: 'DELETE', url: '/api/v1/cameras/c?footage=delete' });
  assert.deepEqual(footageDeleted, ['c']);
  const refused = await app.inject({ method: 'DELETE', url: '/api/v1/cameras/c?footage=shred' });
  assert.equal(refused.json().message, 'footage: must be one of keep, delete');
});

test('status and footage are those of the camera', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const status = (await app.inject('/api/v1/cameras/front-door/status')).json();
  assert.ok(Value.Check(CameraStatusSchema, status));
  assert.equal(status.cameraId, 'front-door');
  const footage = (await app.inject('/api/v1/cameras/front-door/footage')).json();
  assert.ok(Value.Check(FootageSummarySchema, footage));
});

test('a camera that does not exist is 404 everywhere', async (t) => {
  const { app } = await startTestApp(t);
  const requests = [
    ['GET', ''],
    ['PATCH', ''],
    ['DELETE', ''],
    ['PUT', '/recording'],
    ['GET', '/status'],
    ['GET', '/footage'],
  ] as const;
  for (const [method, rest] of requests) {
    const payload = method === 'PUT' ? { mode: 'off' } : {};
    const body = method === 'GET' ? {} : { payload };
    const answer = await app.inject({ method, url: `/api/v1/cameras/Nobody%20here${rest}`, ...body });
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'camera_not_found'], `${method} ${rest}`);
  }
});

test('a second camera with the same id is a conflict', async (t) => {
  const { app, cameras } = await startTestApp(t);
  await cameras.create(frontDoor);
  const payload = { id: 'front-door', ...frontDoor };
  const answer = await app.inject({ method: 'POST', url: '/api/v1/cameras', payload });
  assert.deepEqual([answer.statusCode, answer.json().code, answer.json().field], [409, 'camera_exists', 'id']);
});

test('settings survive a restart of the whole app', async (t) => {
  const first = await startTestApp(t);
  const payload = { ...frontDoor, group: 'Yard', video: { mode: 'encode', overlay: { text: 'Gate' } } };
  const added = await first.app.inject({ method: 'POST', url: '/api/v1/cameras', payload });
  await first.app.close();
  const second = await startTestApp(t, { file: first.file });
  assert.deepEqual((await second.app.inject('/api/v1/cameras')).json(), [added.json()]);
  assert.equal(second.cameras.require('front-door').source.password, 's3cret');
});
