// Mostly waits.
/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { readFrameNumber } from '../testing/camera/read-picture.ts';
import { launchChromium, type Visit, visit } from '../testing/chromium.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

let browser: Browser;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const data = temporaryDataDir();

before(async () => {
  const mounts = [smallCamera('door', { audio: 'aac' }), smallCamera('yard', { video: 'h265' })];
  [cameras, recorder, browser] = await Promise.all([
    startCameras({ mounts }),
    RecorderProcess.start({ dataDir: data.path, args: ['--webrtc-hosts', '203.0.113.7', '--webrtc-viewers', '2'] }),
    launchChromium(),
  ]);
  for (const id of ['door', 'yard']) await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) } });
  for (const id of ['door', 'yard']) await recorder.untilState(id, 'recording');
});

after(async () => {
  await browser?.close();
  await recorder?.stop();
  await cameras?.stop();
  data[Symbol.dispose]();
});

interface Watching {
  connection: RTCPeerConnection;
  video: HTMLVideoElement;
}
type Watcher = Window & { watching?: Watching };

interface Answer {
  status: number;
  location: string | null;
  body: string;
}

/** Any page of the recorder; what watches is put into it. */
const open = (): Promise<Visit> => visit(browser, `${recorder.url}/healthz`);

/** As a WHEP player does it; resolves with the recorder's answer. */
const watch = (page: Page, path: string): Promise<Answer> =>
  page.evaluate(async (path) => {
    const connection = new RTCPeerConnection();
    const video = document.createElement('video');
    Object.assign(video, { muted: true, autoplay: true, srcObject: new MediaStream() });
    document.body.append(video);
    connection.ontrack = ({ track }) => (video.srcObject as MediaStream).addTrack(track);
    for (const kind of ['video', 'audio']) connection.addTransceiver(kind, { direction: 'recvonly' });
    await connection.setLocalDescription();
    const answer = await fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: connection.localDescription?.sdp ?? '',
    });
    const body = await answer.text();
    if (answer.status === 201) await connection.setRemoteDescription({ type: 'answer', sdp: body });
    (window as Watcher).watching = { connection, video };
    return { status: answer.status, location: answer.headers.get('location'), body };
  }, path);

/** The number in the picture that is shown now; null before the first. */
async function shownNumber(page: Page): Promise<number | null> {
  const shown = await page.evaluate(() => {
    const { video } = (window as Watcher).watching ?? {};
    if (!video || video.videoWidth === 0) return null;
    const [width, height] = [video.videoWidth, video.videoHeight];
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(video, 0, 0);
    const pixels = context?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    return { width, height, luma: Array.from({ length: width * height }, (_, at) => pixels[4 * at + 1] ?? 0) };
  });
  return shown && readFrameNumber({ ...shown, luma: Uint8Array.from(shown.luma) });
}

/** Resolves when `count` different pictures have been shown. */
async function untilShown(page: Page, count: number): Promise<void> {
  const numbers = new Set<number>();
  await waitFor(
    `${count} pictures`,
    async () => {
      const number = await shownNumber(page);
      if (number !== null) numbers.add(number);
      return numbers.size >= count;
    },
    { everyMs: 20, details: () => recorder.logTail(20) },
  );
}

const received = (page: Page): Promise<{ sound: number; state: string }> =>
  page.evaluate(async () => {
    const { connection } = (window as Watcher).watching ?? {};
    const stats: RTCInboundRtpStreamStats[] = [...((await connection?.getStats())?.values() ?? [])];
    const sound = stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'audio');
    return { sound: sound?.packetsReceived ?? 0, state: connection?.getReceivers()[0]?.transport?.state ?? '' };
  });

const viewers = async (): Promise<number> => {
  const metrics = await (await fetch(`${recorder.url}/metrics`)).text();
  return Number(/nightjar_live_viewers\{protocol="webrtc"\} (\d+)/.exec(metrics)?.[1]);
};

const untilViewers = (count: number) => waitFor(`${count} viewers`, async () => (await viewers()) === count);

test('a camera is seen and heard, also after it reconnected, until the viewer leaves', async () => {
  await using tab = await open();
  const { page } = tab;
  const answer = await watch(page, '/cameras/door/live/whep');
  assert.equal(answer.status, 201, answer.body);
  assert.match(answer.body, /a=candidate:\S+ 1 udp \d+ 203\.0\.113\.7 \d+ typ host/, 'the outside address is told');
  await untilShown(page, 5);
  await waitFor('sound', async () => (await received(page)).sound > 20);
  assert.equal(await viewers(), 1);
  const before = await recorder.recorded('door');
  await cameras.fault('door', 'drop');
  await recorder.untilRecorded('door', 'a new run', (segments) => segments.length > before.length);
  await untilShown(page, 5);
  const left = await recorder.request('DELETE', String(answer.location).replace('/api/v1', ''));
  assert.equal(left.status, 204);
  assert.equal(await viewers(), 0);
  await waitFor('the browser is told', async () => (await received(page)).state === 'closed');
  const again = await recorder.request<{ code: string }>('DELETE', String(answer.location).replace('/api/v1', ''));
  assert.deepEqual([again.status, again.body.code], [404, 'live_session_not_found']);
});

test('a page that closes without a word is not yet missed', async () => {
  await using tab = await open();
  assert.equal((await watch(tab.page, '/cameras/door/live/whep')).status, 201);
  await untilShown(tab.page, 2);
});

test('H.265 is refused with the reason, and encoded for those who ask for it', async () => {
  await using tab = await open();
  const { page } = tab;
  const refusal = await watch(page, '/cameras/yard/live/whep');
  assert.equal(refusal.status, 409);
  assert.deepEqual(JSON.parse(refusal.body).code, 'live_not_possible');
  const answer = await watch(page, '/cameras/yard/live/whep?codec=h264');
  assert.equal(answer.status, 201, answer.body);
  await untilShown(page, 3);
  await recorder.call('DELETE', String(answer.location).replace('/api/v1', ''));
});

test('silent viewers are gone soon, further ones are capped, and all end with their camera', async () => {
  await untilViewers(0);
  await using first = await open();
  await using second = await open();
  for (const { page } of [first, second]) {
    assert.equal((await watch(page, '/cameras/door/live/whep')).status, 201);
    await untilShown(page, 2);
  }
  await using third = await open();
  const refusal = await watch(third.page, '/cameras/door/live/whep');
  assert.deepEqual([refusal.status, JSON.parse(refusal.body).code], [503, 'busy']);
  await recorder.deleteCamera('door');
  await untilViewers(0);
});
