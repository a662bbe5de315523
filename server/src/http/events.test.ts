import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraStatus } from '@nightjar/contract';
import { startTestApp, type TestApp } from '../../testing/app.ts';

const source = { url: 'rtsp://admin:s3cret@10.0.0.1/a' };

async function listen({ app }: TestApp): Promise<string> {
  return app.listen({ host: '127.0.0.1', port: 0 });
}

/** What the stream says, until it says `enough` or ends. */
async function readUntil(response: http.IncomingMessage, enough: (text: string) => boolean): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += part;
    if (enough(text)) break;
  }
  return text;
}

async function openStream(t: TestContext, origin: string): Promise<http.IncomingMessage> {
  const request = http.get(`${origin}/api/v1/events`, { agent: false });
  t.after(() => request.destroy());
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return response;
}

/** The JSON of each event, after checking that its name is its type. */
function eventsIn(text: string): { type: string }[] {
  return [...text.matchAll(/^event: (\w+)\ndata: (.*)\n\n/gm)].map(([, name, data = '']) => {
    const event = JSON.parse(data);
    assert.equal(event.type, name);
    return event;
  });
}

async function until(isSo: () => boolean): Promise<void> {
  for (const start = Date.now(); !isSo(); await sleep(10)) {
    assert.ok(Date.now() - start < 30_000, `waited in vain for ${isSo}`);
  }
}

test('a client is told how things stand, then each change, never a password', async (t) => {
  const started = await startTestApp(t);
  const { cameras, events } = started;
  await cameras.create({ id: 'a', name: 'a', source });
  const response = await openStream(t, await listen(started));
  assert.equal(response.statusCode, 200);
  assert.equal(response.headers['content-type'], 'text/event-stream');
  assert.equal(response.headers['cache-control'], 'no-store');
  assert.equal(response.headers['content-encoding'], undefined);
  assert.ok(response.headers['content-security-policy']);
  const snapshot = await readUntil(response, (text) => text.endsWith('}\n\n'));
  assert.match(snapshot, /^retry: 2000\n\n/);
  assert.deepEqual(eventsIn(snapshot), [
    { type: 'status', status: { cameraId: 'a', substream: null, state: 'starting', since: 0 } },
  ]);

  const status = { cameraId: 'a', state: 'starting', since: 5 } as CameraStatus;
  await cameras.update('a', { name: 'line\nbreak' });
  await cameras.delete('a');
  events.publish({ type: 'status', status });
  const text = await readUntil(response, (sofar) => sofar.includes('"since":5'));
  const [updated, deleted, last] = eventsIn(text) as [{ camera: { name: string } }, object, object];
  assert.equal(updated.camera.name, 'line\nbreak');
  assert.deepEqual(deleted, { type: 'camera', change: 'deleted', cameraId: 'a', camera: null });
  assert.deepEqual(last, { type: 'status', status });
  assert.ok(!(snapshot + text).includes('s3cret'));
});

test('a quiet stream shows signs of life', async (t) => {
  const started = await startTestApp(t, { heartbeatMs: 20 });
  const response = await openStream(t, await listen(started));
  const text = await readUntil(response, (sofar) => sofar.split(': still here\n\n').length > 3);
  assert.deepEqual(eventsIn(text), []);
});

test('a client that leaves is forgotten', async (t) => {
  const started = await startTestApp(t);
  const response = await openStream(t, await listen(started));
  await until(() => started.events.clientCount === 1);
  response.destroy();
  await until(() => started.events.clientCount === 0);
});

test('a client that does not read is dropped; the others miss nothing', async (t) => {
  const started = await startTestApp(t, { maxBacklogBytes: 100_000 });
  const { events } = started;
  const origin = await listen(started);
  const reader = await openStream(t, origin);
  const asleep = net.connect(Number(new URL(origin).port), '127.0.0.1').pause();
  t.after(() => asleep.destroy());
  asleep.write('GET /api/v1/events HTTP/1.1\r\nhost: a\r\n\r\n');
  await until(() => events.clientCount === 2);

  let received = '';
  reader.setEncoding('utf8').on('data', (part) => (received += part));
  let published = 0;
  await until(() => {
    events.publish({ type: 'status', status: status(published) });
    published += 1;
    return events.clientCount === 1;
  });
  await until(() => received.includes(`"failures":${published - 1},`));
  const failures = eventsIn(received).map(
    (event) => (event as unknown as { status: { failures: number } }).status.failures,
  );
  assert.deepEqual(
    failures,
    Array.from({ length: published }, (_, index) => index),
  );
});

/** 50 KB, so that the buffers of the kernel are soon full. */
const status = (failures: number): CameraStatus => ({
  cameraId: 'a',
  substream: null,
  state: 'waiting',
  since: 0,
  failures,
  retryAt: 0,
  code: 'camera_timeout',
  reason: 'x'.repeat(50_000),
});

test('stopping the recorder ends the streams', async (t) => {
  const started = await startTestApp(t);
  const response = await openStream(t, await listen(started));
  const text = readUntil(response, () => false);
  await started.app.close();
  assert.match(await text, /^retry/);
});
