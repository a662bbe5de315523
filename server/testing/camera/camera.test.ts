import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pipeline } from '../../src/media/gst/index.ts';
import { waitFor } from '../wait.ts';
import { type MountOptions, readFrameStamp, type SimulatedCameras, startCameras } from './index.ts';
import { type ReceivedFrame, Receiver } from './receiver.ts';

const small = { width: 320, height: 180 };
const kinds = {
  plain: {},
  h265: { video: 'h265', audio: 'pcma' },
  reordered: { bFrames: 3, audio: 'pcmu' },
  bare: { parameterSetsInSdp: false, audio: 'opus' },
  'bare-h265': { video: 'h265', parameterSetsInSdp: false, audio: 'none' },
  late: { audioDelayMs: 2_000 },
  aligned: { aligned: true },
} satisfies Record<string, Partial<MountOptions>>;
const faulty = [
  'freeze',
  'frozen',
  'drop',
  'jump',
  'rate',
  'mute',
  'silent',
  'gone',
  'no-audio',
  'blind',
  'keyless',
  'storm',
];
const locked = { user: 'admin', password: 'p@ss:1' };

let cameras: SimulatedCameras;

before(async () => {
  cameras = await startCameras({
    mounts: [
      ...Object.entries(kinds).map(([path, options]) => ({ path, ...small, ...options })),
      ...faulty.map((path) => ({ path, ...small })),
      { path: 'resolution', ...small, secondClip: { width: 480, height: 270 } },
      { path: 'codec', ...small, secondClip: { width: 480, height: 270, video: 'h265' } },
      { path: 'wrap', ...small, rtpWrapsAfterMs: 1_500 },
      { path: 'rekeyed', ...small, ...locked, user: 'other' },
      { path: 'basic', ...small, ...locked, authMethod: 'basic' },
      { path: 'digest', ...small, ...locked, authMethod: 'digest' },
    ],
  });
});

after(() => cameras.stop());

const numbers = (frames: ReceivedFrame[]) => frames.map(({ stamp }) => stamp?.frame ?? -1);

/** Each frame once and in order. */
function assertUnbroken(frames: ReceivedFrame[]): void {
  const [first = -1] = numbers(frames);
  assert.ok(first >= 0, 'frames are stamped');
  assert.deepEqual(
    numbers(frames),
    frames.map((_, i) => first + i),
  );
}

test('over TCP a first client gets every frame once and in order from a keyframe on', async () => {
  await using receiver = new Receiver(cameras.url('plain'));
  const frames = await receiver.receive(45);
  assertUnbroken(frames);
  assert.equal(frames[0]?.keyframe, true);
  assert.equal(frames[0]?.stamp?.frame, 0);
  const sent = await cameras.sent('plain');
  assert.equal(sent.firstFrame, 0);
  assert.equal(sent.frames, sent.lastFrame + 1);
  assert.ok(sent.lastFrame >= 44);
});

test('over UDP every frame comes, too', async () => {
  await using receiver = new Receiver(cameras.url('plain'), { transport: 'udp' });
  assertUnbroken(await receiver.receive(30));
});

test('two clients of one mount get the same frames', async () => {
  await using first = new Receiver(cameras.url('plain'));
  await first.receive(5);
  await using second = new Receiver(cameras.url('plain'), { transport: 'udp' });
  const late = numbers(await second.receive(20));
  await waitFor('the same frames', () => numbers(first.frames).includes(late[19] ?? -1));
  assertUnbroken(first.frames);
  assertUnbroken(second.frames);
});

for (const [path, options] of Object.entries<Partial<MountOptions>>(kinds)) {
  test(`${path}: picture and sound arrive, and the camera's clock is that of its marks`, async () => {
    const { video = 'h264', audio = 'aac' } = options;
    await using receiver = new Receiver(cameras.url(path), { video, audio });
    assertUnbroken(await receiver.receive(30));
    if (audio !== 'none') await waitFor('sound', () => receiver.audioFrames > 10);
    // Sender reports come every few seconds.
    const frame = await waitFor('a time', () => receiver.frames.find(({ ntpUnixMs }) => ntpUnixMs !== null));
    assert.ok(Math.abs((frame.ntpUnixMs ?? 0) - (frame.stamp?.wallMs ?? 0)) < 2, JSON.stringify(frame));
    assert.equal(receiver.frames[0]?.width, small.width);
  });
}

