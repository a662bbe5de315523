import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SkippedGap } from '../../player/playback/playback.ts';
import { InStep } from './in-step.ts';
import type { Member, MemberView } from './member.ts';
import { type SimulatedCamera, SimulatedPlayer } from './simulated-player.ts';

const t0 = 1_000_000;

/** Some cameras in step, and time that passes when it is told to, in ticks of 16 ms. */
function inStepOf(cameras: Record<string, SimulatedCamera>) {
  let nowMs = 5_000;
  const skipped: SkippedGap[] = [];
  const inStep = new InStep({
    now: () => nowMs,
    startMs: t0,
    onPosition: () => {},
    onSkippedGap: (gap) => skipped.push(gap),
  });
  const players = new Map<string, SimulatedPlayer>();
  const members = new Map<string, Member>();
  const add = (id: string, camera: SimulatedCamera) => {
    const player = new SimulatedPlayer(camera, (state) => {
      const member = members.get(id);
      if (member) member.state = state;
    });
    players.set(id, player);
    members.set(id, inStep.add(id, player));
  };
  for (const [id, camera] of Object.entries(cameras)) add(id, camera);
  const pass = (ms: number, afterEach = () => {}) => {
    for (let passed = 0; passed < ms; passed += 16) {
      nowMs += 16;
      for (const player of players.values()) player.pass(16);
      inStep.tick();
      afterEach();
    }
  };
  return {
    inStep,
    skipped,
    pass,
    add,
    player: (id: string) => players.get(id) as SimulatedPlayer,
    view: (id: string): MemberView | undefined => members.get(id)?.view(nowMs),
    /** How far a picture is from the clock, ms. */
    offset: (id: string) => (players.get(id)?.wallTimeMs() ?? 0) - inStep.wallMs,
  };
}

const always = [{ from: t0 - 3_600_000, to: t0 + 3_600_000 }];

test('pictures that start unequally fast and drift are kept at the clock', () => {
  const cameras = {
    a: { spans: always, startMs: 20 },
    b: { spans: always, startMs: 120, drift: 1.003 },
    c: { spans: always, startMs: 60, drift: 0.998 },
    d: { spans: always, startMs: 300 },
  };
  const { inStep, pass, offset } = inStepOf(cameras);
  inStep.play();
  pass(5_000);
  let largest = 0;
  const begun = inStep.wallMs;
  pass(60_000, () => {
    for (const id of Object.keys(cameras)) largest = Math.max(largest, Math.abs(offset(id)));
  });
  assert.ok(largest < 20, `${largest} ms`);
  assert.ok(Math.abs(inStep.wallMs - begun - 60_000) < 40);
});

test("one camera's gap does not stop the others; it comes back at the right moment", () => {
  const spans = [
    { from: t0 - 10_000, to: t0 + 3_000 },
    { from: t0 + 20_000, to: t0 + 60_000 },
  ];
  const { inStep, pass, view, offset } = inStepOf({ a: { spans: always }, b: { spans } });
  inStep.play();
  pass(6_000);
  assert.deepEqual(view('b'), { state: 'gap', untilMs: t0 + 20_000 });
  assert.deepEqual(view('a'), { state: 'shown' });
  assert.ok(inStep.wallMs > t0 + 5_000 && Math.abs(offset('a')) < 20);
  pass(t0 + 19_900 - inStep.wallMs);
  assert.deepEqual(view('b'), { state: 'gap', untilMs: t0 + 20_000 });
  pass(200);
  assert.deepEqual(view('b'), { state: 'shown' });
  pass(1_500);
  assert.ok(Math.abs(offset('b')) < 20, `${offset('b')}`);
});

test('a moment that only one camera has: the clock is there, the others say from when on they have footage', () => {
  const { inStep, pass, view, offset } = inStepOf({
    a: { spans: always },
    b: { spans: [{ from: t0 + 9_000, to: t0 + 20_000 }] },
  });
  pass(1_000);
  assert.equal(inStep.state.state, 'paused');
  assert.equal(inStep.wallMs, t0);
  assert.equal(offset('a'), 0);
  assert.deepEqual(view('b'), { state: 'gap', untilMs: t0 + 9_000 });
});

test('where no camera has footage, the clock jumps, or goes on if that is wanted', () => {
  const gapTo = (to: number) => ({
    spans: [
      { from: t0 - 10_000, to: t0 + 2_000 },
      { from: t0 + to, to: t0 + 60_000 },
    ],
  });
  const cameras = { a: gapTo(30_000), b: gapTo(40_000) };
  const jumping = inStepOf(cameras);
  jumping.inStep.play();
  jumping.pass(6_000);
  assert.equal(jumping.skipped.length, 1);
  assert.equal(jumping.skipped[0]?.toMs, t0 + 30_000);
  assert.ok(jumping.inStep.wallMs > t0 + 32_000 && jumping.inStep.wallMs < t0 + 35_000);
  assert.deepEqual(jumping.view('b'), { state: 'gap', untilMs: t0 + 40_000 });

  const waiting = inStepOf(cameras);
  waiting.inStep.setGaps('wait');
  waiting.inStep.play();
  waiting.pass(6_000);
  assert.deepEqual(waiting.skipped, []);
  assert.ok(waiting.inStep.wallMs < t0 + 6_000 && waiting.inStep.wallMs > t0 + 5_000);
  assert.equal(waiting.inStep.state.state, 'gap');
  waiting.pass(25_500);
  assert.equal(waiting.inStep.state.state, 'playing');
  assert.ok(Math.abs(waiting.offset('a')) < 20);
});

