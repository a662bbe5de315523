import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { startCameras } from '../../testing/camera/index.ts';
import { smallCamera } from '../../testing/small-camera.ts';
import { systemClock } from '../shared/clock.ts';
import { probe } from './probe.ts';

/**
 * A camera's RTSP port behind one that leaves out the base of the tracks' addresses, as relays of ffmpeg's streams do.
 * GStreamer by itself asks such a server for a wrong track first, which not all survive (rtsp-server-perl does not).
 */
async function withoutContentBase(url: string, use: (url: string, happened: string[]) => Promise<void>): Promise<void> {
  const happened: string[] = [];
  const camera = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(camera.port), camera.hostname);
    for (const socket of [client, upstream]) sockets.add(socket.on('error', () => socket.destroy()));
    client.pipe(upstream);
    client.on('data', (data) =>
      happened.push(...(/^(SETUP|PLAY) \S+/.exec(data.toString('latin1'))?.slice(0, 1) ?? [])),
    );
    upstream.on('data', (data) => {
      // Same length, so that nothing else moves; media frames do not hold this text.
      const text = data
        .toString('latin1')
        .replace('Content-Base:', 'X-Left-Out-X:')
        .replace('a=control:*', 'a=ignored:*');
      client.write(Buffer.from(text, 'latin1'));
    });
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      happened.push('closed');
      upstream.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    await use(`rtsp://127.0.0.1:${port}${camera.pathname}`, happened);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test('a server that gives no base is asked for the right track, over a connection made before the first one closes', {
  timeout: 120_000,
}, async () => {
  await using cameras = await startCameras({ mounts: [smallCamera('yard')] });
  await withoutContentBase(cameras.url('yard'), async (url, happened) => {
    const { media } = await probe({ source: { url, transport: 'tcp' }, timeoutMs: 9_500, clock: systemClock });
    assert.equal(media.video.width, 320);
    // The connection that asked what there is stays until frames come: else some servers take the stream down.
    assert.deepEqual(happened.slice(0, 3), [`SETUP ${url}/stream=0`, `PLAY ${url}`, 'closed']);
  });
});
