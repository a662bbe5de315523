import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loudnessOf, risesOf } from '../../testing/media-tools.ts';
import { temporaryFolder } from '../../testing/recorder.ts';
import { smallCamera } from '../../testing/small-camera.ts';
import { waitFor } from '../../testing/wait.ts';
import { type Viewer, view, type WatchedCameras, watchCameras } from '../../testing/watched-cameras.ts';
import { writeFragment } from '../media/fmp4/index.ts';
import { Pipeline } from '../media/gst/index.ts';
import type { OpusFeed, OpusPacket } from './opus-feed.ts';

const bounds = { timeout: 120_000 };
let lab: WatchedCameras;

before(async () => {
  lab = await watchCameras(null, [smallCamera('yard', { audio: 'aac' }), smallCamera('silent')]);
});
after(() => lab.close());

function listen(feed: OpusFeed): { packets: OpusPacket[]; ended: boolean; leave(): void } {
  const listener = { packets: [] as OpusPacket[], ended: false, leave: () => {} };
  listener.leave = feed.subscribe({
    onPacket: (packet) => void listener.packets.push(packet),
    onEnd: () => {
      listener.ended = true;
    },
  });
  return listener;
}

/** When the beeps of decoded packets begin, Unix ms. */
async function beepsIn(packets: readonly OpusPacket[]): Promise<number[]> {
  await using pipeline = new Pipeline(
    'appsrc name=in format=time ! opusdec ! audioconvert ! audio/x-raw,format=S16LE,channels=1,rate=48000 ! appsink name=out sync=false',
  );
  const source = pipeline.appSrc('in');
  const sink = pipeline.appSink('out');
  source.setCaps('audio/x-opus,rate=48000,channels=1,channel-mapping-family=0');
  await pipeline.setState('playing');
  const loud: number[] = [];
  for (const { data, startMs } of packets) {
    source.push(data, { ptsNs: (startMs - (packets[0]?.startMs ?? 0)) * 1e6 });
  }
  source.endOfStream();
  while (!sink.eos) {
    const sample = sink.pull();
    if (!sample) {
      await sleep(5);
      continue;
    }
    for (let at = 0; at < sample.data.length; at += 2) {
      if (Math.abs(sample.data.readInt16LE(at)) < 3_000) continue;
      loud.push((packets[0]?.startMs ?? 0) + (sample.ptsNs ?? 0) / 1e6 + at / 2 / 48);
    }
  }
  return loud.filter((ms, at) => ms - (loud[at - 1] ?? 0) > 500);
}

/** When the beeps of the stream itself begin, Unix ms. */
async function beepsOf(t: TestContext, { runs, frames }: Viewer): Promise<number[]> {
  const run = runs.at(-1);
  assert.ok(run?.audio);
  const file = path.join(temporaryFolder(t), 'sound.mp4');
  await writeFile(file, Buffer.concat([run.init, writeFragment({ sequence: 1, runStartMs: run.startMs, frames })]));
  const levels = await loudnessOf(file, run.audio.sampleRate);
  return risesOf(levels, -30).map((atS) => run.startMs + atS * 1000);
}

test("a stream's sound as Opus is in step with it, for all listeners the same", bounds, async (t) => {
  const { hub, encoders } = lab;
  const stream = await hub.open('yard', {});
  const viewer = view(stream);
  const first = listen(hub.opusOf(stream));
  const second = listen(hub.opusOf(stream));
  await waitFor('three seconds of sound', () => first.packets.length > 150, { everyMs: 20 });
  assert.deepEqual(second.packets, first.packets);
  assert.equal(encoders.pids.length, 1);
  for (const [at, { startMs, durationMs }] of first.packets.entries()) {
    const next = first.packets[at + 1];
    assert.equal(durationMs, 20);
    assert.ok(!next || Math.abs(next.startMs - startMs - 20) < 0.01, `${startMs} to ${next?.startMs}`);
  }
  first.leave();
  second.leave();
  viewer.leave();
  const beeps = await beepsIn(first.packets);
  const own = await beepsOf(t, viewer);
  assert.ok(beeps.length >= 2, `${beeps}`);
  for (const beep of beeps) {
    const nearest = Math.min(...own.map((at) => Math.abs(at - beep)));
    assert.ok(nearest < 10, `${beep} is none of ${own}`);
  }
});

test('listeners of a killed encoder hear on, and the last one ends it', bounds, async () => {
  const { hub, encoders } = lab;
  const stream = await hub.open('yard', {});
  const listener = listen(hub.opusOf(stream));
  await waitFor('sound', () => listener.packets.length > 5, { everyMs: 20 });
  const [pid = 0] = encoders.pids;
  process.kill(pid, 'SIGKILL');
  await waitFor('another process', () => encoders.pids.length === 1 && encoders.pids[0] !== pid, { everyMs: 20 });
  const before = listener.packets.length;
  await waitFor('sound again', () => listener.packets.length > before, { everyMs: 20 });
  const silent = listen(hub.opusOf(await hub.open('silent', {})));
  hub.remove('yard');
  assert.equal(listener.ended, true);
  assert.deepEqual(silent.packets, []);
});