test('a slow camera holds the others for a moment, then it follows', () => {
  const { inStep, pass, player, offset, view } = inStepOf({ a: { spans: always }, b: { spans: always } });
  inStep.play();
  pass(3_000);
  player('b').stall(8_000);
  const stalledAt = inStep.wallMs;
  pass(1_000);
  assert.ok(inStep.wallMs - stalledAt < 400, 'the clock waits');
  assert.equal(inStep.state.state, 'waiting');
  pass(4_000);
  assert.ok(inStep.wallMs - stalledAt > 2_500, 'not for long');
  assert.deepEqual(view('b'), { state: 'loading' });
  assert.ok(Math.abs(offset('a')) < 20);
  pass(5_500);
  assert.deepEqual(view('b'), { state: 'shown' });
  assert.ok(Math.abs(offset('b')) < 20, `${offset('b')}`);
});

test('when the machine is too busy for all of them, they stay in step with each other', () => {
  const { inStep, pass, player, offset } = inStepOf({
    a: { spans: always },
    b: { spans: always },
    c: { spans: always },
  });
  inStep.play();
  pass(3_000);
  for (const id of ['a', 'b', 'c']) player(id).stall(160);
  pass(240);
  for (const id of ['a', 'b', 'c']) assert.ok(Math.abs(offset(id)) < 25, `${id}: ${offset(id)}`);
  assert.equal(inStep.state.state, 'playing');
});

test('a camera that fails holds nobody, and comes back', () => {
  const { inStep, pass, player, offset, view } = inStepOf({ a: { spans: always }, b: { spans: always } });
  inStep.play();
  pass(2_000);
  player('b').fail(5_000);
  const before = inStep.wallMs;
  pass(2_000);
  assert.equal(view('b')?.state, 'failed');
  assert.ok(inStep.wallMs - before > 1_900);
  pass(5_000);
  assert.ok(Math.abs(offset('b')) < 20, `${offset('b')}`);
});

test('the end is that of the last camera, and goes on when more has been recorded', () => {
  const a = { spans: [{ from: t0 - 1_000, to: t0 + 2_000 }] };
  const b = { spans: [{ from: t0 - 1_000, to: t0 + 4_000 }] };
  const { inStep, pass, view } = inStepOf({ a, b });
  inStep.play();
  pass(3_000);
  assert.deepEqual(view('a'), { state: 'ended' });
  assert.equal(inStep.state.state, 'playing');
  pass(3_000);
  assert.deepEqual(inStep.state, { state: 'ended', atMs: t0 + 4_000 });
  b.spans = [{ from: t0 - 1_000, to: t0 + 14_000 }];
  pass(3_000);
  assert.equal(inStep.state.state, 'playing');
  assert.ok(inStep.wallMs > t0 + 5_000);
});

test('pausing shows the same moment of all', () => {
  const { inStep, pass, offset } = inStepOf({ a: { spans: always, startMs: 0 }, b: { spans: always, startMs: 140 } });
  inStep.play();
  pass(200);
  inStep.pause();
  pass(1_000);
  assert.deepEqual([offset('a'), offset('b')].map(Math.round), [0, 0]);
  assert.equal(inStep.state.state, 'paused');
});

test('a step is one frame of the chosen camera, and the others follow', () => {
  const cameras = { a: { spans: always, fps: 25 }, b: { spans: always, fps: 10 } };
  const { inStep, pass, offset } = inStepOf(cameras);
  pass(500);
  inStep.step(1, 'b');
  pass(500);
  assert.equal(inStep.wallMs, t0 + 100);
  inStep.step(-1, 'a');
  pass(500);
  // The frame of `a` that was shown at that moment began 20 ms earlier.
  assert.equal(inStep.wallMs, t0 + 40);
  assert.deepEqual([offset('a'), offset('b')], [0, 0]);
  for (let press = 0; press < 5; press += 1) {
    inStep.step(1, 'a');
    pass(32);
  }
  pass(1_000);
  assert.equal(inStep.wallMs, t0 + 240);
  assert.equal(offset('b'), 0);
});

test('fast and backwards are the clock’s, too', () => {
  const spans = [
    { from: t0 - 60_000, to: t0 - 20_000 },
    { from: t0 - 5_000, to: t0 + 3_600_000 },
  ];
  const { inStep, pass, view, offset } = inStepOf({ a: { spans: always }, b: { spans } });
  inStep.setRate(-2);
  inStep.play();
  pass(5_000);
  assert.ok(inStep.wallMs < t0 - 7_000 && inStep.wallMs > t0 - 10_000, `${inStep.wallMs - t0}`);
  assert.deepEqual(view('b'), { state: 'gap', untilMs: t0 - 20_000 });
  inStep.seek(t0);
  inStep.setRate(64);
  pass(5_000);
  assert.ok(inStep.wallMs > t0 + 64 * 4_000, `${inStep.wallMs - t0}`);
  for (const id of ['a', 'b']) assert.ok(Math.abs(offset(id)) < 64 * 1_050, `${id}: ${offset(id)}`);
});

test('another camera joins while the others go on', () => {
  const { inStep, pass, add, offset } = inStepOf({ a: { spans: always } });
  inStep.play();
  pass(2_000);
  const before = inStep.wallMs;
  add('b', { spans: always });
  pass(2_000);
  assert.ok(inStep.wallMs - before > 1_900);
  assert.ok(Math.abs(offset('b')) < 20, `${offset('b')}`);
});
