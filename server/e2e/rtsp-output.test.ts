// Mostly waits.
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { Receiver } from '../testing/camera/receiver.ts';
import { readFrameStamps } from '../testing/camera/stamp.ts';
import { freePort } from '../testing/free-port.ts';
import { runTool } from '../testing/media-tools.ts';
import { commandLine, descendants } from '../testing/processes.ts';
import { breaksIn, countersOf, framesOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { RtspReader } from '../testing/rtsp-reader.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const account = { username: 'wall', password: 'not to be told' };
const data = temporaryDataDir();
const otherData = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
let port: number;

before(async () => {
  cameras = await startCameras({
    mounts: [
      smallCamera('yard', { audio: 'aac' }),
      smallCamera('hall', { video: 'h265', bFrames: 2 }),
      smallCamera('gate', { audio: 'aac', secondClip: { video: 'h265', width: 320, height: 180 } }),
    ],
  });
  port = await freePort();
  const passwordFile = path.join(otherData.path, 'password');
  writeFileSync(passwordFile, `${account.password}\n`);
  const args = ['--rtsp-port', `${port}`, '--rtsp-user', account.username, '--rtsp-password-file', passwordFile];
  recorder = await RecorderProcess.start({ dataDir: data.path, args });
  for (const id of ['yard', 'hall', 'gate']) await recorder.addCamera({ id, name: id, source: source(id) });
  for (const id of ['yard', 'hall', 'gate']) await recorder.untilState(id, 'recording');
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
  otherData[Symbol.dispose]();
});

const source = (id: string) => ({ url: cameras.url(id) });
const address = (id: string) => `rtsp://127.0.0.1:${port}/${id}`;
const withAccount = (id: string) =>
  address(id).replace('//', `//${account.username}:${encodeURIComponent(account.password)}@`);
const serverPid = () => descendants(recorder.pid).find((pid) => commandLine(pid).includes('rtsp-output/'));

/** TCP connections that are open to a port of this machine (Linux). */
function connectionsTo(port: number): number {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
  return lines.filter((line) => new RegExp(`^ *\\d+: \\w{8}:${hex} \\w{8}:\\w{4} 01 `).test(line)).length;
}

const pictures = (reader: RtspReader) => reader.track('video').frames;
const morePictures = (reader: RtspReader, count = 15) => {
  const before = pictures(reader);
  return waitFor(`${count} more pictures`, () => pictures(reader) >= before + count);
};

/** What has come to the disk is whole, and more comes. */
async function stillRecordsAll(id: string): Promise<void> {
  const before = countersOf(await recorder.recorded(id)).at(-1) ?? -1;
  const segments = await recorder.untilRecorded(
    id,
    'more frames',
    (now) => (countersOf(now).at(-1) ?? -1) >= before + 15,
  );
  assert.deepEqual(breaksIn(countersOf(segments)), []);
}

for (const transport of ['tcp', 'udp'] as const) {
  test(`ffmpeg reads every frame and the sound over ${transport}`, async () => {
    const input = ['-rtsp_transport', transport, '-t', '2', '-i', withAccount('yard')];
    const files = ['video.h264', 'sound.aac'].map((name) => path.join(otherData.path, `${transport}-${name}`));
    const [video = '', sound = ''] = files;
    await runTool('ffmpeg', [
      ...['-nostdin', '-v', 'error', ...input],
      ...['-map', '0:v', '-c', 'copy', '-f', 'h264', video, '-map', '0:a', '-c', 'copy', '-f', 'adts', sound],
    ]);
    const counters = readFrameStamps(readFileSync(video)).map(({ frame }) => frame);
    assert.ok(counters.length >= 25, `${counters.length} frames`);
    assert.deepEqual(breaksIn(counters), []);
    assert.ok(readFileSync(sound).length > 5_000);
  });
}

for (const [id, video] of [
  ['yard', 'h264'],
  ['hall', 'h265'],
] as const) {
  test(`GStreamer reads ${video}${id === 'hall' ? ' with reordered pictures' : ''}, and is told when each was taken`, async () => {
    const { username: user, password } = account;
    const askedMs = Date.now();
    await using receiver = new Receiver(address(id), { video, audio: id === 'yard' ? 'aac' : 'none', user, password });
    const timed = await waitFor('frames with their time', () => {
      const found = receiver.frames.filter(({ ntpUnixMs }) => ntpUnixMs !== null);
      return found.length >= 5 && found;
    });
    const errors = timed.map(({ stamp, ntpUnixMs }) => Math.abs((ntpUnixMs ?? 0) - (stamp?.wallMs ?? 0)));
    assert.ok(Math.max(...errors) < 500, `off by ${errors.map(Math.round)} ms`);
    assert.deepEqual(breaksIn(receiver.frames.map(({ stamp }) => stamp?.frame ?? -1)), []);
    const [first] = receiver.frames;
    assert.equal(first?.keyframe, true);
    assert.ok((first?.stamp?.wallMs ?? 0) > askedMs - 3_000, 'it begins with the newest keyframe');
    if (id === 'yard') assert.ok(receiver.audioFrames > 0);
    assert.deepEqual(receiver.messages, []);
  });
}

test('another recorder records all frames of it', async () => {
  await using other = await RecorderProcess.start({ dataDir: path.join(otherData.path, 'recorder') });
  await other.addCamera({ id: 'copy', name: 'Copy', source: { url: address('yard'), ...account } });
  const segments = await other.untilRecorded('copy', 'two seconds', (found) => framesOf(found).length >= 30);
  assert.deepEqual(breaksIn(countersOf(segments)), []);
  assert.ok(segments.some(({ audio }) => audio.length > 20));
});

const vlcReadsRtsp = globSync('/usr/lib/*/vlc/plugins/access/liblive555_plugin.so').length > 0;
test('VLC reads it', { skip: vlcReadsRtsp ? false : 'there is no VLC with live555, its RTSP library' }, async () => {
  const file = path.join(otherData.path, 'vlc.ts');
  const options = ['-I', 'dummy', '--run-time=3', `--sout=#standard{access=file,mux=ts,dst=${file}}`];
  await runTool('vlc-wrapper', [...options, withAccount('yard'), 'vlc://quit']);
  const counters = readFrameStamps(readFileSync(file)).map(({ frame }) => frame);
  assert.ok(counters.length >= 15, `${counters.length} frames`);
});

test('who has no account, or a wrong one, is turned away, and so is who asks for what is not there', async () => {
  const refused = (id: string, given: object, status: string) =>
    assert.rejects(RtspReader.play(address(id), given), new RegExp(`DESCRIBE: ${status}`));
  await refused('yard', {}, '401');
  await refused('yard', { ...account, password: 'wrong' }, '401');
  await refused('yard', { ...account, password: 'wrong', basic: true }, '401');
  await refused('nobody', account, '404');
  await refused('yard/sub', account, '404');
  await using basic = await RtspReader.play(address('yard'), { ...account, basic: true });
  await morePictures(basic, 1);
  assert.doesNotMatch(recorder.log, new RegExp(account.password));
});

test('many readers see a picture at once, and the camera has one connection', async () => {
  const cameraPort = Number(new URL(cameras.url('yard')).port);
  const before = connectionsTo(cameraPort);
  const readers = await Promise.all(Array.from({ length: 12 }, () => RtspReader.play(address('yard'), account)));
  await Promise.all(readers.map((reader) => morePictures(reader)));
  assert.equal(connectionsTo(cameraPort), before);
  const metrics = async () => (await fetch(`${recorder.url}/metrics`)).text();
  await waitFor('readers are counted', async () => /viewers\{protocol="rtsp"\} 12\n/.test(await metrics()));
  for (const reader of readers) {
    for (const { lost, steppedBack } of reader.tracks)
      assert.deepEqual({ lost, steppedBack }, { lost: 0, steppedBack: 0 });
    await reader[Symbol.asyncDispose]();
  }
  await waitFor('nobody is counted', async () => /viewers\{protocol="rtsp"\} 0\n/.test(await metrics()));
  await stillRecordsAll('yard');
});

test('a camera that was away goes on in the same sessions', async () => {
  await using reader = await RtspReader.play(address('yard'), account);
  await morePictures(reader);
  await cameras.fault('yard', 'drop');
  await morePictures(reader, 20);
  assert.deepEqual(
    reader.tracks.map(({ lost, steppedBack }) => ({ lost, steppedBack })),
    [
      { lost: 0, steppedBack: 0 },
      { lost: 0, steppedBack: 0 },
    ],
  );
});

test('another codec ends the sessions, and readers come again', async () => {
  await using reader = await RtspReader.play(address('gate'), account);
  await morePictures(reader, 5);
  assert.equal(reader.track('video').encoding, 'H264');
  await cameras.fault('gate', 'codec');
  await waitFor('the reader is disconnected', () => reader.closed);
  await using again = await RtspReader.play(address('gate'), account);
  await morePictures(again, 5);
  assert.equal(again.track('video').encoding, 'H265');
});

test('a server that is killed is started again, and no recording notices', async () => {
  await using reader = await RtspReader.play(address('yard'), account);
  await morePictures(reader, 5);
  const killed = serverPid() ?? 0;
  process.kill(killed, 'SIGKILL');
  await waitFor('the reader is disconnected', () => reader.closed);
  await using again = await waitFor('readers connect again', () =>
    RtspReader.play(address('yard'), account).catch(() => null),
  );
  await morePictures(again, 5);
  assert.notEqual(serverPid(), killed);
  const segments = await recorder.recorded('hall');
  assert.deepEqual(breaksIn(countersOf(segments)), []);
});

test('a substream that is connected for viewers only is asked for once, and then read', async () => {
  await recorder.updateCamera('yard', { substream: { ...source('hall'), connect: 'on-demand' } });
  const outcome = () => RtspReader.play(address('yard/sub'), account).catch((error: Error) => error.message);
  await waitFor('it is there, but not known', async () => (await outcome()) === 'DESCRIBE: 503');
  await using reader = await waitFor('it is known', async () => {
    const found = await outcome();
    return typeof found !== 'string' && found;
  });
  await morePictures(reader, 5);
  assert.equal(reader.track('video').encoding, 'H265');
  await recorder.updateCamera('yard', { substream: null });
  await waitFor('it is gone', async () => (await outcome()) === 'DESCRIBE: 404');
});

test('the readers of a camera that is removed are disconnected', async () => {
  await using reader = await RtspReader.play(address('gate'), account);
  await morePictures(reader, 5);
  await recorder.deleteCamera('gate');
  await waitFor('the reader is disconnected', () => reader.closed);
  await assert.rejects(RtspReader.play(address('gate'), account), /DESCRIBE: 404/);
});
