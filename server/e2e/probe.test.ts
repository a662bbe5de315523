// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ApiError, ProbeResult, SourceInput } from '@nightjar/contract';
import { type MountOptions, type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { readFrameNumber } from '../testing/camera/read-picture.ts';
import { description, FakeRtspServer, options, type RtspAnswer } from '../testing/fake-rtsp.ts';
import { greyPicture } from '../testing/media-tools.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';

const user = { user: 'viewer', password: 'right' };
const limitMs = 10_000;

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const fakes: FakeRtspServer[] = [];

const mounts: MountOptions[] = [
  smallCamera('plain'),
  smallCamera('aac', { audio: 'aac' }),
  smallCamera('pcma', { audio: 'pcma' }),
  smallCamera('opus', { audio: 'opus' }),
  smallCamera('h265', { video: 'h265', audio: 'pcmu' }),
  smallCamera('udp', { protocols: ['udp'] }),
  smallCamera('b-frames', { bFrames: 2, gopFrames: 15 }),
  smallCamera('no-sprop', { parameterSetsInSdp: false }),
  smallCamera('digest', { ...user, authMethod: 'digest' }),
  smallCamera('basic', { ...user, authMethod: 'basic' }),
  smallCamera('frozen'),
];

before(async () => {
  cameras = await startCameras({ mounts });
  await cameras.fault('frozen', 'freeze');
  recorder = await RecorderProcess.start({ dataDir: data.path });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  for (const fake of fakes) await fake[Symbol.asyncDispose]();
  data[Symbol.dispose]();
});

async function timedProbe<T>(source: SourceInput): Promise<{ status: number; body: T }> {
  const asked = performance.now();
  const { status, body } = await recorder.probe<T>(source);
  const tookMs = performance.now() - asked;
  assert.ok(tookMs < limitMs, `answered after ${tookMs} ms`);
  return { status, body };
}

interface Seen {
  source?: Partial<SourceInput>;
  codec?: 'h264' | 'h265';
  transport?: 'tcp' | 'udp';
  audio?: string;
}

const seen: Record<string, Seen> = {
  plain: {},
  aac: { audio: 'aac' },
  pcma: { audio: 'pcma' },
  opus: { audio: 'opus' },
  h265: { codec: 'h265', audio: 'pcmu' },
  udp: { transport: 'udp' },
  'b-frames': {},
  'no-sprop': {},
  digest: { source: { username: user.user, password: user.password } },
  basic: { source: { username: user.user, password: user.password } },
};

describe('what a source has is told, with its picture', () => {
  for (const [path, { source, codec = 'h264', transport = 'tcp', audio }] of Object.entries(seen)) {
    test(path, async () => {
      const { status, body } = await timedProbe<ProbeResult>({ url: cameras.url(path), ...source });
      assert.equal(status, 200, JSON.stringify(body));
      const { media, jpegBase64, elapsedMs } = body;
      assert.equal(media.transport, transport);
      const { fps, ...video } = media.video;
      assert.deepEqual(video, { codec, profile: codec === 'h264' ? 'high' : 'main', width: 320, height: 180 });
      assert.ok(fps !== null && Math.abs(fps - 15) < 1, `${fps} fps`);
      assert.equal(media.audio?.codec, audio);
      assert.equal(media.audio?.recordedAs, audio && 'aac');
      assert.ok(elapsedMs > 0 && elapsedMs < limitMs);
      const picture = await greyPicture(Buffer.from(jpegBase64, 'base64'));
      assert.deepEqual([picture.width, picture.height], [320, 180]);
      assert.notEqual(readFrameNumber(picture), null, 'the picture is not that of the camera');
    });
  }

  test('credentials may be in the address', async () => {
    const url = cameras.url('digest').replace('rtsp://', `rtsp://${user.user}:${user.password}@`);
    assert.equal((await timedProbe({ url })).status, 200);
  });
});

/** Address of a server of its own. */
async function fake(answer: RtspAnswer): Promise<string> {
  const server = await FakeRtspServer.start(answer);
  fakes.push(server);
  return server.url;
}

const describing =
  (...lines: string[]): RtspAnswer =>
  (method) => {
    if (method === 'OPTIONS') return options;
    return method === 'DESCRIBE' ? description(...lines) : null;
  };
const h264 = ['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:track1'];

const refusals: Array<[what: string, code: string, source: () => SourceInput | Promise<SourceInput>]> = [
  ['a name that nobody knows', 'camera_unreachable', () => ({ url: 'rtsp://no-such-camera.invalid/stream' })],
  ['a port where nothing listens', 'camera_refused', () => ({ url: 'rtsp://127.0.0.1:1/stream' })],
  ['no password', 'camera_auth_failed', () => ({ url: cameras.url('digest') })],
  [
    'a wrong password',
    'camera_auth_failed',
    () => ({ url: cameras.url('digest'), username: user.user, password: 'x' }),
  ],
  [
    'a wrong password (Basic)',
    'camera_auth_failed',
    () => ({ url: cameras.url('basic'), username: user.user, password: 'x' }),
  ],
  ['a path without stream', 'camera_stream_not_found', () => ({ url: `${cameras.url('plain')}-not` })],
  [
    'sound only',
    'camera_no_video',
    async () => ({ url: await fake(describing('m=audio 0 RTP/AVP 8', 'a=control:track1')) }),
  ],
  ['nothing on offer', 'camera_no_video', async () => ({ url: await fake(describing()) })],
  [
    'video of another codec',
    'camera_unsupported_codec',
    async () => ({ url: await fake(describing('m=video 0 RTP/AVP 32', 'a=control:track1')) }),
  ],
  [
    'a server that is not RTSP',
    'camera_protocol_error',
    async () => ({ url: await fake(() => 'HTTP/1.1 400 Bad Request\r\n\r\n') }),
  ],
  [
    'a server with a failure',
    'camera_protocol_error',
    async () => ({ url: await fake(() => 'RTSP/1.0 500 Internal Server Error\r\n\r\n') }),
  ],
  ['a server that accepts and is silent', 'camera_timeout', async () => ({ url: await fake(() => null) })],
  [
    'a server that is silent after its description',
    'camera_timeout',
    async () => ({ url: await fake(describing(...h264)) }),
  ],
  ['a camera that plays nothing', 'camera_timeout', () => ({ url: cameras.url('frozen') })],
];

describe('what keeps a source from being shown is named within 10 s', { concurrency: 4 }, () => {
  for (const [what, code, source] of refusals) {
    test(what, async () => {
      const { status, body } = await timedProbe<ApiError>(await source());
      assert.equal(body.code, code, JSON.stringify(body));
      assert.ok(status === 502 || status === 504, `${status}`);
      assert.doesNotMatch(body.message, /gst|undefined|\[object/i);
    });
  }
});

test('an address that is none is refused with the field named', async () => {
  for (const url of ['ftp://127.0.0.1/', 'rtsp://', 'rtsp://a b/']) {
    const { status, body } = await timedProbe<ApiError>({ url });
    assert.equal(status, 400, url);
    assert.equal(body.field, 'url', JSON.stringify(body));
  }
});

test('more probes at once than the machine should bear are refused; later ones are answered', async () => {
  const silent = await fake(() => null);
  const answers = await Promise.all(Array.from({ length: 12 }, () => timedProbe<ApiError>({ url: silent })));
  const codes = answers.map(({ body }) => body.code);
  assert.ok(codes.includes('busy') && codes.includes('camera_timeout'), codes.join(', '));
  assert.equal((await timedProbe({ url: cameras.url('plain') })).status, 200);
});
