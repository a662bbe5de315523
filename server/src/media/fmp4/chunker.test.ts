import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccessUnit, AudioConfig, VideoConfig } from '../access-unit.ts';
import type { Chunk } from '../chunk.ts';
import { Chunker, type ChunkerOptions } from './chunker.ts';
import { type Sample, samplesOf } from './samples.ts';

const frameMs = 40;
const video: VideoConfig = { codec: 'h264', width: 64, height: 64, codecData: Buffer.from('01640028ffe0', 'hex') };
/** AAC-LC, 48 kHz, stereo. */
const audio: AudioConfig = { codec: 'aac', sampleRate: 48_000, channels: 2, codecData: Buffer.from('1190', 'hex') };
const aacFrameMs = (1_024 / 48_000) * 1_000;

const unit = (ms: number, keyframe = true): AccessUnit => ({
  ptsNs: Math.round(ms * 1e6),
  keyframe,
  data: Buffer.from(`frame at ${ms}`),
  cameraUnixMs: null,
});

const chunker = (options: Partial<ChunkerOptions> = {}) =>
  new Chunker({ runId: 'run', video, audio: null, anchor: { utcMs: 1_000_000, ptsNs: 0 }, ...options });

/** Pushes frames with these presentation times (ms); keyframes where `isKey` says so. */
function record(into: Chunker, ptsMs: number[], isKey: (index: number) => boolean = (index) => index === 0): Chunk[] {
  const chunks = ptsMs.flatMap((ms, index) => into.pushVideo(unit(ms, isKey(index))));
  return [...chunks, ...into.flush()];
}

const steady = (count: number, startMs = 0) => Array.from({ length: count }, (_, n) => startMs + n * frameMs);
const samples = (chunks: Chunk[], track: Sample['track']) =>
  chunks.flatMap((chunk) => samplesOf(chunk.bytes)).filter((sample) => sample.track === track);

function assertNoHoles(track: Sample[]): void {
  for (const [i, sample] of track.entries()) {
    const previous = track[i - 1];
    if (previous) assert.equal(sample.dts, previous.dts + previous.duration, `sample ${i} follows the one before it`);
  }
}

test('chunks hold at most 500 ms and are cut at keyframes', () => {
  const chunks = record(chunker(), steady(60), (index) => index % 30 === 0);
  assert.deepEqual(
    chunks.map(({ frames, keyframe }) => `${frames}${keyframe ? 'K' : ''}`),
    ['12K', '12', '6', '12K', '12', '6'],
  );
  assert.ok(chunks.every(({ duration }) => duration <= 45_000));
  assert.deepEqual(
    chunks.map(({ sequence }) => sequence),
    [1, 2, 3, 4, 5, 6],
  );
});

test('groups of pictures of a frame or a few share a chunk that begins with a keyframe', () => {
  const allIntra = record(chunker(), steady(30), () => true);
  assert.deepEqual(
    allIntra.map(({ frames, keyframe }) => [frames, keyframe]),
    [
      [12, true],
      [12, true],
      [6, true],
    ],
  );
  const groupsOfFive = record(chunker(), steady(30), (index) => index % 5 === 0);
  assert.deepEqual(
    groupsOfFive.map(({ frames, keyframe }) => [frames, keyframe]),
    [
      [10, true],
      [10, true],
      [10, true],
    ],
  );
  const keyframes = samples(groupsOfFive, 'video').map(({ keyframe }, index) => (keyframe ? index : -1));
  assert.deepEqual(
    keyframes.filter((index) => index >= 0),
    [0, 5, 10, 15, 20, 25],
  );
});

test('a frame longer than a chunk gets one of its own', () => {
  const chunks = record(chunker(), [0, 2_000, 4_000]);
  assert.deepEqual(
    chunks.map(({ duration }) => duration),
    [180_000, 180_000, 180_000],
  );
});

