import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startTestApp, temporaryFolder } from '../../testing/app.ts';

const page = '<!doctype html><title>Nightjar</title>';
const asPage = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

async function startWithWeb(t: TestContext) {
  const webRoot = path.join(temporaryFolder(t), 'dist');
  fs.mkdirSync(webRoot);
  fs.writeFileSync(path.join(webRoot, 'index.html'), page);
  fs.writeFileSync(path.join(webRoot, 'favicon.svg'), '<svg/>');
  fs.mkdirSync(path.join(webRoot, 'assets'));
  fs.writeFileSync(path.join(webRoot, 'assets', 'index-4f3a.js'), `"${'x'.repeat(5_000)}"`);
  fs.writeFileSync(path.join(webRoot, '..', 'outside.txt'), 'secret');
  return startTestApp(t, { webRoot });
}

test('the page is asked for anew each time, its hashed assets never', async (t) => {
  const { app } = await startWithWeb(t);
  const index = await app.inject('/');
  assert.equal(index.body, page);
  assert.equal(index.headers['cache-control'], 'no-cache');
  assert.ok(index.headers.etag);
  const again = await app.inject({ url: '/', headers: { 'if-none-match': String(index.headers.etag) } });
  assert.equal(again.statusCode, 304);
  const script = await app.inject({ url: '/assets/index-4f3a.js', headers: { 'accept-encoding': 'br' } });
  assert.equal(script.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(script.headers['content-encoding'], 'br');
  assert.match(String(script.headers['content-type']), /javascript/);
  assert.equal((await app.inject('/favicon.svg')).headers['cache-control'], 'no-cache');
});

test('an address inside the web interface answers its page', async (t) => {
  const { app } = await startWithWeb(t);
  for (const url of ['/playback/front-door?at=1', '/cameras', '/cameras/v1.2']) {
    const answer = await app.inject({ url, headers: asPage });
    assert.deepEqual([answer.statusCode, answer.body], [200, page], url);
    assert.equal(answer.headers['cache-control'], 'no-cache');
  }
});

test('a missing file, an address of the API and anything but reading is no page', async (t) => {
  const { app } = await startWithWeb(t);
  const requests = [
    { url: '/assets/index-old.js', headers: asPage },
    { url: '/api/v1/nothing', headers: asPage },
    { url: '/api', headers: asPage },
    { url: '/favicon.ico', headers: { accept: 'image/*' } },
    { method: 'POST' as const, url: '/cameras', headers: asPage },
  ];
  for (const request of requests) {
    const answer = await app.inject(request);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found'], request.url);
  }
});

test('nothing outside the folder is served', async (t) => {
  const { app } = await startWithWeb(t);
  for (const url of [
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/%00',
  ]) {
    const answer = await app.inject(url);
    assert.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${url}: ${answer.statusCode}`);
    assert.ok(!answer.body.includes('secret'));
    assert.ok(answer.json().code, answer.body);
  }
});

test('without a web interface there is the API alone', async (t) => {
  const { app } = await startTestApp(t, { webRoot: '/nowhere' });
  assert.equal((await app.inject({ url: '/', headers: asPage })).statusCode, 404);
  assert.equal((await app.inject('/healthz')).statusCode, 200);
});
