// Mostly waits.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { CameraCreate } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { readFrameNumber } from '../testing/camera/read-picture.ts';
import { countersIn, greyPicture } from '../testing/media-tools.ts';
import { breaksIn, breaksInRuns, countersOf, framesOf, type RecordedSegment, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const loopFrames = 150;

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;

before(async () => {
  cameras = await startCameras({
    mounts: [
      smallCamera('h264', { aligned: true, audio: 'aac' }),
      smallCamera('h265', { aligned: true, video: 'h265' }),
      smallCamera('b-frames', { aligned: true, bFrames: 2, gopFrames: 15 }),
    ],
  });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  for (const id of ['h264', 'h265', 'b-frames']) await add(id);
  for (const id of ['h264', 'h265', 'b-frames']) await recordedOn(id, 5_000);
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const add = (id: string, more: Partial<CameraCreate> = {}) =>
  recorder.addCamera({ id, name: id, source: { url: cameras.url(id) }, ...more });

/** Resolves when so much more is on disk than now. */
async function recordedOn(id: string, ms: number): Promise<RecordedSegment[]> {
  const until = Date.now() + ms;
  return recorder.untilRecorded(id, `${ms} ms more`, (now) => (framesOf(now).at(-1)?.shownAtMs ?? 0) >= until);
}

const livePath = (id: string) => `/cameras/${id}/live/index.m3u8`;
const playbackPath = (id: string, from: number, to: number) =>
  `/cameras/${id}/playback.m3u8?from=${Math.floor(from)}&to=${Math.ceil(to)}`;
const address = (apiPath: string) => `${recorder.url}/api/v1${apiPath}`;

async function playlist(apiPath: string): Promise<string> {
  const { status, headers, body } = await recorder.bytes(apiPath);
  assert.equal(status, 200, body.toString());
  assert.equal(headers.get('content-type')?.split(';')[0], 'application/vnd.apple.mpegurl');
  return body.toString();
}

for (const codec of ['h264', 'h265'] as const) {
  test(`${codec}: live HLS gives each frame once, in order`, async () => {
    const newest = (await cameras.sent(codec)).lastFrame;
    const counters = await countersIn(address(livePath(codec)), codec, { seconds: 5 });
    assert.deepEqual(breaksIn(counters), []);
    assert.ok(counters.length >= 60, `${counters.length} frames`);
    const late = newest - (counters[0] ?? 0);
    assert.ok(late < 15 * 8, `live begins ${late} frames before the newest`);
  });

  test(`${codec}: playback of a range gives its frames, each once, in order`, async () => {
    const frames = framesOf(await recorder.recorded(codec));
    const [first, last] = [frames[20], frames[65]];
    assert.ok(first?.stamp && last?.stamp);
    const counters = await countersIn(address(playbackPath(codec, first.shownAtMs, last.shownAtMs)), codec);
    assert.deepEqual(breaksIn(counters), []);
    assert.ok(counters.includes(first.stamp.frame) && counters.includes(last.stamp.frame - 1));
    // From the keyframe before to the end of the chunk; a keyframe comes every five frames.
    assert.ok(
      (counters[0] ?? 0) > first.stamp.frame - 10,
      `begins with ${counters[0]} instead of ${first.stamp.frame}`,
    );
    assert.ok(
      (counters.at(-1) ?? 0) < last.stamp.frame + 10,
      `ends with ${counters.at(-1)} instead of ${last.stamp.frame}`,
    );
  });
}

/** RFC 6381 names from the configuration in an `ftyp` + `moov`, as ISO 14496-15 (5.4, E.3) makes them. */
function codecNames(init: Buffer): string[] {
  const names: string[] = [];
  const avcC = init.indexOf('avcC');
  if (avcC > 0) names.push(`avc1.${init.subarray(avcC + 5, avcC + 8).toString('hex')}`);
  const hvcC = init.indexOf('hvcC');
  if (hvcC > 0) {
    const profile = init.readUInt8(hvcC + 5) & 0x1f;
    const tier = init.readUInt8(hvcC + 5) & 0x20 ? 'H' : 'L';
    // Compatibility flags are written in reverse bit order.
    const flags = [
      ...init
        .readUInt32BE(hvcC + 6)
        .toString(2)
        .padStart(32, '0'),
    ]
      .reverse()
      .join('');
    const constraints =
      init
        .subarray(hvcC + 10, hvcC + 16)
        .toString('hex')
        .replace(/(00)+$/, '')
        .match(/../g) ?? [];
    const level = init.readUInt8(hvcC + 16);
    const parts = [
      'hvc1',
      profile,
      Number.parseInt(flags, 2).toString(16),
      `${tier}${level}`,
      ...constraints.map((byte) => byte.replace(/^0/, '')),
    ];
    names.push(parts.join('.'));
  }
  if (init.indexOf('esds') > 0) names.push('mp4a.40.2');
  return names;
}

for (const [id, audio] of [
  ['h264', true],
  ['h265', false],
] as const) {
  test(`${id}: the multivariant playlists name codecs and size as the stream has them`, async () => {
    const frames = framesOf(await recorder.recorded(id));
    const range = playbackPath(id, frames[0]?.shownAtMs ?? 0, frames.at(-1)?.shownAtMs ?? 0);
    for (const multivariant of [livePath(id), range]) {
      const text = await playlist(multivariant);
      const [, codecs, media] = /CODECS="([^"]+)".*\n(.+)/.exec(text) ?? [];
      assert.match(text, /RESOLUTION=320x180\b/);
      const mediaUrl = new URL(media ?? '', address(multivariant));
      const mediaText = await (await fetch(mediaUrl)).text();
      const map = /EXT-X-MAP:URI="([^"]+)"(?:,BYTERANGE="(\d+)@(\d+)")?/.exec(mediaText);
      const init = Buffer.from(await (await fetch(new URL(map?.[1] ?? '', mediaUrl))).arrayBuffer());
      const names = codecNames(init.subarray(0, Number(map?.[2] ?? init.length)));
      assert.equal(names.length, audio ? 2 : 1);
      assert.equal(codecs?.toLowerCase(), names.join(',').toLowerCase());
    }
  });
}

