import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceInput } from '@nightjar/contract';
import { startTestApp } from '../../testing/app.ts';
import { NvrError } from '../shared/errors.ts';
import { probeRoutes } from './probe-routes.ts';

const stored = { username: 'viewer', password: 'secret' };

test('a stored password goes to the host it was stored for, and to no other', async (t) => {
  const probed: SourceInput[] = [];
  const probe = async (source: SourceInput) => {
    probed.push(source);
    throw new NvrError('camera_timeout', 'no camera in this test');
  };
  const camera = { source: { url: 'rtsp://10.0.0.5/a', transport: 'auto', ...stored } };
  const get = (id: string) => (id === 'yard' ? (camera as never) : undefined);
  const { app } = await startTestApp(t, { routes: () => [(api) => probeRoutes(api, { cameras: { get }, probe })] });
  const tryIt = async (payload: object) => {
    const { statusCode } = await app.inject({ method: 'POST', url: '/api/v1/probe', payload });
    assert.equal(statusCode, 504);
    const { username, password } = probed.at(-1) ?? {};
    return { username, password };
  };
  const nothing = { username: undefined, password: undefined };
  assert.deepEqual(await tryIt({ url: 'rtsp://10.0.0.5/b', cameraId: 'yard' }), stored);
  assert.deepEqual(await tryIt({ url: 'rtsp://10.0.0.5/b', cameraId: 'yard', password: 'new' }), {
    ...stored,
    password: 'new',
  });
  assert.deepEqual(await tryIt({ url: 'rtsp://10.0.0.6/b', cameraId: 'yard' }), nothing);
  assert.deepEqual(await tryIt({ url: 'rtsp://10.0.0.5:8554/b', cameraId: 'yard' }), nothing);
  assert.deepEqual(await tryIt({ url: 'rtsp://10.0.0.5/b', cameraId: 'gone' }), nothing);
  assert.deepEqual(await tryIt({ url: 'rtsp://10.0.0.5/b' }), nothing);
});
