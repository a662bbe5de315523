import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { startCameras } from '../../testing/camera/index.ts';
import { smallCamera } from '../../testing/small-camera.ts';
import { systemClock } from '../shared/clock.ts';
import { probe } from './probe.ts';

/** A camera's RTSP port behind one that leaves out the base of the tracks' addresses, as ffmpeg's relays do. */
async function withoutContentBase(url: string, use: (url: string) => Promise<void>): Promise<void> {
  const camera = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(camera.port), camera.hostname);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => socket.destroy()));
    client.pipe(upstream);
    upstream.on('data', (data) => {
      // Same length, so that nothing else moves; media frames do not hold this text.
      client.write(Buffer.from(data.toString('latin1').replace('Content-Base:', 'X-Left-Out-X:'), 'latin1'));
    });
    upstream.on('close', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    await use(`rtsp://127.0.0.1:${port}${camera.pathname}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test('tracks with relative addresses are found also where the server gives no base', { timeout: 120_000 }, async () => {
  await using cameras = await startCameras({ mounts: [smallCamera('yard')] });
  await withoutContentBase(cameras.url('yard'), async (url) => {
    const { media } = await probe({ source: { url, transport: 'tcp' }, timeoutMs: 9_500, clock: systemClock });
    assert.equal(media.video.width, 320);
  });
});
