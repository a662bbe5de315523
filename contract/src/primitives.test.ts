import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant } from './primitives.ts';

test('an instant is Unix milliseconds or ISO 8601 with an offset', () => {
  const instant = Date.UTC(2026, 10, 22, 14, 3);
  const texts = [
    String(instant),
    '2026-11-22T14:03Z',
    '2026-11-22T15:03:00.000+01:00',
    '2026-11-22T15:03:00 01:00',
    '2026-11-22T14:03:00z',
  ];
  for (const text of texts) assert.equal(parseInstant(text), instant, text);
});

test('anything else is none', () => {
  const texts = [
    '',
    'now',
    '2026-11-22',
    '2026-11-22T14:03:00',
    '-1',
    '1e3',
    '1.5',
    '0x10',
    ' 1',
    '1969-12-31T23:59:59Z',
    '2026-13-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-11-22T25:00:00Z',
    '9'.repeat(16),
  ];
  for (const text of texts) assert.equal(parseInstant(text), undefined, text);
});