/** Number in its loop of the frame that the camera captured at `wallMs`; the loop begins when the Unix time divides by it. */
const numberAt = (wallMs: number) =>
  Math.round((wallMs % (loopFrames * smallCameraFrameMs)) / smallCameraFrameMs) % loopFrames;

for (const id of ['h264', 'h265', 'b-frames']) {
  test(`${id}: the snapshot of an instant is the frame shown then`, async () => {
    const frames = framesOf(await recorder.recorded(id));
    for (const at of [16, 17, 18, 19, 20, 41, 62]) {
      const frame = frames[at];
      assert.ok(frame?.stamp);
      for (const inFrame of [0.1, 0.5, 0.9]) {
        const instant = Math.round(frame.shownAtMs + inFrame * smallCameraFrameMs);
        const { status, body } = await recorder.bytes(`/cameras/${id}/snapshot.jpg?at=${instant}`);
        assert.equal(status, 200);
        const number = readFrameNumber(await greyPicture(body));
        assert.equal(number, numberAt(frame.stamp.wallMs), `frame ${frame.stamp.frame}, at ${inFrame}`);
        if (at !== 18) break;
      }
    }
  });
}

test('the snapshot of now is at most two seconds old', async () => {
  const asked = Date.now();
  const { status, headers, body } = await recorder.bytes('/cameras/h264/snapshot.jpg');
  assert.equal(status, 200);
  assert.equal(headers.get('cache-control'), 'no-store');
  const number = readFrameNumber(await greyPicture(body));
  assert.ok(number !== null);
  const oldFrames = (numberAt(Date.now()) - number + loopFrames) % loopFrames;
  const tookFrames = (Date.now() - asked) / smallCameraFrameMs;
  assert.ok(oldFrames < 2 * 15 + tookFrames, `${oldFrames} frames old`);
});

