import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CatchUp } from './catch-up.ts';

interface Network {
  /** Of the piece of media that is sent at this moment, s. */
  delayS(sentAtS: number): number;
  seconds: number;
  /** What there is to show when it begins. */
  beginsAheadS?: number;
}

/** Plays frames of 40 ms; answers how far behind the newest frame it is, the dry moments, and all rates. */
function play({ delayS, seconds, beginsAheadS = 0.05 }: Network) {
  const control = new CatchUp();
  const stepS = 0.01;
  const arrivals = Array.from({ length: seconds * 25 }, (_, i) => ({ i, atS: i * 0.04 + delayS(i * 0.04) }));
  // Frames overtake nobody.
  for (const [i, arrival] of arrivals.entries()) arrival.atS = Math.max(arrival.atS, arrivals[i - 1]?.atS ?? 0);
  let positionS = 0;
  let endS = beginsAheadS;
  let isDry = false;
  let dry = 0;
  let jumps = 0;
  let next = 0;
  const rates: number[] = [];
  for (let t = 0; t < seconds; t += stepS) {
    for (let due = arrivals[next]; due && due.atS <= t; due = arrivals[++next]) {
      control.onArrival(endS, t * 1000);
      endS += 0.04;
    }
    const { rate, jump } = control.step(positionS, endS, t * 1000);
    if (jump) {
      positionS = endS - control.targetS;
      jumps += 1;
    }
    rates.push(rate);
    positionS = Math.min(positionS + stepS * rate, endS);
    if (positionS === endS && !isDry) {
      control.onDry(t * 1000);
      dry += 1;
    }
    isDry = positionS === endS;
  }
  return { aheadS: endS - positionS, targetS: control.targetS, dry, jumps, rates };
}

test('on a calm network the delay stays within a frame and a little', () => {
  const { aheadS, dry } = play({ delayS: () => 0, seconds: 30 });
  assert.ok(aheadS < 0.1, `${aheadS} s`);
  assert.ok(dry <= 3, `dry ${dry} times`);
});

test('what lay ready at the start is caught up with by rate, or jumped over when it is much', () => {
  const little = play({ delayS: () => 0, seconds: 10, beginsAheadS: 0.35 });
  assert.equal(little.jumps, 0);
  assert.ok(little.rates.includes(1.25) && Math.max(...little.rates) <= 1.5);
  assert.ok(little.aheadS < 0.12, `${little.aheadS} s`);
  const much = play({ delayS: () => 0, seconds: 10, beginsAheadS: 8 });
  assert.equal(much.jumps, 1);
  assert.ok(much.aheadS < 0.12, `${much.aheadS} s`);
});

test('a network that falters is given the room it needs, and it stops running dry', () => {
  // Every second, a frame takes 200 ms, and those behind it wait.
  const falters = (sentAtS: number) => (Math.round(sentAtS * 25) % 25 === 0 ? 0.2 : 0);
  const first = play({ delayS: falters, seconds: 20 });
  const longer = play({ delayS: falters, seconds: 60 });
  assert.ok(longer.dry <= first.dry + 2, `dry ${first.dry}, then ${longer.dry} times`);
  assert.ok(longer.targetS < 0.35, `${longer.targetS} s`);
});

test('a hitch now and then does not make everything later', () => {
  const hitches = (sentAtS: number) => (Math.round(sentAtS * 25) % 125 === 124 ? 0.4 : 0);
  const { targetS, rates } = play({ delayS: hitches, seconds: 120 });
  assert.ok(targetS < 0.25, `${targetS} s`);
  assert.ok(Math.max(...rates.slice(1_000)) > 1, 'it is caught up with');
});

test('after a break of seconds the newest picture is shown at once', () => {
  const { aheadS, jumps } = play({ delayS: (s) => (s > 10 && s < 14 ? 14 - s : 0), seconds: 20 });
  assert.ok(jumps >= 1);
  assert.ok(aheadS < 0.3, `${aheadS} s`);
});

test('the room that was given goes back when the network is calm again', () => {
  const falters = (s: number) => (s < 10 && Math.round(s * 25) % 25 === 0 ? 0.2 : 0);
  const soon = play({ delayS: falters, seconds: 12 });
  const later = play({ delayS: falters, seconds: 100 });
  assert.ok(later.targetS < 0.06, `${soon.targetS} s, then ${later.targetS} s`);
});

test('with sound some more is kept', () => {
  assert.ok(new CatchUp(true).targetS >= 0.1);
});
