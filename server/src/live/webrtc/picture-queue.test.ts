import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../../testing/wait.ts';
import { PictureQueue } from './picture-queue.ts';
import type { OutgoingPacket, RtpTrack } from './rtp-track.ts';

const packetBytes = 1_000;
const packets = (count: number) => Array.from({ length: count }, () => Buffer.alloc(packetBytes));

/** A way out that takes what it is given, or nothing more. */
function fakeTrack() {
  const sent: OutgoingPacket[] = [];
  const track = { underWay: 0, send: (packet: OutgoingPacket) => void sent.push(packet) };
  return { sent, track, queue: new PictureQueue(track as unknown as RtpTrack) };
}

test('an ordinary picture goes out at once, a large one in parts', async () => {
  const { sent, queue } = fakeTrack();
  queue.push(packets(20), 1);
  assert.equal(sent.length, 20);
  queue.push(packets(300), 2);
  assert.ok(sent.length < 100, `${sent.length} at once`);
  await waitFor('all', () => sent.length === 320, { everyMs: 2 });
  assert.deepEqual(
    sent.flatMap(({ first, marker }, at) => (first ? [`${at} first`] : marker ? [`${at} last`] : [])),
    ['0 first', '19 last', '20 first', '319 last'],
  );
});

test('a picture that comes while another waits goes after it', async () => {
  const { sent, queue } = fakeTrack();
  for (const timestamp of [1, 2, 3]) queue.push(packets(100), timestamp);
  await waitFor('all', () => sent.length === 300, { everyMs: 2 });
  assert.deepEqual([...new Set(sent.map(({ timestamp }) => timestamp))], [1, 2, 3]);
});

test('a viewer whose way out is stuck makes the queue overfull, and it can be emptied', async () => {
  const { sent, track, queue } = fakeTrack();
  track.underWay = 1_000;
  for (let timestamp = 0; timestamp < 100; timestamp += 1) queue.push(packets(100), timestamp);
  assert.deepEqual([sent.length, queue.overfull], [0, true]);
  queue.clear();
  assert.equal(queue.overfull, false);
  track.underWay = 0;
  queue.push(packets(1), 200);
  assert.deepEqual(
    sent.map(({ timestamp }) => timestamp),
    [200],
  );
});
