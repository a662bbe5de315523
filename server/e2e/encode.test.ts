import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CameraCreate, Overlay } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { type GreyPicture, readFrameNumber } from '../testing/camera/read-picture.ts';
import {
  complaintsAbout,
  drawnText,
  greyPicture,
  greyPictures,
  loudnessOf,
  lumaOf,
  risesOf,
} from '../testing/media-tools.ts';
import { framesOf, type RecordedFrame, type RecordedSegment, recordedMs, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

/** No whole number of hours from UTC, and no summer time. */
const timeZone = 'Asia/Kathmandu';
const size = { width: 320, height: 180 };
const loopMs = 10_000;

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;

const add = (id: string, video: CameraCreate['video']) =>
  recorder.addCamera({ id, name: id, source: { url: cameras.url(id) }, ...(video && { video }) });

const drawn: Overlay = { format: '', text: 'YARD', position: 'top-right', fontSize: 40, shaded: true };

before(async () => {
  cameras = await startCameras({
    // The first two show the same at the same time.
    mounts: [
      smallCamera('reference', { aligned: true }),
      smallCamera('drawn', { aligned: true, audio: 'aac' }),
      smallCamera('scaled', { video: 'h265' }),
    ],
  });
  recorder = await RecorderProcess.start({ dataDir: data.path, timeZone });
  await add('reference', undefined);
  await add('drawn', { mode: 'encode', bitrateKbps: 800, keyframeSeconds: 1, overlay: drawn });
  await add('scaled', { mode: 'encode', height: 120, fps: 10, bitrateKbps: 200, keyframeSeconds: 2 });
  for (const id of ['reference', 'drawn', 'scaled']) await recorder.untilState(id, 'recording');
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

/** Resolves when so much more is on disk than now. */
async function recordedOn(id: string, ms: number): Promise<RecordedSegment[]> {
  const until = Date.now() + ms;
  return recorder.untilRecorded(id, `${ms} ms more`, (now) => (framesOf(now).at(-1)?.shownAtMs ?? 0) >= until);
}

/**
 * As many frames as fit into their time, and none missing or twice: encoded ones have no number to be counted by. Sender
 * reports may make GStreamer move the picture once, to meet the sound, by less than a frame.
 */
function assertNoneMissing(frames: readonly RecordedFrame[], frameMs: number): void {
  const times = frames.map(({ pts }) => pts / 90);
  const distances = times.slice(1).map((ms, at) => ms - (times[at] ?? 0));
  assert.deepEqual(
    distances.filter((ms) => ms < 0.02 * frameMs || ms > 1.98 * frameMs),
    [],
    'distances of frames, ms',
  );
  const wanted = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / frameMs;
  assert.ok(Math.abs(distances.length - wanted) < 0.99, `${distances.length} frames in the time of ${wanted}`);
}

test('size, frame rate, keyframe distance and bit rate are those asked for', async () => {
  const segments = await recorder.untilRecorded('scaled', 'seven seconds', (now) => recordedMs(now) > 7_000);
  const [first] = segments;
  assert.deepEqual(first?.scan.video, { ...first?.scan.video, codec: 'h264', width: 212, height: 120 });
  const frames = framesOf(segments);
  assertNoneMissing(frames, 100);
  const keyframes = frames.filter(({ keyframe }) => keyframe).map(({ pts }) => pts / 90);
  assert.ok(keyframes.length >= 3, `${keyframes.length} keyframes`);
  for (const [at, ms] of keyframes.slice(1).entries()) {
    const distance = ms - (keyframes[at] ?? 0);
    assert.ok(Math.abs(distance - 2_000) <= 100, `keyframes ${distance} ms apart`);
  }
  const bytes = segments.flatMap(({ chunks }) => chunks).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const kbps = (bytes * 8) / recordedMs(segments);
  assert.ok(kbps > 120 && kbps < 280, `${kbps} kbit/s`);
  assert.deepEqual(await complaintsAbout(first?.file ?? '', { hasAudio: false }), []);
});

test('flash and beep stay within 40 ms of each other', async () => {
  const segments = await recorder.untilRecorded('drawn', 'seven seconds', (now) => recordedMs(now) > 7_000);
  const { file, scan } = segments.at(-1) as RecordedSegment;
  assert.ok(scan.audio);
  // Below the overlay.
  const flashes = risesOf(await lumaOf(file, 'iw/4:ih/4:iw*3/4:ih/2'), 170);
  const beeps = risesOf(await loudnessOf(file, scan.audio.sampleRate), -20);
  assert.ok(flashes.length >= 3, `${flashes.length} flashes`);
  for (const flash of flashes.slice(0, -1).filter((atS) => atS > 0.5)) {
    const nearest = Math.min(...beeps.map((beep) => Math.abs(beep - flash)));
    assert.ok(nearest <= 0.04, `flash at ${flash} s, beeps at ${beeps.join(', ')} s`);
  }
});

test('the status shows the encoder, and the sound is kept', async () => {
  const { media } = await recorder.untilState('drawn', 'recording');
  assert.ok(media.video.encoder && /264/.test(media.video.encoder), `encoder ${media.video.encoder}`);
  assert.equal(media.audio?.codecString, 'mp4a.40.2');
  const { media: copied } = await recorder.untilState('reference', 'recording');
  assert.equal(copied.video.encoder, null);
});

const stillOf = async (id: string, at?: number): Promise<GreyPicture> => {
  const { status, body } = await recorder.bytes(`/cameras/${id}/snapshot.jpg${at === undefined ? '' : `?at=${at}`}`);
  assert.equal(status, 200, body.toString());
  return greyPicture(body);
};

const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const;

/** Shares of each corner's pixels that differ much between two pictures of the same moment. */
function differences(a: GreyPicture, b: GreyPicture): Record<Overlay['position'], number> {
  const [w, h] = [Math.floor(a.width / 3), Math.floor(a.height / 3)];
  const shareIn = (corner: Overlay['position']) => {
    const x0 = corner.endsWith('right') ? a.width - w : 0;
    const y0 = corner.startsWith('bottom') ? a.height - h : 0;
    let count = 0;
    for (let y = y0; y < y0 + h; y++) {
      for (let x = x0; x < x0 + w; x++) {
        const at = y * a.width + x;
        if (Math.abs((a.luma[at] ?? 0) - (b.luma[at] ?? 0)) > 50) count++;
      }
    }
    return count / (w * h);
  };
  return {
    'top-left': shareIn(corners[0]),
    'top-right': shareIn(corners[1]),
    'bottom-left': shareIn(corners[2]),
    'bottom-right': shareIn(corners[3]),
  };
}

/** When a newly recorded frame is shown in which the simulated camera shows no flash. */
async function quietFrame(id: string): Promise<number> {
  const frames = framesOf(await recordedOn(id, 1_000)).slice(-14);
  const quiet = frames.find(({ shownAtMs }) => shownAtMs % 1_000 > 350 && shownAtMs % 1_000 < 800);
  assert.ok(quiet, 'no quiet moment in a second');
  return quiet.shownAtMs;
}

/** An instant at which the frame that begins to be shown at `shownAtMs` is the one shown. */
const within = (shownAtMs: number) => Math.round(shownAtMs + smallCameraFrameMs / 2);

/** How much later than its capture an encoded frame is shown, milliseconds; from the number in the picture. */
async function encodedDelayMs(): Promise<number> {
  const shownAtMs = await quietFrame('drawn');
  const frame = readFrameNumber(await stillOf('drawn', within(shownAtMs)));
  assert.notEqual(frame, null);
  const inLoopMs = (shownAtMs - (frame ?? 0) * smallCameraFrameMs) % loopMs;
  return inLoopMs > loopMs / 2 ? inLoopMs - loopMs : inLoopMs;
}

/** The picture of the reference camera that was captured at `wallMs`. */
async function referenceOf(wallMs: number): Promise<GreyPicture> {
  const segments = await recorder.untilRecorded(
    'reference',
    'the same frame',
    (now) => (framesOf(now).at(-1)?.stamp?.wallMs ?? 0) > wallMs + 100,
  );
  const same = framesOf(segments).find(({ stamp }) => Math.abs((stamp?.wallMs ?? 0) - wallMs) < smallCameraFrameMs / 2);
  assert.ok(same, 'no such frame of the reference');
  return stillOf('reference', within(same.shownAtMs));
}

test('the overlay can be moved and removed while recording goes on in one run', async () => {
  const delayMs = await encodedDelayMs();
  const overlays: Array<[Overlay['position'] | null, Overlay | null]> = [
    ...corners.map((position): [Overlay['position'], Overlay] => [position, { ...drawn, position }]),
    [null, null],
  ];
  for (const [position, overlay] of overlays) {
    await recorder.updateCamera('drawn', { video: { overlay } });
    const shownAtMs = await quietFrame('drawn');
    const picture = await stillOf('drawn', within(shownAtMs));
    const shares = differences(picture, await referenceOf(shownAtMs - delayMs));
    for (const corner of corners) {
      const share = shares[corner];
      assert.ok(corner === position ? share > 0.04 : share < 0.02, `overlay ${position}: ${JSON.stringify(shares)}`);
    }
  }
  const segments = await recorder.recorded('drawn');
  assert.equal(runsOf(segments).length, 1);
  assertNoneMissing(framesOf(segments), smallCameraFrameMs);
});

/**
 * How alike the bright parts of two pictures are above on the right, where the simulated camera's square never comes:
 * 0 nothing in common, 1 the same.
 */
function likeness(a: GreyPicture, b: GreyPicture): number {
  let both = 0;
  let either = 0;
  for (let y = 0; y < a.height / 3; y++) {
    for (let x = Math.floor(a.width * 0.65); x < a.width; x++) {
      const at = y * a.width + x;
      const [inA, inB] = [(a.luma[at] ?? 0) > 140, (b.luma[at] ?? 0) > 140];
      if (inA && inB) both++;
      if (inA || inB) either++;
    }
  }
  return both / Math.max(either, 1);
}

const clockIn = (zone: string, at: number) =>
  new Date(at).toLocaleTimeString('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });

test("the time drawn is that of the recorder's zone", async () => {
  await recorder.updateCamera('drawn', { video: { overlay: { ...drawn, text: '', format: '%H:%M' } } });
  let at = within(await quietFrame('drawn'));
  // A moment after a full minute may still show the one before.
  if (at % 60_000 < 2_000) {
    await recordedOn('drawn', 2_000);
    at = within(await quietFrame('drawn'));
  }
  const picture = await stillOf('drawn', at);
  const zones = [timeZone, 'UTC', 'Europe/Vienna', 'Asia/Kolkata'];
  const likenesses = await Promise.all(
    zones.map(async (zone) => likeness(picture, await drawnText(clockIn(zone, at), drawn, size))),
  );
  const [best = 0, ...others] = likenesses;
  assert.ok(best > 0.5 && others.every((other) => other < best - 0.1), `${clockIn(timeZone, at)}: ${likenesses}`);
});

test('live view shows the overlay too', async () => {
  await recorder.updateCamera('drawn', { video: { overlay: { ...drawn, text: 'LIVE', format: '' } } });
  // The overlay puts a space between text and time, however long that is.
  const wanted = await drawnText('LIVE ', drawn, size);
  // Players begin three segments before the end of the playlist; a segment is up to two keyframe distances long.
  await recordedOn('drawn', 10_000);
  await waitFor('a snapshot of now with the text', async () => likeness(await stillOf('drawn'), wanted) > 0.5);
  const address = `${recorder.url}/api/v1/cameras/drawn/live/index.m3u8`;
  const pictures = await greyPictures(address, 15, size);
  const likenesses = pictures.map((picture) => likeness(picture, wanted));
  assert.equal(pictures.length, 15);
  assert.ok(Math.max(...likenesses) > 0.5, `${likenesses}`);
});
