import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verdictOf } from './verdict-words.ts';

const hour = 3_600_000;
const known = { problems: [], unread: null, cameras: 3, startedAt: hour };

test('fine is said only when all is known and nothing is wrong', () => {
  assert.deepEqual(verdictOf(known, 3 * hour), {
    kind: 'fine',
    title: 'Everything is fine',
    detail: 'All that should be recorded is. The recorder runs for 2 h.',
  });
  assert.equal(verdictOf({ ...known, unread: 'The recorder does not answer.' }, 0).kind, 'unknown');
  assert.equal(verdictOf({ ...known, cameras: 0 }, 0).title, 'Ready');
});

test('problems are counted and named, and the worst gives the tone', () => {
  const notice = { kind: 'notice' as const, title: 'Disk B: missing' };
  const stopped = { kind: 'stopped' as const, title: 'Yard: no picture' };
  assert.deepEqual(verdictOf({ ...known, problems: [stopped, notice], unread: 'x' }, 0), {
    kind: 'stopped',
    title: '2 things need attention',
    detail: 'Yard: no picture · Disk B: missing',
  });
  assert.equal(verdictOf({ ...known, problems: [notice] }, 0).kind, 'notice');
});
