import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireInstant, requireRange } from './instants.ts';

test('an instant is read from ISO 8601 and from Unix milliseconds', () => {
  assert.equal(requireInstant('at', '2026-11-22T14:03:00+01:00'), Date.UTC(2026, 10, 22, 13, 3));
  assert.equal(requireInstant('at', '1795356180000'), 1_795_356_180_000);
});

test('what is no instant is refused with its field', () => {
  assert.throws(() => requireInstant('at', 'yesterday'), {
    code: 'invalid_request',
    field: 'at',
    message: /^at: must be ISO 8601/,
  });
  assert.throws(() => requireRange({ from: '0', to: 'now' }), { code: 'invalid_request', field: 'to' });
});

test('a range ends after it begins', () => {
  assert.deepEqual(requireRange({ from: '1', to: '2' }), { from: 1, to: 2 });
  for (const to of ['1', '0']) {
    assert.throws(() => requireRange({ from: '1', to }), { code: 'invalid_range', field: 'to' });
  }
});
