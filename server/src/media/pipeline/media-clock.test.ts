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

/** The camera's intervals, counted from the first frame. */
function assertEven(corrected: Frame[]): void {
  const firstNs = corrected[0]?.ptsNs ?? 0;
  for (const [n, { ptsNs }] of corrected.entries()) {
    assert.ok(Math.abs(ptsNs - firstNs - n * frameNs) < 1e6, `frame ${n}`);
  }
}

test('jitter of arrival leaves the intervals of the camera alone', () => {
  assertEven(correctAll(new MediaClock(), camera({ frames: 1000 })));
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
  assertEven(correctAll(new MediaClock(), stalled));
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

test('a track whose first packet is stamped seconds early is put where it arrived, and stays when RTCP corrects it', () => {
  const clock = new MediaClock();
  const late = 1.9e9;
  const frames = [...camera({ frames: 500 })].map(({ ptsNs, arrivedNs }, n) => ({
    // From frame 100 on, rtpbin has moved the track to where it belongs.
    ptsNs: n < 100 ? ptsNs : ptsNs + late,
    arrivedNs: arrivedNs + late,
  }));
  const corrected = correctAll(clock, frames);
  for (const [n, { ptsNs, arrivedNs }] of corrected.entries()) {
    assert.ok(Math.abs(arrivedNs - ptsNs) < 100e6, `frame ${n}`);
    assert.ok(n === 0 || ptsNs > (corrected[n - 1]?.ptsNs ?? 0), `frame ${n} comes after the one before`);
  }
});

test('reordered frames, shown up to four frames after they arrive, are no jump', () => {
  // I P B B B …: decode order as it arrives, 40 ms apart.
  const order = [0, ...Array.from({ length: 100 }, (_, gop) => [4, 2, 1, 3].map((n) => gop * 4 + n)).flat()];
  const frames = order.map((shown, n) => ({ ptsNs: shown * frameNs, arrivedNs: n * frameNs }));
  const corrected = correctAll(new MediaClock(), frames);
  for (const [n, { ptsNs }] of corrected.entries())
    assert.ok(Math.abs(ptsNs - (order[n] ?? 0) * frameNs) < 1e6, `frame ${n}`);
});

test('half a second of correction by RTCP is taken out soon', () => {
  const frames = [...camera({ frames: 300 })].map((frame, n) =>
    n < 100 ? frame : { ...frame, ptsNs: frame.ptsNs + 0.5e9 },
  );
  const corrected = correctAll(new MediaClock(), frames);
  for (const { ptsNs, arrivedNs } of corrected.slice(120)) assert.ok(Math.abs(arrivedNs - ptsNs) < 100e6);
});

test('when the first frame comes late, those after it keep their intervals', () => {
  const frames = [...camera({ frames: 300 })].map((frame, n) =>
    n > 8 ? frame : { ...frame, arrivedNs: 9 * frameNs + delayNs },
  );
  assertEven(correctAll(new MediaClock(), frames));
});
