import assert from 'node:assert/strict';
import { test } from 'node:test';
import { areaPath, barsPath, linePath, scaleOf, summaryOf, totalOf } from './sparkline-path.ts';

const scale = { min: 0, max: 10 };

test('a line goes through the middle of each step, greater values higher', () => {
  assert.equal(linePath([0, 5, 10], scale, 20), 'M0.5 20L1.5 10L2.5 0');
});

test('a line breaks where nothing was measured, and a lone point stays to be seen', () => {
  assert.equal(linePath([5, 5, null, 10, null], scale, 20), 'M0.5 10L1.5 10M3.5 0h0');
  assert.equal(linePath([null, null], scale, 20), '');
});

test('an area closes at the bottom of each stretch', () => {
  assert.equal(areaPath([null, 5, 10], scale, 20), 'M1.5 20L1.5 10L2.5 0L2.5 20Z');
});

test('what lies outside the scale stays inside the chart', () => {
  assert.equal(linePath([-5, 50], scale, 20), 'M0.5 20L1.5 0');
  assert.equal(linePath([3, 3], { min: 0, max: 0 }, 20), 'M0.5 20L1.5 20');
});

test('a bar stands for each step that counted, and a small one can be seen beside a great one', () => {
  assert.equal(barsPath([0, 10, null, 0.01], scale, 20), 'M1 20V0h1V20ZM3 20V17.6h1V20Z');
});

test('a summary leaves out what was not measured', () => {
  assert.deepEqual(summaryOf([4, null, 2, null]), { last: 2, min: 2, max: 4, mean: 3 });
  assert.equal(summaryOf([null]), null);
  assert.equal(totalOf([1, null, 2]), 3);
});

test('a scale begins at 0 and is never smaller than it has to be at least', () => {
  assert.deepEqual(scaleOf([20, 40], 10), { min: 0, max: 46 });
  assert.deepEqual(scaleOf([], 10), { min: 0, max: 10 });
  assert.deepEqual(scaleOf([-5, 1], 10), { min: -5, max: 10 });
});
