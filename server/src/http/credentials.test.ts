import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../../testing/app.ts';

const secret = 'h0rse-battery';
const headers = { 'content-type': 'application/json' };
const url = '/api/v1/cameras/a';

test("a camera's password is in no answer, no event, no error and no line of the log", async (t) => {
  const { app, cameras, events, log } = await startTestApp(t);
  const published: unknown[] = [];
  const publish = events.publish.bind(events);
  events.publish = (event) => {
    published.push(event);
    publish(event);
  };
  const address = `rtsp://admin:${secret}@10.0.0.1/a`;
  const requests: [method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', url: string, payload?: unknown][] = [
    ['POST', '/api/v1/cameras', { id: 'a', name: 'a', source: { url: address } }],
    ['POST', '/api/v1/cameras', { id: 'a', name: 'a', source: { url: address } }],
    ['POST', '/api/v1/cameras', { name: 'b', source: { url: 'rtsp://h/a', username: 'admin', password: secret } }],
    // Refused, each in its own way; what is refused may be the password itself.
    ['POST', '/api/v1/cameras', { name: 'c', source: { url: `rtsp://admin:${secret}/x@10.0.0.1/a` } }],
    ['POST', '/api/v1/cameras', { name: 'c', source: { url: `http://admin:${secret}@10.0.0.1/a` } }],
    ['POST', '/api/v1/cameras', { name: 'c', source: { url: address, password: secret.repeat(30) } }],
    ['POST', '/api/v1/cameras', { name: 'c', source: { url: address, password: `${secret}\u0000` } }],
    ['POST', '/api/v1/cameras', { name: 'c', source: { url: address, password: { is: secret } } }],
    ['POST', '/api/v1/cameras', `{"source":{"password":"${secret}",}}`],
    ['GET', '/api/v1/cameras'],
    ['GET', url],
    ['GET', `${url}/status`],
    ['PATCH', url, { source: { password: `new-${secret}` } }],
    ['PATCH', url, { source: { url: `rtsp://other:${secret}@h/b` } }],
    ['PATCH', url, { substream: { url: `rtsp://admin:${secret}@10.0.0.1/sub` } }],
    ['PATCH', url, { substream: { password: `new-${secret}` } }],
    ['PATCH', url, { substream: { url: `rtsp://admin:${secret}/x@10.0.0.1/sub` } }],
    ['PUT', `${url}/recording`, { mode: 'off' }],
    ['GET', `/api/v1/nothing?source=${address}&password=${secret}`],
    ['DELETE', url],
  ];
  for (const [method, path, body] of requests) {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await app.inject({ method, url: path, ...(body === undefined ? {} : { headers, payload }) });
    assert.ok(!answer.body.includes(secret), `${method} ${path}: ${answer.body}`);
    assert.ok(!JSON.stringify(answer.headers).includes(secret));
  }
  assert.equal(cameras.require('b').source.password, secret, 'it is kept all the same');
  assert.ok(published.length >= 5);
  assert.ok(!JSON.stringify(published).includes(secret));
  assert.ok(!log().includes(secret), log());
});