test('no frame is lost, doubled or changed, and times are those of the camera', () => {
  const times = [0, 41, 79.5, 120, 200, 233.3];
  const recorded = samples(record(chunker(), times), 'video');
  assert.deepEqual(
    recorded.map(({ pts, data }) => [pts, data.toString()]),
    times.map((ms) => [Math.round(ms * 90), `frame at ${ms}`]),
  );
  assert.deepEqual(
    recorded.map(({ duration }) => duration),
    [3_690, 3_465, 3_645, 7_200, 2_997, 2_997],
  );
});

test('the UTC of a chunk follows from the anchor', () => {
  const into = chunker({ anchor: { utcMs: 1_700_000_000_000.5, ptsNs: 5e9 } });
  const chunks = record(into, steady(20, 6_000));
  assert.equal(into.startMs, 1_700_000_001_000.5);
  assert.deepEqual(
    chunks.map(({ mediaTime, startMs }) => [mediaTime, startMs]),
    [
      [0, 1_700_000_001_000.5],
      [43_200, 1_700_000_001_480.5],
    ],
  );
});

test('reordered frames are decoded in time, and never later than they are shown', () => {
  const displayed = [0, 4, 2, 1, 3, 8, 6, 5, 7].map((n) => n * frameMs);
  const into = chunker({ reorderDepth: 2 });
  const recorded = samples(record(into, displayed), 'video');
  assert.deepEqual(
    recorded.map(({ dts }) => dts / 3_600),
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.deepEqual(
    recorded.map(({ pts }) => pts / 3_600),
    [2, 6, 4, 3, 5, 10, 8, 7, 9],
  );
  assert.equal(into.learnedReorderDepth, 2);
  assert.equal(into.startMs, 1_000_000 - 2 * frameMs);
});

test('reordering that the parameter sets keep quiet about is learned, without loss', () => {
  const displayed = [0, 4, 2, 1, 3, 8, 6, 5, 7].map((n) => n * frameMs);
  const into = chunker();
  const recorded = samples(record(into, displayed), 'video');
  assert.equal(into.learnedReorderDepth, 2);
  assert.deepEqual(
    recorded.map(({ pts }) => pts / 90),
    displayed,
  );
  assert.ok(recorded.every(({ duration }) => duration >= 1));
});

test('a jump back of the time is not mistaken for reordering', () => {
  const into = chunker();
  const recorded = samples(record(into, [...steady(30, 10_000), ...steady(10, 0)]), 'video');
  assert.equal(into.learnedReorderDepth, 0);
  assert.equal(recorded.length, 40);
  assert.ok(recorded.every(({ duration }) => duration >= 1));
});

test('times of a run that lasts for weeks stay exact', () => {
  const dayMs = 86_400_000;
  const into = chunker({ audio });
  into.pushVideo(unit(0));
  into.pushAudio(unit(0));
  const chunks = steady(30, 30 * dayMs).flatMap((ms) => into.pushVideo(unit(ms, ms === 30 * dayMs)));
  const late = chunks.at(-1);
  assert.equal(late?.mediaTime, (30 * dayMs + 480) * 90);
  assert.equal(late?.startMs, 1_000_000 + 30 * dayMs + 480);
  assert.ok(samplesOf(late.bytes).every(({ track, dts, pts }) => track === 'audio' || dts === pts));
});

test('a run begins with a keyframe', () => {
  assert.throws(() => chunker().pushVideo(unit(0, false)), /keyframe/);
});

test('a run without a frame has no chunk, one of a single frame has one', () => {
  assert.deepEqual(chunker().flush(), []);
  assert.deepEqual(
    record(chunker(), [0]).map(({ frames, duration }) => [frames, duration]),
    [[1, 3_600]],
  );
});

/** Video for `seconds`, with the audio frames that `hears` lets through, each arriving `delayMs` late. */
function recordSound(seconds: number, hears: (ms: number) => boolean, { offsetMs = 0, delayMs = 0 } = {}): Chunk[] {
  const into = chunker({ audio });
  const chunks: Chunk[] = [];
  let nextAudio = 0;
  for (const [index, ms] of steady((seconds * 1_000) / frameMs).entries()) {
    chunks.push(...into.pushVideo(unit(ms, index % 50 === 0)));
    for (; nextAudio * aacFrameMs + offsetMs + delayMs <= ms; nextAudio++) {
      const audioMs = nextAudio * aacFrameMs + offsetMs;
      if (hears(audioMs)) into.pushAudio(unit(audioMs));
    }
  }
  return [...chunks, ...into.flush()];
}

const isSilence = ({ data }: Sample) => data.length === 7;

test('sound keeps its distance to the picture to a tick', () => {
  const heard = samples(
    recordSound(3, () => true, { offsetMs: 13 }),
    'audio',
  );
  assert.deepEqual(
    heard.slice(0, 4).map(({ dts }) => dts),
    [624, 1_648, 2_672, 3_696],
  );
  assertNoHoles(heard);
});

test('sound rides with the pictures of its time', () => {
  const chunks = recordSound(3, () => true);
  for (const chunk of chunks.slice(0, -1)) {
    const from = chunk.mediaTime / 90;
    const to = from + chunk.duration / 90;
    for (const { dts } of samples([chunk], 'audio')) {
      assert.ok(dts / 48 > from - 4 * aacFrameMs && dts / 48 < to, `${dts / 48} in ${from}–${to}`);
    }
  }
});

test('sound from before the first keyframe is dropped, also when it came first', () => {
  const into = chunker({ audio });
  for (let ms = 900; ms < 1_100; ms += 20) into.pushAudio(unit(ms));
  into.pushVideo(unit(1_000));
  into.pushAudio(unit(990));
  const heard = samples([...into.pushVideo(unit(1_040, false)), ...into.flush()], 'audio');
  assert.equal(heard[0]?.data.toString(), 'frame at 1000');
  assert.equal(heard[0]?.dts, 0);
});

test('sound that pauses never delays video, and its track has no hole', () => {
  const chunks = recordSound(20, (ms) => ms < 4_000 || ms > 9_000);
  const heard = samples(chunks, 'audio');
  assert.equal(samples(chunks, 'video').length, 500);
  assertNoHoles(heard);
  const silent = heard.filter(isSilence);
  assert.ok(Math.abs(silent.length * aacFrameMs - 5_000) < 100, `${silent.length} silent frames`);
  const resumed = heard[heard.findLastIndex(isSilence) + 1];
  assert.ok(resumed && Math.abs(resumed.dts - Number(resumed.data.toString().slice(9)) * 48) <= 1, 'resumes on time');
});

test('sound that stops for good is followed by silence', () => {
  const heard = samples(
    recordSound(20, (ms) => ms < 4_000),
    'audio',
  );
  const last = heard.at(-1);
  assertNoHoles(heard);
  assert.ok(last && last.dts / 48_000 > 19);
});

test('sound that starts late is preceded by silence', () => {
  const heard = samples(
    recordSound(10, (ms) => ms > 5_000),
    'audio',
  );
  assert.equal(heard[0]?.dts, 0);
  assertNoHoles(heard);
});

test('sound that comes late all the time is kept', () => {
  const heard = samples(
    recordSound(20, () => true, { delayMs: 1_500 }),
    'audio',
  );
  assert.equal(heard.filter(isSilence).length, 0);
  assertNoHoles(heard);
});

test('single lost frames lengthen the frame before them', () => {
  let n = 0;
  const heard = samples(
    recordSound(5, () => n++ % 17 !== 3),
    'audio',
  );
  assert.equal(heard.filter(isSilence).length, 0);
  assert.equal(Math.max(...heard.map(({ duration }) => duration)), 2_048);
  assertNoHoles(heard);
});