for (const method of ['basic', 'digest'] as const) {
  test(`${method} authentication lets in whoever knows the password, and nobody else`, async () => {
    await using known = new Receiver(cameras.url(method), locked);
    await using wrong = new Receiver(cameras.url(method), { ...locked, password: 'guess' });
    await using nobody = new Receiver(cameras.url(method));
    assertUnbroken(await known.receive(5));
    for (const refused of [wrong, nobody]) {
      const failure = await refused.failure();
      assert.ok(failure.type === 'error' && failure.domain === 'gst-resource-error-quark');
      assert.match(failure.debug, /Unauthorized/);
    }
  });
}

test('frozen: nothing comes and nothing is reported; then it goes on with a keyframe and the next number', async () => {
  await using receiver = new Receiver(cameras.url('freeze'));
  await receiver.receive(5);
  await cameras.fault('freeze', 'freeze');
  await sleep(500);
  const { length } = receiver.frames;
  const heard = receiver.audioFrames;
  await sleep(1_000);
  assert.equal(receiver.frames.length, length);
  assert.equal(receiver.audioFrames, heard);
  await cameras.fault('freeze', 'unfreeze');
  const frames = await receiver.receive(length + 10);
  assertUnbroken(frames);
  assert.equal(frames[length]?.keyframe, true);
  assert.deepEqual(receiver.messages, []);
});

test('frozen before a client comes: it is let in, gets nothing, and is dropped at the end', async () => {
  await cameras.fault('frozen', 'freeze');
  await using receiver = new Receiver(cameras.url('frozen'));
  await sleep(1_500);
  assert.deepEqual([receiver.frames.length, receiver.messages], [0, []]);
  await cameras.fault('frozen', 'unfreeze');
  // rtspsrc has no pad yet that could tell the end of the stream.
  await waitFor('the end of the connection', () => receiver.messages.length > 0);
  await using again = new Receiver(cameras.url('frozen'));
  assertUnbroken(await again.receive(5));
});

test('drop closes the connections of one mount only, and a new client is welcome', async () => {
  await using other = new Receiver(cameras.url('plain'));
  await other.receive(1);
  await using receiver = new Receiver(cameras.url('drop'));
  await receiver.receive(5);
  await cameras.fault('drop', 'drop');
  await receiver.failure();
  const { length } = other.frames;
  await using again = new Receiver(cameras.url('drop'));
  const frames = await again.receive(5);
  assert.ok((frames[0]?.stamp?.frame ?? 0) > (receiver.frames.at(-1)?.stamp?.frame ?? 0));
  await other.receive(length + 5);
  assertUnbroken(other.frames);
});

test('jump steps the RTP timestamps, not the pace', async () => {
  await using receiver = new Receiver(cameras.url('jump'));
  await waitFor('a time', () => receiver.frames.at(-1)?.ntpUnixMs);
  await cameras.fault('jump', 'jump', 5_000);
  const offset = ({ ntpUnixMs, stamp }: ReceivedFrame) => (ntpUnixMs ?? 0) - (stamp?.wallMs ?? 0);
  await waitFor('a step of the timestamps', () => receiver.frames.some((frame) => Math.abs(offset(frame) - 5_000) < 5));
  await receiver.receive(receiver.frames.length + 30);
  assertUnbroken(receiver.frames);
});

/** Packets of the picture that have a mark, as long as the client listens. */
async function* packetsOf(path: string): AsyncGenerator<{ timestamp: number; wallMs: number }> {
  const text = `rtspsrc name=src location=${cameras.url(path)} protocols=tcp`;
  await using pipeline = new Pipeline(`${text} src. ! application/x-rtp,media=video ! appsink name=packets sync=false`);
  const packets = pipeline.appSink('packets');
  await pipeline.setState('playing');
  for (;;) {
    const { data } = await waitFor('a packet', () => packets.pull(), { everyMs: 5 });
    const stamp = readFrameStamp(data);
    if (stamp) yield { timestamp: data.readUInt32BE(4), wallMs: stamp.wallMs };
  }
}

