import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../../testing/app.ts';
import { fireHostileRequests } from '../../testing/hostile.ts';

test('no input makes a route crash, hang or answer anything but an ApiError', async (t) => {
  const { app, cameras, log } = await startTestApp(t);
  // Some requests delete the camera that the others are about; it comes back at once.
  const settings = { id: 'front-door', name: 'Front door', source: { url: 'rtsp://127.0.0.1/a' } };
  await cameras.create(settings);
  cameras.onChange(({ change }) => {
    if (change === 'deleted') void cameras.create(settings);
  });
  const { sent, complaints } = await fireHostileRequests(app, { id: 'front-door' });
  assert.deepEqual(complaints, []);
  assert.ok(sent > 400, `${sent} requests`);
  assert.equal((await app.inject('/healthz')).statusCode, 200);
  assert.ok(!log().includes('"level":"error"'), 'nothing for a person to look at');
  assert.equal(({} as { isAdmin?: boolean }).isAdmin, undefined);
});
