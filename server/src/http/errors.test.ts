import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import { ApiErrorSchema } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { startTestApp } from '../../testing/app.ts';
import { NvrError } from '../shared/errors.ts';
import { type App, failures } from '../shared/route.ts';

const json = { 'content-type': 'application/json' };

test('an address that does not exist is 404, a method it does not have is 405 with Allow', async (t) => {
  const { app } = await startTestApp(t);
  const missing = await app.inject('/api/v1/nothing');
  assert.deepEqual([missing.statusCode, missing.json().code], [404, 'not_found']);
  for (const [method, url, allow] of [
    ['DELETE', '/api/v1/cameras', 'GET, HEAD, POST'],
    ['PUT', '/api/v1/cameras/a', 'GET, HEAD, PATCH, DELETE'],
    ['GET', '/api/v1/cameras/a/recording', 'PUT'],
    ['HEAD', '/api/v1/events', 'GET'],
    ['POST', '/healthz', 'GET, HEAD'],
  ] as const) {
    const answer = await app.inject({ method, url });
    assert.deepEqual([answer.statusCode, answer.headers.allow], [405, allow], `${method} ${url}`);
    if (method !== 'HEAD') assert.equal(answer.json().code, 'method_not_allowed');
  }
});

test('bodies that are no JSON are refused with the reason', async (t) => {
  const { app } = await startTestApp(t);
  const post = async (payload: string | Buffer, headers: Record<string, string>) => {
    const answer = await app.inject({ method: 'POST', url: '/api/v1/cameras', payload, headers });
    return [answer.statusCode, answer.json().code, answer.json().message];
  };
  const notJson = 'body: is not valid JSON';
  assert.deepEqual(await post('{"name":', json), [400, 'invalid_request', notJson]);
  assert.deepEqual(await post('{"__proto__":{"a":1}}', json), [400, 'invalid_request', notJson]);
  assert.deepEqual(await post('', json), [400, 'invalid_request', 'body: must be an object']);
  assert.deepEqual(await post('name=a', { 'content-type': 'text/plain' }), [
    415,
    'unsupported_media_type',
    'The body must be JSON, with the header content-type: application/json.',
  ]);
  assert.deepEqual(await post(Buffer.alloc(300_000, 32), json), [
    413,
    'body_too_large',
    'The body is larger than 256 KB.',
  ]);
});

test('broken percent-encoding and an over-long id are refused', async (t) => {
  const { app } = await startTestApp(t);
  for (const url of ['/api/v1/cameras/%zz', '/api/v1/cameras/%E0%A4%A', `/api/v1/cameras/${'x'.repeat(500)}`]) {
    const answer = await app.inject(url);
    assert.equal(answer.statusCode, 400, url);
    assert.ok(Value.Check(ApiErrorSchema, answer.json()), answer.body);
  }
});

const failing = (thrown: unknown) => (app: App) => {
  app.get(
    '/fails',
    { schema: { tags: ['Recorder'], summary: 'Fails', response: { ...failures('disk_full') } } },
    () => {
      throw thrown;
    },
  );
};

test('an unknown error says nothing of what is inside, and the log everything', async (t) => {
  const cause = new Error('SQLITE_CORRUPT in /srv/data for rtsp://admin:s3cret@cam/1');
  const { app, log } = await startTestApp(t, { routes: () => [failing(cause)] });
  const answer = await app.inject('/api/v1/fails');
  assert.equal(answer.statusCode, 500);
  const { code, message, requestId } = answer.json();
  assert.equal(code, 'internal');
  assert.ok(!/SQLITE|srv|s3cret/.test(message), message);
  const line = log()
    .split('\n')
    .find((entry) => entry.includes('"level":"error"'));
  assert.ok(line?.includes(requestId) && line.includes('SQLITE_CORRUPT') && line.includes('errors.test.ts'), line);
  assert.ok(!line?.includes('s3cret'));
});

test('what is thrown but no Error is answered too', async (t) => {
  const { app } = await startTestApp(t, { routes: () => [failing(null)] });
  assert.equal((await app.inject('/api/v1/fails')).json().code, 'internal');
});

test('a failure of the table answers its status, and the log has its cause', async (t) => {
  const error = new NvrError('disk_full', 'The disk is full. Delete footage.', { cause: new Error('ENOSPC') });
  const { app, log } = await startTestApp(t, { routes: () => [failing(error)] });
  const answer = await app.inject('/api/v1/fails');
  assert.deepEqual([answer.statusCode, answer.json().message], [507, 'The disk is full. Delete footage.']);
  assert.ok(log().includes('ENOSPC'));
});

/** What the server says to raw bytes, until it hangs up. */
async function sayRaw(app: App, bytes: string): Promise<string> {
  const { port } = app.server.address() as net.AddressInfo;
  const socket = net.connect(port, '127.0.0.1');
  socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
  socket.write(bytes);
  return (await socket.setEncoding('utf8').toArray()).join('');
}

test('what is not HTTP, or too long a URL, gets an ApiError too', async (t) => {
  const { app } = await startTestApp(t);
  await app.listen({ host: '127.0.0.1', port: 0 });
  const requests: [bytes: string, status: string][] = [
    ['GARBAGE\r\n\r\n', '400 Bad Request'],
    ['GET / HTTP/1.1\r\n bad header\r\n\r\n', '400 Bad Request'],
    [`GET /${'x'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`, '431 Request Header Fields Too Large'],
    [`GET / HTTP/1.1\r\nhost: a\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`, '431 Request Header Fields Too Large'],
  ];
  for (const [bytes, status] of requests) {
    const answer = await sayRaw(app, bytes);
    assert.ok(answer.startsWith(`HTTP/1.1 ${status}\r\n`), answer);
    assert.ok(Value.Check(ApiErrorSchema, JSON.parse(answer.split('\r\n\r\n')[1] ?? '')), answer);
  }
  assert.equal((await app.inject('/healthz')).statusCode, 200);
});
