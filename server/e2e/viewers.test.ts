// Mostly waits.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Crowd } from '../bench/viewers/crowd-process.ts';
import { startCameras } from '../testing/camera/index.ts';
import { upgradeRequest } from '../testing/fragment-viewer.ts';
import { freePort } from '../testing/free-port.ts';
import { breaksIn, countersOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { RtspReader } from '../testing/rtsp-reader.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const ids = ['north', 'south'];
const watchedFrames = 10 * 15;

/** Asks, and then reads a byte a second. */
function crawl(port: number, request: string): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write(request);
  const sip = setInterval(() => socket.read(1), 1_000);
  socket.once('close', () => clearInterval(sip));
  return socket;
}

test('viewers of every kind, many and some who read a byte a second, cost no recording a frame', async () => {
  await using cameras = await startCameras({ mounts: ids.map((path) => smallCamera(path, { audio: 'aac' })) });
  using data = temporaryDataDir();
  const rtspPort = await freePort();
  await using recorder = await RecorderProcess.start({ dataDir: data.path, args: ['--rtsp-port', String(rtspPort)] });
  for (const id of ids) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (const id of ids) await recorder.untilState(id, 'recording');
  const port = Number(new URL(recorder.url).port);
  const live = (id: string) => `${recorder.url}/api/v1/cameras/${id}/live`;

  const crowds = [
    new Crowd({ kind: 'hls', addresses: ids.map((id) => `${live(id)}/index.m3u8`), viewers: 30 }),
    new Crowd({ kind: 'websocket', addresses: ids.map((id) => `${live(id)}/ws`), viewers: 30 }),
    new Crowd({ kind: 'rtsp', addresses: ids.map((id) => `rtsp://127.0.0.1:${rtspPort}/${id}`), viewers: 10 }),
  ];
  const host = `127.0.0.1:${port}`;
  const get = (path: string) => [`GET ${path} HTTP/1.1`, `Host: ${host}`, '\r\n'].join('\r\n');
  const slow = ids.flatMap((id) => {
    const path = `/api/v1/cameras/${id}/live`;
    return [upgradeRequest(host, `${path}/ws`), get(`${path}/stream.mp4`), get(`${path}/index.m3u8`)].map((request) =>
      crawl(port, request),
    );
  });
  const slowReader = await RtspReader.play(`rtsp://127.0.0.1:${rtspPort}/north`);
  const crawling = slowReader.crawl();
  try {
    // Those who come are spread over 5 s.
    await sleep(6_000);
    const { lastFrame } = await cameras.sent('south');
    await waitFor('all have watched for a while', async () => {
      const sent = await cameras.sent('south');
      return sent.lastFrame > lastFrame + watchedFrames;
    });
    for (const report of await Promise.all(crowds.map((crowd) => crowd.end()))) {
      assert.deepEqual(report.failures, []);
      assert.ok(report.pictures > watchedFrames * 10, `${report.pictures} pictures`);
    }
    for (const id of ids) {
      const recorded = countersOf(await recorder.recorded(id));
      assert.ok(recorded.length > watchedFrames, `${recorded.length} frames`);
      assert.deepEqual(breaksIn(recorded), []);
    }
  } finally {
    for (const crowd of crowds) crowd.kill();
    for (const socket of slow) socket.destroy();
    await slowReader[Symbol.asyncDispose]();
    await crawling;
  }
});