test('rate makes the RTP timestamps run fast, not the pace', async () => {
  await cameras.fault('rate', 'rate', 50_000);
  let first: { timestamp: number; wallMs: number } | null = null;
  for await (const { timestamp, wallMs } of packetsOf('rate')) {
    first ??= { timestamp, wallMs };
    const realMs = wallMs - first.wallMs;
    if (realMs < 3_000) continue;
    const rate = ((timestamp - first.timestamp) | 0) / 90 / realMs;
    assert.ok(Math.abs(rate - 1.05) < 0.005, String(rate));
    break;
  }
  await cameras.fault('rate', 'rate', 0);
  await using receiver = new Receiver(cameras.url('rate'));
  assertUnbroken(await receiver.receive(5));
});

test('RTP timestamps wrap when they were told to', async () => {
  let first: number | null = null;
  for await (const { timestamp } of packetsOf('wrap')) {
    first ??= timestamp;
    assert.ok(first > 2 ** 32 - 3 * 90_000, String(first));
    if (timestamp < 90_000) break;
  }
  await using receiver = new Receiver(cameras.url('wrap'));
  assertUnbroken(await receiver.receive(45));
});

test('mute stops the sound and nothing else', async () => {
  await using receiver = new Receiver(cameras.url('mute'));
  await waitFor('sound', () => receiver.audioFrames > 5);
  await cameras.fault('mute', 'mute');
  await sleep(500);
  const heard = receiver.audioFrames;
  await receiver.receive(receiver.frames.length + 15);
  assert.equal(receiver.audioFrames, heard);
  await cameras.fault('mute', 'unmute');
  await waitFor('sound again', () => receiver.audioFrames > heard);
  assertUnbroken(receiver.frames);
});

test('muted before a client comes: its picture comes without delay', async () => {
  await cameras.fault('silent', 'mute');
  await using receiver = new Receiver(cameras.url('silent'));
  assertUnbroken(await receiver.receive(15));
  assert.equal(receiver.audioFrames, 0);
});

test('no-picture stops the picture and nothing else, also for those that come meanwhile', async () => {
  await using receiver = new Receiver(cameras.url('blind'));
  await receiver.receive(5);
  await cameras.fault('blind', 'no-picture');
  await sleep(500);
  const { length } = receiver.frames;
  const heard = receiver.audioFrames;
  await waitFor('sound', () => receiver.audioFrames > heard + 10);
  assert.equal(receiver.frames.length, length);
  await cameras.fault('blind', 'picture');
  assertUnbroken(await receiver.receive(length + 10));
  await receiver[Symbol.asyncDispose]();
  await cameras.fault('blind', 'no-picture');
  await using late = new Receiver(cameras.url('blind'));
  await waitFor('sound alone', () => late.audioFrames > 20);
  assert.equal(late.frames.length, 0);
  await cameras.fault('blind', 'picture');
  await waitFor('the end of the connection', () => late.messages.length > 0);
});

test('no-keyframes leaves them out, in the middle of a stream and from its beginning', async () => {
  await using receiver = new Receiver(cameras.url('keyless'));
  await receiver.receive(5);
  await cameras.fault('keyless', 'no-keyframes');
  const { length } = receiver.frames;
  const frames = await receiver.receive(length + 45);
  assertUnbroken(frames);
  assert.ok(frames.slice(length + 2).every(({ keyframe }) => !keyframe));
  await receiver[Symbol.asyncDispose]();
  await using late = new Receiver(cameras.url('keyless'));
  assert.ok((await late.receive(20)).every(({ keyframe }) => !keyframe));
  await cameras.fault('keyless', 'keyframes');
  await waitFor('a keyframe', () => late.frames.some(({ keyframe }) => keyframe));
  assertUnbroken(late.frames);
});

