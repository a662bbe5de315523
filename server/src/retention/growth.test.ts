import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysUntil } from './growth.ts';

const unlimited = Number.POSITIVE_INFINITY;

test('without limits, what is left is divided by what all write', () => {
  const two = [
    { bytesPerDay: 10, forDays: unlimited },
    { bytesPerDay: 15, forDays: unlimited },
  ];
  assert.equal(daysUntil(100, two), 4);
  assert.equal(daysUntil(0, two), 0);
});

test('what has reached its limit grows no more', () => {
  const growing = [
    { bytesPerDay: 10, forDays: unlimited },
    { bytesPerDay: 20, forDays: 2 },
    { bytesPerDay: 5, forDays: 0 },
  ];
  assert.equal(daysUntil(50, growing), 50 / 30);
  assert.equal(daysUntil(60, growing), 2);
  assert.equal(daysUntil(100, growing), 6);
});

test('limits that hold all of it keep it from ever filling', () => {
  assert.equal(daysUntil(100, [{ bytesPerDay: 10, forDays: 9 }]), unlimited);
  assert.equal(daysUntil(90, [{ bytesPerDay: 10, forDays: 9 }]), 9);
  assert.equal(daysUntil(100, []), unlimited);
  assert.equal(daysUntil(100, [{ bytesPerDay: 0, forDays: unlimited }]), unlimited);
});
