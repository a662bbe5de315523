import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceInput } from '@nightjar/contract';
import { description, FakeRtspServer } from '../../testing/fake-rtsp.ts';
import { waitFor } from '../../testing/wait.ts';
import { systemClock } from '../shared/clock.ts';
import type { FromWorker, StreamSettings, TriedInVain } from './protocol.ts';
import { CameraScout } from './scout.ts';

const settingsOf = (source: SourceInput): StreamSettings => ({
  cameraId: 'yard',
  source,
  video: { mode: 'copy', bitrateKbps: 0, fps: null, height: null, keyframeSeconds: 2, overlay: null },
  audio: { mode: 'auto' },
  record: [],
});

const notFound = 'RTSP/1.0 404 Not Found\r\n\r\n';

function scoutOf(source: SourceInput, after: TriedInVain | null = null) {
  const sent: FromWorker[] = [];
  const scout = new CameraScout(settingsOf(source), after, {
    clock: systemClock,
    mediaDirs: [],
    send: (message) => sent.push(message),
  });
  scout.start();
  const states = () =>
    sent.flatMap((message) => {
      if (message.type === 'answered') return ['answered'];
      if (message.type !== 'state') return [];
      return [message.state.state === 'waiting' ? message.state.code : message.state.state];
    });
  return { scout, sent, states };
}

test('a camera is asked until it answers, told of as any other, and asked no more then', async () => {
  let found = false;
  let asked = 0;
  await using server = await FakeRtspServer.start(() => {
    asked += 1;
    return found ? description() : notFound;
  });
  const { scout, states } = scoutOf({ url: server.url });
  await waitFor('a first answer', () => states().includes('camera_stream_not_found'));
  found = true;
  await waitFor('an answer', () => states().includes('answered'));
  assert.deepEqual(states(), ['starting', 'camera_stream_not_found', 'answered']);
  assert.equal(asked, 2);
  await scout.stop();
});

test('what another has tried in vain is gone on with; another address is tried at once', async () => {
  await using server = await FakeRtspServer.start(() => description());
  const { scout, sent, states } = scoutOf({ url: 'rtsp://127.0.0.1:1/' }, { failures: 4, retryInMs: 20 });
  const waiting = await waitFor('a state', () =>
    sent.find((message) => message.type === 'state' && message.state.state === 'waiting'),
  );
  assert.ok(waiting.type === 'state' && waiting.state.state === 'waiting');
  assert.equal(waiting.state.failures, 5);
  const { retryAt } = waiting.state;
  scout.update(settingsOf({ url: server.url }));
  await waitFor('an answer', () => states().includes('answered'));
  assert.ok(systemClock.nowMs() < retryAt, 'the next attempt was not waited for');
  await scout.stop();
});
