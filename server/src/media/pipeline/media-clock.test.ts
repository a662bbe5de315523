import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MediaClock } from './media-clock.ts';

const frameNs = 40e6;
const delayNs = 20e6;

interface Frame {
  ptsNs: number;
  arrivedNs: number;
}

/** Frames of a camera whose clock runs at `rate`, arriving with jitter of up to 30 ms that repeats. */
function* camera({ frames, rate = 1 }: { frames: number; rate?: number }): Generator<Frame> {
  for (let n = 0; n < frames; n += 1) {
    yield { ptsNs: n * frameNs * rate, arrivedNs: n * frameNs + delayNs + ((n * 7919) % 30) * 1e6 };
  }
}

const correctAll = (clock: MediaClock, frames: Iterable<Frame>) =>
  [...frames].map(({ ptsNs, arrivedNs }) => ({ arrivedNs, ptsNs: clock.correct(ptsNs, arrivedNs) }));

test('jitter of arrival leaves the intervals of the camera alone', () => {
  const corrected = correctAll(new MediaClock(), camera({ frames: 1000 }));
  for (const [n, { ptsNs }] of corrected.entries()) assert.ok(Math.abs(ptsNs - n * frameNs) < 1e6);
});

test('a camera clock that runs 100 ppm fast or slow stays within 30 ms over hours', () => {
  for (const rate of [1.0001, 0.9999]) {
    const corrected = correctAll(new MediaClock(), camera({ frames: 90_000 * 6, rate }));
    const last = corrected.at(-1);
    assert.ok(last && Math.abs(last.arrivedNs - last.ptsNs - delayNs) < 60e6, 'jitter 30 ms, drift 30 ms');
    const steps = corrected.slice(1).map(({ ptsNs }, n) => ptsNs - (corrected[n]?.ptsNs ?? 0));
    assert.ok(Math.max(...steps.slice(-10_000)) < frameNs * 1.001);
  }
});

test('a network stall of three seconds moves no frame', () => {
  const stalled = [...camera({ frames: 1000 })].map((frame, n) =>
    n >= 500 && n < 575 ? { ...frame, arrivedNs: 575 * frameNs + delayNs } : frame,
  );
  for (const [n, { ptsNs }] of correctAll(new MediaClock(), stalled).entries()) {
    assert.ok(Math.abs(ptsNs - n * frameNs) < 1e6, `frame ${n}`);
  }
});

test('time stamps that jump three seconds, either way, are put back on the recorder clock', () => {
  for (const jump of [3e9, -3e9]) {
    const jumping = [...camera({ frames: 1000 })].map((frame, n) =>
      n < 500 ? frame : { ...frame, ptsNs: frame.ptsNs + jump },
    );
    const corrected = correctAll(new MediaClock(), jumping);
    for (const [n, { ptsNs, arrivedNs }] of corrected.entries()) {
      assert.ok(Math.abs(arrivedNs - ptsNs) < 100e6, `frame ${n}`);
      assert.ok(n === 0 || ptsNs > (corrected[n - 1]?.ptsNs ?? 0), `frame ${n} comes after the one before`);
    }
  }
});
