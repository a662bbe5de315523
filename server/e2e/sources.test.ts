// Mostly waits.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { ProbeResult, SourceInput } from '@nightjar/contract';
import { RtspServer } from '../src/media/gst/rtsp-server.ts';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { packetCount } from '../testing/media-tools.ts';
import { breaksInRuns, countersOf, framesOf, recordedMs, recordedSegments, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';
import { account, passphrase, recordClip, startSources, type TestSource } from '../testing/sources/index.ts';
import { freePort } from '../testing/sources/net.ts';
import { waitFor } from '../testing/wait.ts';

const data = temporaryDataDir();
const outside = temporaryDataDir();
const media = path.join(outside.path, 'media');
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let sources: Record<string, TestSource>;
const files: Record<string, SourceInput> = {
  loop: { url: `file://${media}/clip.ts?loop` },
  once: { url: `file://${media}/clip.mp4` },
};
/** What is shown of each, where it is not what its address begins with. */
const receivedOver: Record<string, string> = {
  rtsps: 'tcp',
  mjpeg: 'http',
  'http-ts': 'http',
  'http-flv': 'http',
  rtp: 'udp',
  loop: 'file',
  once: 'file',
};
const clipSeconds = 2;

before(async () => {
  mkdirSync(media);
  cameras = await startCameras({ mounts: [smallCamera('camera', { audio: 'aac' })] });
  const url = cameras.url('camera');
  sources = await startSources(url, outside.path);
  const args = ['--media-dir', media];
  [recorder] = await Promise.all([
    RecorderProcess.start({ dataDir: data.path, args }),
    recordClip(url, path.join(media, 'clip.mp4'), clipSeconds),
    recordClip(url, path.join(media, 'clip.ts'), clipSeconds),
  ]);
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  for (const source of Object.values(sources ?? {})) await source[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
  outside[Symbol.dispose]();
});

const all = (): Record<string, SourceInput> => ({
  ...Object.fromEntries(Object.entries(sources).map(([kind, { source }]) => [kind, source])),
  ...files,
});

test('what is found is told before a camera is added', async () => {
  const check = async (kind: string, source: SourceInput) => {
    const { status, body } = await recorder.probe<ProbeResult>(source);
    assert.equal(status, 200, `${kind}: ${JSON.stringify(body)}`);
    const { transport, video, audio, certificateTrusted } = body.media;
    assert.equal(transport, receivedOver[kind] ?? kind);
    assert.deepEqual([video.codec, video.width, video.height], ['h264', 320, 180], kind);
    assert.equal(video.sourceCodec, kind === 'mjpeg' ? 'jpeg' : undefined);
    assert.equal(audio?.codec, kind === 'mjpeg' ? undefined : 'aac', kind);
    assert.equal(certificateTrusted, /^(rtsps|https)/.test(source.url) ? false : undefined, kind);
  };
  // More at once would be refused, and slow each other down.
  const queue = Object.entries(all());
  const checker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await check(...next);
  };
  await Promise.all([checker(), checker(), checker(), checker()]);
});

test('a camera that sends JPEG over RTSP is encoded', async () => {
  const port = await freePort();
  const server = new RtspServer({ address: '127.0.0.1', port, method: null });
  const picture = 'videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=10/1';
  const launch = `( ${picture} ! jpegenc ! rtpjpegpay name=pay0 )`;
  server.mount('/jpeg', { launch, protocols: ['tcp'], shared: true, credentials: null, onMedia: () => {} });
  server.listen();
  const serving = setInterval(() => RtspServer.iterate(), 5);
  try {
    const { status, body } = await recorder.probe<ProbeResult>({ url: `rtsp://127.0.0.1:${port}/jpeg` });
    assert.equal(status, 200, JSON.stringify(body));
    const { codec, sourceCodec, width, fps } = body.media.video;
    assert.deepEqual([codec, sourceCodec, width, fps], ['h264', 'jpeg', 320, 10]);
  } finally {
    clearInterval(serving);
    server.stopListening();
  }
});

describe('recorded, untouched where the codec allows', () => {
  /** Frames of each before its server vanished. */
  const before: Record<string, number> = {};

  const frames = async (id: string) => framesOf(await recordedSegments(data.path, id)).length;

  const untilRecorded = (id: string, more: number) =>
    waitFor(`${id}: ${more} frames`, async () => (await frames(id)) >= more, {
      withinMs: 60_000,
      details: () => recorder.logTail(30),
    });

  test('all of them, at once', async () => {
    const settings = Object.entries(all()).map(([id, source]) => ({ id, name: id, source }));
    await Promise.all(settings.map((camera) => recorder.call('POST', '/cameras', camera)));
    const live = Object.keys(all()).filter((id) => id !== 'once');
    await Promise.all(live.map((id) => untilRecorded(id, 30)));
    const { body } = await recorder.request<string>('GET', '/cameras');
    const told = `${JSON.stringify(body)}${recorder.log}`;
    assert.ok(!told.includes(passphrase) && !told.includes(account.password), 'a password was told');
  });

  test('what is played once is played to its end, and then waits', async () => {
    const { code, reason } = await recorder.untilState('once', 'waiting');
    assert.equal(code, 'source_finished');
    assert.match(reason, /played to its end/);
  });

  test('a picture can be watched live', async () => {
    for (const id of ['hls', 'mjpeg', 'udp']) {
      const { status, body } = await recorder.bytes(`/cameras/${id}/snapshot.jpg`);
      assert.equal(status, 200, `${id}: ${body}`);
    }
  });

  test('servers that vanish and return are recorded again', async () => {
    const servers = Object.entries(sources);
    for (const [id] of servers) before[id] = await frames(id);
    await Promise.all(servers.map(([, server]) => server.vanish()));
    // A playlist is read ahead, and asked for again meanwhile.
    const noticed = servers.filter(([id]) => id !== 'hls');
    await Promise.all(noticed.map(([id]) => recorder.untilState(id, 'waiting')));
    await Promise.all(servers.map(([, server]) => server.appear()));
    await Promise.all(servers.map(([id]) => untilRecorded(id, (before[id] ?? 0) + 30)));
  });

  test('no frame is missing, and times are those of the source', async () => {
    await recorder.stop();
    for (const id of Object.keys(all())) {
      const segments = await recordedSegments(data.path, id);
      const perFrameMs = recordedMs(segments) / framesOf(segments).length;
      // Senders that have waited for us send what they kept all at once.
      assert.ok(Math.abs(perFrameMs - smallCameraFrameMs) < 25, `${id}: ${perFrameMs} ms a frame`);
      if (id === 'mjpeg') continue;
      assert.deepEqual(breaksInRuns(segments), [], id);
      assert.ok(
        segments.some(({ audio }) => audio.length > 0),
        `${id} has no sound`,
      );
    }
    const once = countersOf(await recordedSegments(data.path, 'once'));
    assert.equal(once.length, await packetCount(path.join(media, 'clip.mp4'), 'v'));
    assert.ok(runsOf(await recordedSegments(data.path, 'loop')).length > 2, 'the clip is not played again');
    assert.equal(runsOf(await recordedSegments(data.path, 'hls')).length, 1, 'a playlist goes on where it was');
  });
});
