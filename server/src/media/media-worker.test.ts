import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MediaWorker } from './media-worker.ts';
import type { FromWorker } from './protocol.ts';
import { UtilityWorker } from './utility-worker.ts';

const quiet = { debug: () => {}, warn: () => {} };

test('a worker that hangs is killed, so that another can take its cameras', { timeout: 120_000 }, async () => {
  const ready = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<string>();
  const worker = new MediaWorker({
    volumes: { volumes: [], ifNone: { code: 'disk_error', message: 'none' } },
    timeZone: 'UTC',
    encoder: null,
    mediaDirs: [],
    onMessage: (message: FromWorker) => {
      if (message.type === 'ready') ready.resolve();
    },
    onExit: exited.resolve,
    onOutput: () => {},
  });
  await ready.promise;
  process.kill(worker.pid ?? 0, 'SIGSTOP');
  assert.equal(await exited.promise, 'killed by SIGKILL');
});

test('the utility worker starts when asked, and answers anew after it was killed', { timeout: 120_000 }, async () => {
  const utility = new UtilityWorker({ timeZone: 'UTC', mediaDirs: [], log: quiet });
  assert.equal(typeof (await utility.encoder), 'string');
  const refused = { url: 'rtsp://127.0.0.1:9/none' };
  await assert.rejects(utility.probe(refused, 9_000), { code: 'camera_refused' });
  await utility.close();
  await assert.rejects(utility.probe(refused, 9_000), { code: 'camera_refused' });
  await utility.close();
});
