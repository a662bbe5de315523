import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { HealthSchema, ReadinessSchema, RecorderSchema } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { gapsInReference, operationsOf } from '../../testing/api-checks.ts';
import { startTestApp } from '../../testing/app.ts';
import type { App } from '../shared/route.ts';

test('health, readiness and the recorder answer as the contract says', async (t) => {
  const { app } = await startTestApp(t);
  assert.ok(Value.Check(HealthSchema, (await app.inject('/healthz')).json()));
  assert.ok(Value.Check(ReadinessSchema, (await app.inject('/readyz')).json()));
  const recorder = await app.inject('/api/v1/recorder');
  assert.ok(Value.Check(RecorderSchema, recorder.json()));
  assert.equal(recorder.headers['cache-control'], 'no-store');
});

test('a recorder that is still starting is alive but not ready', async (t) => {
  const { app } = await startTestApp(t, { ready: false });
  assert.equal((await app.inject('/healthz')).statusCode, 200);
  const readiness = await app.inject('/readyz');
  assert.deepEqual([readiness.statusCode, readiness.json().status], [503, 'starting']);
});

test('the reference tells of every route, and all about it', async (t) => {
  const { app } = await startTestApp(t);
  const operations = await operationsOf(app);
  assert.deepEqual(operations.flatMap(gapsInReference), []);
  const routes = operations.map(({ method, path }) => `${method} ${path}`);
  for (const route of ['POST /api/v1/cameras', 'GET /api/v1/events', 'GET /healthz']) assert.ok(routes.includes(route));
  const document = (await app.inject('/api/v1/openapi.json')).json();
  assert.equal(document.openapi, '3.1.0');
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  assert.ok(references.includes('CameraCreate') && references.includes('CameraStatus'));
  assert.deepEqual(
    references.filter((name) => !(String(name) in document.components.schemas)),
    [],
  );
});

test('the reference page is there, with all it loads', async (t) => {
  const { app } = await startTestApp(t);
  const page = await app.inject('/api/docs/');
  assert.equal(page.statusCode, 200);
  const files = [...page.body.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map(([, file]) => `/api/docs/${file}`);
  assert.ok(files.length >= 4);
  for (const file of files) assert.equal((await app.inject(file)).statusCode, 200, file);
  assert.ok(!/<script>|<script [^>]*>[^\s<]/.test(page.body), 'no inline script, which the CSP would stop');
  const initializer = await app.inject('/api/docs/static/swagger-initializer.js');
  assert.ok(initializer.body.includes('/api/v1/openapi.json'));
});

test('the security headers let a player work over plain http', async (t) => {
  const { app } = await startTestApp(t);
  for (const url of ['/healthz', '/api/v1/cameras', '/api/docs/', '/nothing']) {
    const { headers } = await app.inject(url);
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /media-src 'self' blob:;/, url);
    assert.match(policy, /worker-src 'self' blob:;/);
    assert.match(policy, /img-src 'self' data: blob:;/);
    assert.match(policy, /script-src 'self';/);
    assert.ok(!policy.includes('upgrade-insecure-requests'));
    assert.equal(headers['strict-transport-security'], undefined);
    assert.equal(headers['cross-origin-opener-policy'], undefined);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['x-powered-by'], undefined);
  }
});

test('playlists and JSON are compressed; media and small answers are not', async (t) => {
  const line = '#EXTINF:6.000,\n';
  const routes = (app: App) => {
    app.get('/long.m3u8', (_, reply) => reply.type('application/vnd.apple.mpegurl').send(line.repeat(1_000)));
    app.get('/long.json', () => ({ text: line.repeat(1_000) }));
    app.get('/long.mp4', (_, reply) => reply.type('video/mp4').send(Buffer.alloc(100_000)));
    app.get('/short.json', () => ({}));
  };
  const { app } = await startTestApp(t, { routes: () => [routes] });
  const get = (url: string) => app.inject({ url: `/api/v1/${url}`, headers: { 'accept-encoding': 'gzip' } });
  const playlist = await get('long.m3u8');
  assert.equal(playlist.headers['content-encoding'], 'gzip');
  assert.equal(gunzipSync(playlist.rawPayload).toString(), line.repeat(1_000));
  assert.equal((await get('long.json')).headers['content-encoding'], 'gzip');
  for (const url of ['long.mp4', 'short.json']) {
    const answer = await get(url);
    assert.equal(answer.headers['content-encoding'], undefined, url);
    assert.equal(Number(answer.headers['content-length']), answer.rawPayload.length);
  }
});

test('each answer is logged at debug, none at info', async (t) => {
  const { app, log } = await startTestApp(t);
  await app.inject('/api/v1/cameras?x=1');
  const lines = log()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    lines.map(({ level, method, url, status, msg }) => ({ level, method, url, status, msg })),
    [{ level: 'debug', method: 'GET', url: '/api/v1/cameras?x=1', status: 200, msg: 'answered' }],
  );
});
