// Mostly waits.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { type TestContext, test } from 'node:test';
import { RtspReader } from '../../testing/rtsp-reader.ts';
import { makeStream } from '../../testing/streams.ts';
import { waitFor } from '../../testing/wait.ts';
import { ServerChild } from './child.ts';
import type { FromServer, StreamConfig } from './protocol.ts';

interface TestServer {
  child: ServerChild;
  port: number;
  said: FromServer[];
}

async function startServer(t: TestContext, port = 0): Promise<TestServer> {
  const said: FromServer[] = [];
  const child = new ServerChild({
    onMessage: (message) => said.push(message),
    onExit: () => {},
    onOutput: () => {},
  });
  t.after(() => child.kill());
  child.send({ type: 'listen', host: '127.0.0.1', port, credentials: null });
  const answer = await waitFor('it listens or does not', () =>
    said.find(({ type }) => type === 'listening' || type === 'not-listening'),
  );
  return { child, said, port: answer.type === 'listening' ? answer.port : 0 };
}

const { video } = await makeStream({ seconds: 1 });
const config: StreamConfig = { video, audio: null };
const frameMs = 40;

/** Sends a picture each 40 ms, a keyframe each second, while somebody wants it. */
function sendPictures(t: TestContext, { child, said }: TestServer, streamId: string, sizeBytes: number): void {
  const data = Buffer.alloc(sizeBytes, 0x55);
  data.writeUInt32BE(sizeBytes - 4, 0);
  data[4] = 0x65;
  let sent = 0;
  const timer = setInterval(() => {
    const newest = said.findLast((message) => message.type === 'wanted' && message.streamId === streamId);
    if (newest?.type !== 'wanted' || !newest.wanted) return;
    const keyframe = sent % 25 === 0;
    const frames = [{ track: 'video' as const, utcMs: Date.now(), keyframe, data }];
    child.send({ type: 'frames', streamId, frames }, sizeBytes);
    sent += 1;
  }, frameMs);
  t.after(() => clearInterval(timer));
}

const residentMb = (pid = 0): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

test('one who reads a byte a second is disconnected; the others miss nothing, and memory does not grow', async (t) => {
  const server = await startServer(t);
  const { child, port, said } = server;
  child.send({ type: 'stream', streamId: 'yard', path: '/yard', config });
  // 20 Mbit/s: what sockets hold is full within a second or two.
  sendPictures(t, server, 'yard', 100_000);
  await using good = await RtspReader.play(`rtsp://127.0.0.1:${port}/yard`);
  await waitFor('pictures', () => good.track('video').frames > 5);
  const beforeMb = residentMb(child.pid);
  const slow = await Promise.all(Array.from({ length: 5 }, () => RtspReader.play(`rtsp://127.0.0.1:${port}/yard`)));
  const crawling = slow.map((reader) => reader.crawl());
  const readers = () => said.findLast((message) => message.type === 'alive')?.readers;
  await waitFor('all play', () => readers() === 6);
  await waitFor('the slow ones are gone', () => readers() === 1, { withinMs: 60_000 });
  assert.ok(residentMb(child.pid) - beforeMb < 80, `${residentMb(child.pid) - beforeMb} MB more`);
  const seen = good.track('video').frames;
  await waitFor('more pictures', () => good.track('video').frames > seen + 10);
  assert.equal(good.track('video').lost, 0);
  for (const reader of slow) await reader[Symbol.asyncDispose]();
  await Promise.all(crawling);
});

test('a stream that was never seen is asked for, and can be read once it is known', async (t) => {
  const server = await startServer(t);
  const { child, port, said } = server;
  const url = `rtsp://127.0.0.1:${port}/yard/sub`;
  child.send({ type: 'stream', streamId: 'yard.sub', path: '/yard/sub', config: null });
  const outcome = () => RtspReader.play(url).catch((error: Error) => error.message);
  await waitFor('it is not there yet', async () => (await outcome()) === 'DESCRIBE: 503');
  assert.ok(said.some((message) => message.type === 'asked' && message.streamId === 'yard.sub'));
  child.send({ type: 'stream', streamId: 'yard.sub', path: '/yard/sub', config });
  sendPictures(t, server, 'yard.sub', 1_000);
  await using reader = await waitFor('it is there', () => RtspReader.play(url).catch(() => null));
  await waitFor('pictures', () => reader.track('video').frames > 5);
});

test('a port that is taken is said to be', async (t) => {
  const other = net.createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await new Promise((resolve) => other.once('listening', resolve));
  const { said } = await startServer(t, (other.address() as net.AddressInfo).port);
  assert.match(JSON.stringify(said), /"not-listening","reason":"cannot listen on port \d+"/);
});
