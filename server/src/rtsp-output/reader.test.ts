import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PushOptions } from '../media/gst/index.ts';
import type { RtspMedia } from '../media/gst/rtsp-media.ts';
import type { OutputFrame, StreamConfig } from './protocol.ts';
import { Reader } from './reader.ts';

const config: StreamConfig = {
  video: {
    codec: 'h264',
    width: 320,
    height: 180,
    codecData: Buffer.from('0142001effe100026742010002 68ce'.replace(' ', ''), 'hex'),
  },
  audio: { codec: 'aac', sampleRate: 16_000, channels: 1, codecData: Buffer.from('1408', 'hex') },
};

/** Takes what a reader pushes, in milliseconds, as long as there is room. */
class FakeMedia {
  readonly pushed: Record<string, Array<{ atMs: number; size: number; marker: boolean }>> = { video: [], audio: [] };
  room = Number.POSITIVE_INFINITY;
  #play = () => {};
  #zeroMs = performance.now();

  appSrc(name: string) {
    const { pushed } = this;
    const isFull = () => this.room <= 0;
    return {
      setCaps: () => {},
      release: () => {},
      get queuedBytes() {
        return isFull() ? Number.MAX_SAFE_INTEGER : 0;
      },
      push: (data: Buffer, { ptsNs, marker = false }: PushOptions) => {
        this.room -= 1;
        pushed[name]?.push({ atMs: Math.round((ptsNs ?? 0) / 1e6), size: data.length, marker });
        return 'ok' as const;
      },
    };
  }
  onPlay(listener: () => void) {
    this.#play = listener;
  }
  play() {
    this.#play();
  }
  runningTimeNs = () => (performance.now() - this.#zeroMs) * 1e6;
  setRunningTime(ns: number) {
    this.#zeroMs = performance.now() - ns / 1e6;
  }
  release() {}
}

function playing(): { media: FakeMedia; reader: Reader } {
  const media = new FakeMedia();
  const reader = new Reader(media as unknown as RtspMedia, config, Buffer.from([0]), () => {});
  media.play();
  return { media, reader };
}

const picture = (utcMs: number, keyframe = false, size = 100): OutputFrame => ({
  ...{ track: 'video', utcMs, keyframe },
  data: Buffer.alloc(size),
});
const sound = (utcMs: number): OutputFrame => ({ track: 'audio', utcMs, keyframe: true, data: Buffer.alloc(10) });
const times = (media: FakeMedia, track: 'video' | 'audio') => media.pushed[track]?.map(({ atMs }) => atMs);

test('parameter sets have the time of the first picture and end nothing; silence is just before', () => {
  const { media, reader } = playing();
  const now = Date.now();
  for (const frame of [picture(now - 2000, true), sound(now - 2010), sound(now - 1990), picture(now - 1960)])
    reader.take(frame);
  reader.pump();
  assert.deepEqual(times(media, 'video'), [1000, 1000, 1040]);
  assert.deepEqual(
    media.pushed.video?.map(({ marker }) => marker),
    [false, true, true],
  );
  assert.deepEqual(times(media, 'audio'), [936, 1010], 'sound before the first picture is left out');
});

test('running time is such that what is captured now has its time, whatever the age of the first picture', () => {
  const { media, reader } = playing();
  const now = Date.now();
  reader.take(picture(now - 3000, true));
  reader.pump();
  assert.ok(Math.abs(media.runningTimeNs() / 1e6 - 4000) < 100);
});

for (const [what, stepMs] of [
  ['back', -3_600_000],
  ['ahead', 3_600_000],
] as const) {
  test(`a clock that is set ${what} by an hour does not show in the time of pictures`, () => {
    const { media, reader } = playing();
    const now = Date.now();
    reader.take(picture(now - 40, true));
    reader.take(sound(now - 40));
    reader.take(picture(now + stepMs, true));
    reader.take(sound(now + stepMs + 10));
    reader.take(picture(now + stepMs + 40));
    reader.pump();
    assert.deepEqual(times(media, 'video')?.slice(1), [1000, 1040, 1080]);
    assert.deepEqual(times(media, 'audio')?.slice(1), [1000, 1050]);
  });
}

test('a pause of the camera is one of the pictures, too', () => {
  const { media, reader } = playing();
  const now = Date.now();
  for (const frame of [picture(now - 9000, true), picture(now - 8960), picture(now, true)]) reader.take(frame);
  reader.pump();
  assert.deepEqual(times(media, 'video')?.slice(1), [1000, 1040, 10_000]);
});

test('what is past is not handed on all at once', () => {
  const { media, reader } = playing();
  const now = Date.now();
  for (let n = 0; n < 10; n += 1) reader.take(picture(now - 1000 + n * 40, n === 0, 20_000));
  reader.pump();
  assert.equal(times(media, 'video')?.length, 3);
  for (let n = 0; n < 4; n += 1) reader.pump();
  assert.equal(times(media, 'video')?.length, 11);
});

test('a reader that takes nothing for seconds is too slow, one that only begins is not', (t) => {
  const { media, reader } = playing();
  const now = Date.now();
  media.room = 0;
  reader.take(picture(now, true));
  reader.pump();
  assert.equal(reader.tooSlow, false);
  const started = performance.now();
  t.mock.method(performance, 'now', () => started + 6_000);
  assert.equal(reader.tooSlow, true);
});