test('codec gives new clients the other codec, and throws out the others', async () => {
  await using receiver = new Receiver(cameras.url('codec'));
  await receiver.receive(5);
  await cameras.fault('codec', 'codec');
  await receiver.failure();
  await using other = new Receiver(cameras.url('codec'), { video: 'h265' });
  const [first] = await other.receive(5);
  assert.equal(first?.width, 480);
  await cameras.fault('codec', 'codec');
  await other.failure();
  await using again = new Receiver(cameras.url('codec'));
  assertUnbroken(await again.receive(5));
});

test('storm throws clients out as soon as they play, until it is calm', async () => {
  await cameras.fault('storm', 'storm', 50);
  for (let round = 0; round < 2; round += 1) {
    await using receiver = new Receiver(cameras.url('storm'));
    await waitFor('the end of the connection', () => receiver.messages.length > 0);
  }
  await cameras.fault('storm', 'calm');
  await using receiver = new Receiver(cameras.url('storm'));
  assertUnbroken(await receiver.receive(30));
});

test('another password is asked of new clients', async () => {
  await cameras.fault('rekeyed', 'password', 'second');
  await using late = new Receiver(cameras.url('rekeyed'), { user: 'other', password: locked.password });
  await late.failure();
  await using known = new Receiver(cameras.url('rekeyed'), { user: 'other', password: 'second' });
  assertUnbroken(await known.receive(5));
});

test('no-audio takes the sound out of what new clients are told', async () => {
  await cameras.fault('no-audio', 'no-audio');
  await using silent = new Receiver(cameras.url('no-audio'), { audio: 'none' });
  assertUnbroken(await silent.receive(10));
  await cameras.fault('no-audio', 'audio');
  await using audible = new Receiver(cameras.url('no-audio'));
  await waitFor('sound', () => audible.audioFrames > 0);
});

test('not-found is a 404 for new clients; those that play go on', async () => {
  await using playing = new Receiver(cameras.url('gone'));
  await playing.receive(5);
  await cameras.fault('gone', 'not-found');
  await using late = new Receiver(cameras.url('gone'));
  const failure = await late.failure();
  assert.ok(failure.type === 'error' && failure.domain === 'gst-resource-error-quark' && failure.code === 3);
  await playing.receive(playing.frames.length + 10);
  assertUnbroken(playing.frames);
  await cameras.fault('gone', 'found');
  await using found = new Receiver(cameras.url('gone'));
  assertUnbroken(await found.receive(5));
});

test('resolution changes within the stream, at a keyframe, and back', async () => {
  await using receiver = new Receiver(cameras.url('resolution'));
  await receiver.receive(5);
  for (const width of [480, 320]) {
    await cameras.fault('resolution', 'resolution');
    await waitFor(`a width of ${width}`, () => receiver.frames.at(-1)?.width === width, { everyMs: 20 });
  }
  const changes = receiver.frames.filter(({ width }, i, all) => width !== all[i - 1]?.width);
  assert.deepEqual(
    changes.map(({ width, keyframe }) => [width, keyframe]),
    [320, 480, 320].map((width) => [width, true]),
  );
  assertUnbroken(receiver.frames);
});

test('refuse closes the port to new clients until accept', async () => {
  await using cameras = await startCameras({ mounts: [{ path: 'door', ...small }] });
  await using playing = new Receiver(cameras.url('door'));
  await playing.receive(5);
  await cameras.fault('door', 'refuse');
  await using refused = new Receiver(cameras.url('door'));
  const failure = await refused.failure();
  assert.ok(failure.type === 'error' && failure.domain === 'gst-resource-error-quark' && failure.code === 7);
  await playing.receive(playing.frames.length + 5);
  await cameras.fault('door', 'accept');
  await using accepted = new Receiver(cameras.url('door'));
  assertUnbroken(await accepted.receive(5));
});

test('a port that is taken is told', async () => {
  const port = Number(new URL(cameras.url('plain')).port);
  await assert.rejects(startCameras({ port, mounts: [{ path: 'second', ...small }] }), /cannot listen/);
});
