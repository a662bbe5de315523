import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slugFor } from './slug.ts';

const slugs: [name: string, id: string][] = [
  ['Front door', 'front-door'],
  ['  Garage (left) #2 ', 'garage-left-2'],
  ['Haustür Süd', 'haustur-sud'],
  ['Straße / Łódź', 'strasse-lodz'],
  ['Crème brûlée', 'creme-brulee'],
  ['İstanbul', 'istanbul'],
  ['Tür №1', 'tur-no1'],
  ['入口', 'camera'],
  ['---', 'camera'],
  ['x'.repeat(100), 'x'.repeat(63)],
];
for (const [name, id] of slugs)
  test(`${name} becomes ${id}`, () =>
    assert.equal(
      slugFor(name, () => false),
      id,
    ));

test('a taken id gets the next free number', () => {
  const taken = new Set<string>(['front-door', 'front-door-2', 'x'.repeat(63)]);
  assert.equal(
    slugFor('Front door', (id) => taken.has(id)),
    'front-door-3',
  );
  assert.equal(
    slugFor('x'.repeat(80), (id) => taken.has(id)),
    `${'x'.repeat(61)}-2`,
  );
});
