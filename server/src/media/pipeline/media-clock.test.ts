import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DecodeTimes } from '../fmp4/decode-times.ts';
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

/** Largest distance of corrected times from the capture, after `from` frames. */
function strayMs(corrected: Array<{ ptsNs: number; arrivedNs: number }>, from = 0): number {
  return Math.max(...corrected.map(({ ptsNs }, n) => (n < from ? 0 : Math.abs(ptsNs - n * frameNs)))) / 1e6;
}

/** No frame before the one before it. */
function assertInOrder(corrected: Frame[]): void {
  for (const [n, { ptsNs }] of corrected.entries()) {
    assert.ok(n === 0 || ptsNs > (corrected[n - 1]?.ptsNs ?? 0), `frame ${n} comes after the one before`);
  }
}

test('a camera clock that runs 5 % fast from the first frame on keeps the right time within 100 ms', () => {
  for (const rate of [1.05, 1.1, 1.01]) {
    const corrected = correctAll(new MediaClock(), camera({ frames: 5_000, rate }));
    assertInOrder(corrected);
    assert.ok(strayMs(corrected) < (rate > 1.06 ? 200 : 120), `${rate}: ${strayMs(corrected)} ms`);
    assert.ok(strayMs(corrected, 1_000) < 40, `${rate}: ${strayMs(corrected, 1_000)} ms in the end`);
  }
});

test('a camera clock that begins to run fast, slow, and right again is followed', () => {
  const rateOf = (n: number) => (n < 1_000 ? 1 : n < 2_500 ? 1.05 : n < 4_000 ? 0.95 : 1);
  let ptsNs = 0;
  const frames = [...camera({ frames: 6_000 })].map(({ arrivedNs }, n) => {
    if (n > 0) ptsNs += frameNs * rateOf(n);
    return { ptsNs, arrivedNs };
  });
  const corrected = correctAll(new MediaClock(), frames);
  assertInOrder(corrected);
  assert.ok(strayMs(corrected.slice(0, 2_500)) < 120, `fast: ${strayMs(corrected.slice(0, 2_500))} ms`);
  // Until it shows, slowness looks like a network that gets slower.
  assert.ok(strayMs(corrected) < 900, `turned from fast to slow: ${strayMs(corrected)} ms`);
  for (const [from, to] of [
    [1_500, 2_500],
    [3_300, 4_000],
    [4_800, 6_000],
  ] as const) {
    const stray = strayMs(corrected.slice(0, to), from);
    assert.ok(stray < 60, `frames ${from} to ${to}: ${stray} ms`);
  }
});

test('a camera clock that runs 5 % slow from the first frame on is in step after half a minute', () => {
  const corrected = correctAll(new MediaClock(), camera({ frames: 3_000, rate: 0.95 }));
  assertInOrder(corrected);
  assert.ok(strayMs(corrected) < 600, `${strayMs(corrected)} ms at first`);
  assert.ok(strayMs(corrected, 750) < 60, `${strayMs(corrected, 750)} ms in the end`);
});

test('a clock that runs wrong is followed although sender reports move the picture every few seconds', () => {
  for (const rate of [1.05, 0.95]) {
    const clock = new MediaClock();
    let movedNs = 0;
    const corrected = [...camera({ frames: 3_000, rate })].map(({ ptsNs, arrivedNs }, n) => {
      if (n > 0 && n % 125 === 0) movedNs = (((n * 7919) % 400) - 200) * 1e6;
      return { arrivedNs, ptsNs: clock.correct(ptsNs + movedNs, arrivedNs, false) };
    });
    assertInOrder(corrected);
    assert.ok(strayMs(corrected, 1_000) < 250, `${rate}: ${strayMs(corrected, 1_000)} ms`);
  }
});

test('a network that gets slower and slower for six seconds, then catches up, moves no frame', () => {
  const collapsing = [...camera({ frames: 2_000 })].map(({ ptsNs, arrivedNs }, n) => {
    // Half of the bandwidth for 6 s, then all that piled up within 2 s.
    const lateNs = n < 500 || n > 700 ? 0 : n < 650 ? (n - 500) * frameNs : (700 - n) * 3 * frameNs;
    return { ptsNs, arrivedNs: arrivedNs + lateNs };
  });
  const corrected = correctAll(new MediaClock(), collapsing);
  assertInOrder(corrected);
  assert.ok(strayMs(corrected) < 20, `${strayMs(corrected)} ms`);
});

test('a first picture kept by the camera for new clients, all of it at once, is put into the past', () => {
  const burst = [...camera({ frames: 600 })].map(({ ptsNs, arrivedNs }, n) =>
    n < 50 ? { ptsNs, arrivedNs: 50 * frameNs + delayNs } : { ptsNs, arrivedNs },
  );
  const clock = new MediaClock();
  // Running time begins with the first packet.
  const early = 50 * frameNs;
  const frames = burst.map(({ ptsNs, arrivedNs }) => ({ ptsNs, arrivedNs: arrivedNs - early }));
  clock.begin(frames.slice(0, 60));
  const corrected = correctAll(clock, frames);
  assertInOrder(corrected);
  for (const [n, { ptsNs }] of corrected.entries()) {
    assert.ok(Math.abs(ptsNs + early - n * frameNs) < 60e6, `frame ${n}: ${(ptsNs + early - n * frameNs) / 1e6}`);
  }
});