test('playback goes on over a change of the stream, with an init segment for each run', async () => {
  const from = framesOf(await recorder.recorded('h264')).at(-30)?.shownAtMs ?? 0;
  await recorder.updateCamera('h264', { audio: { mode: 'off' } });
  const segments = await recorder.untilRecorded('h264', 'a silent run', (now) =>
    now.some(({ scan, frames }) => scan.audio === null && frames.length > 30),
  );
  const range = playbackPath('h264', from, framesOf(segments).at(-1)?.shownAtMs ?? 0);
  const media = await playlist(range.replace('playback.m3u8', 'playback/media.m3u8'));
  assert.equal(media.match(/#EXT-X-DISCONTINUITY\n/g)?.length, 1, media);
  assert.equal(media.match(/#EXT-X-MAP:/g)?.length, 2, media);
  assert.equal(media.match(/#EXT-X-PROGRAM-DATE-TIME:/g)?.length, 2, media);
  const counters = await countersIn(address(range), 'h264');
  const recorded = countersOf(segments);
  assert.deepEqual(
    counters,
    recorded.slice(recorded.indexOf(counters[0] ?? -1), recorded.indexOf(counters.at(-1) ?? -1) + 1),
  );
  const silent = new Set(runsOf(segments)).size;
  assert.equal(silent, 2);
});

test('recording can be paused and resumed while live view goes on', async () => {
  const live = countersIn(address(livePath('h265')), 'h265', { seconds: 9 });
  await recorder.setRecording('h265', 'off');
  const { problem } = await recorder.untilState('h265', 'live');
  assert.equal(problem, null);
  const pausedAt = Date.now();
  const { lastFrame } = await cameras.sent('h265');
  await waitFor('two seconds more are sent', async () => (await cameras.sent('h265')).lastFrame > lastFrame + 30);
  const latest = framesOf(await recorder.recorded('h265')).map(({ stamp }) => stamp?.wallMs ?? 0);
  assert.ok(Math.max(...latest) - pausedAt < 600, 'it records while paused');
  await recorder.setRecording('h265', 'continuous');
  await recorder.untilState('h265', 'recording');
  const segments = await recordedOn('h265', 1_000);
  assert.deepEqual(breaksInRuns(segments).length, 1, 'one pause');
  const { gaps } = await recorder.timeline('h265', pausedAt - 3_000, Date.now());
  assert.deepEqual(
    gaps.map(({ cause }) => cause),
    ['paused'],
  );
  const counters = await live;
  assert.deepEqual(breaksIn(counters), []);
  assert.ok(counters.length > 100, `${counters.length} frames`);
});

const rowCount = (cameraId: string) => {
  using database = new DatabaseSync(path.join(data.path, 'nightjar.sqlite'), { readOnly: true });
  return database.prepare('SELECT count(*) AS n FROM segments WHERE camera_id = ?').get(cameraId)?.n;
};

test('a deleted camera leaves its footage when that is asked for', async () => {
  const files = (await recorder.recorded('b-frames')).map(({ file }) => file);
  await recorder.deleteCamera('b-frames', 'keep');
  assert.equal((await recorder.request('GET', '/cameras/b-frames')).status, 404);
  await waitFor('its last segment is closed', () => rowCount('b-frames') === files.length);
  assert.ok(files.length > 0 && files.every(existsSync));
});

test('a camera deleted with its footage leaves nothing', async () => {
  const files = (await recorder.recorded('h264')).map(({ file }) => file);
  assert.ok(files.length >= 2);
  const { recordedMs, sizeBytes } = await recorder.footage('h264');
  assert.ok(recordedMs > 5_000 && sizeBytes > 10_000);
  await recorder.deleteCamera('h264', 'delete');
  assert.deepEqual(files.filter(existsSync), []);
  assert.ok(!existsSync(path.join(data.path, 'recordings/h264')));
  assert.equal(rowCount('h264'), 0);
  for (const apiPath of [livePath('h264'), '/cameras/h264/snapshot.jpg', '/cameras/h264/status']) {
    assert.equal((await recorder.bytes(apiPath)).status, 404, apiPath);
  }
  await add('h264');
  await recorder.untilRecorded('h264', 'a camera of the same name', (now) => framesOf(now).length > 10);
});
