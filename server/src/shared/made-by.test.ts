import assert from 'node:assert/strict';
import { test } from 'node:test';
import { madeByOf } from './made-by.ts';

test('who it was is the name that was given, else the address', () => {
  assert.equal(madeByOf({ ip: '::1' }, ' Anna '), 'Anna');
  assert.equal(madeByOf({ ip: '::1' }, '  '), '::1');
  assert.equal(madeByOf({ ip: '192.0.2.7' }), '192.0.2.7');
  assert.equal(madeByOf({ ip: '::ffff:192.0.2.7' }), '192.0.2.7');
  assert.equal(madeByOf({ ip: '::ffff:c000:207' }), '::ffff:c000:207');
});