test('frames that are ever sooner after a slow start are brought back to the present', () => {
  // The first arrives 3 s late; its time is taken from its arrival.
  const frames = [...camera({ frames: 1_500 })].map(({ ptsNs, arrivedNs }, n) => ({
    ptsNs: ptsNs + 3e9,
    arrivedNs: Math.max(arrivedNs, 3e9 + n * 10e6),
  }));
  const corrected = correctAll(new MediaClock(), frames);
  assertInOrder(corrected);
  for (const [n, { ptsNs, arrivedNs }] of corrected.slice(600).entries()) {
    assert.ok(Math.abs(arrivedNs - ptsNs) < 100e6, `frame ${n + 600}: ${(arrivedNs - ptsNs) / 1e6} ms`);
  }
});

test('a small step back of a camera whose frames come in order is no reordering', () => {
  const frames = [...camera({ frames: 600 })].map((frame, n) =>
    n < 200 ? frame : { ...frame, ptsNs: frame.ptsNs - 0.4e9 },
  );
  const corrected = correctAll(new MediaClock(), frames);
  assertInOrder(corrected);
  assert.ok(strayMs(corrected) < 120, `${strayMs(corrected)} ms`);
});

test('sender reports that move the picture by a tenth of a second now and then leave its frames in order', () => {
  let movedNs = 0;
  const frames = [...camera({ frames: 2_000 })].map(({ ptsNs, arrivedNs }, n) => {
    if (n > 0 && n % 125 === 0) movedNs += n % 250 === 0 ? 110e6 : -110e6;
    return { ptsNs: ptsNs + movedNs, arrivedNs };
  });
  const clock = new MediaClock();
  const corrected = frames.map(({ ptsNs, arrivedNs }) => ({
    arrivedNs,
    ptsNs: clock.correct(ptsNs, arrivedNs, false),
  }));
  assertInOrder(corrected);
  assert.ok(strayMs(corrected) < 200, `${strayMs(corrected)} ms`);
});

test('a frame that waits for lost packets, while those after it get lost, keeps its time, and so do the others', () => {
  const clock = new MediaClock();
  for (let n = 0; n < 3_000; n += 1) {
    const place = n > 50 ? n % 13 : -1;
    if (place === 1 || place === 2) continue;
    const arrivedNs = n * frameNs + delayNs + (place === 0 ? 2 * frameNs : 0);
    const correctedNs = clock.correct(n * frameNs, arrivedNs, false);
    assert.ok(Math.abs(correctedNs - n * frameNs) < 5e6, `frame ${n}: ${(correctedNs - n * frameNs) / 1e6} ms`);
  }
});

test('frames that are reordered although the camera says they are not stay so', () => {
  const order = [0, ...Array.from({ length: 100 }, (_, gop) => [4, 2, 1, 3].map((n) => gop * 4 + n)).flat()];
  const clock = new MediaClock();
  for (const [n, shown] of order.entries()) {
    const correctedNs = clock.correct(shown * frameNs, n * frameNs + 200e6, false);
    assert.ok(Math.abs(correctedNs - shown * frameNs) < 1e6, `frame ${n}`);
  }
});

test('a stream whose frames begin to be reordered, against what it says, is understood after a few', () => {
  const later = Array.from({ length: 100 }, (_, gop) => [4, 2, 1, 3].map((n) => 199 + gop * 4 + n)).flat();
  const order = [...Array.from({ length: 200 }, (_, n) => n), ...later];
  const clock = new MediaClock();
  const corrected = order.map((shown, n) => clock.correct(shown * frameNs, n * frameNs + 200e6, false));
  const intervals = later.map((shown, n) => (corrected[200 + n] ?? 0) - shown * frameNs);
  const stray = intervals.slice(40).map((offset) => Math.abs(offset - (intervals.at(-1) ?? 0)) / 1e6);
  assert.ok(Math.max(...stray) < 20, `${Math.max(...stray)} ms`);
});

test('a jump of a camera that reorders frames leaves their order as it was', () => {
  const order = [0, ...Array.from({ length: 100 }, (_, gop) => [4, 2, 1, 3].map((n) => gop * 4 + n)).flat()];
  const depthOf = (times: number[]) => {
    const decode = new DecodeTimes(0);
    for (const ns of times) decode.push(ns);
    return decode.learnedDepth;
  };
  const usual = depthOf(order.map((shown) => shown * frameNs));
  for (const jumpNs of [3e9, -3e9]) {
    for (let at = 200; at < 204; at += 1) {
      const clock = new MediaClock();
      const corrected = order.map((shown, n) =>
        clock.correct(shown * frameNs + (n < at ? 0 : jumpNs), (n + 4) * frameNs + 20e6),
      );
      assert.ok(depthOf(corrected) <= usual + 1, `jump at ${at}: depth ${depthOf(corrected)} instead of ${usual}`);
    }
  }
});

test('a wild time stamp of one frame leaves those after it where they belong', () => {
  for (const wildNs of [1e12, -1e12]) {
    const frames = [...camera({ frames: 600 })].map((frame, n) =>
      n === 200 ? { ...frame, ptsNs: frame.ptsNs + wildNs } : frame,
    );
    const corrected = correctAll(new MediaClock(), frames);
    assertInOrder(corrected);
    assert.ok(strayMs(corrected) < 120, `${strayMs(corrected)} ms`);
  }
});
