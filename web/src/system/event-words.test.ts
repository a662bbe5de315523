import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecorderEvent } from '@nightjar/contract';
import { byDay, eventNote } from './event-words.ts';

const vienna = 'Europe/Vienna';
const nowMs = Date.parse('2026-11-22T13:03:22Z');
const event = (part: Partial<RecorderEvent>): RecorderEvent => ({
  id: 1,
  at: nowMs,
  since: null,
  count: 1,
  lastAt: nowMs,
  cameraId: null,
  kind: 'camera_down',
  level: 'alert',
  message: '',
  code: null,
  ...part,
});

test('an entry says how often it happened, if that is more than once', () => {
  assert.equal(eventNote(event({}), vienna), '');
  assert.equal(eventNote(event({ count: 4, lastAt: nowMs + 60_000 }), vienna), '4 times until 14:04:22');
});

test('entries are put under their local day, the newest days by name', () => {
  const at = (text: string) => event({ at: Date.parse(text) });
  const days = byDay(
    [at('2026-11-22T13:00:00Z'), at('2026-11-21T23:30:00Z'), at('2026-11-21T22:30:00Z'), at('2026-11-19T10:00:00Z')],
    nowMs,
    vienna,
  );
  assert.deepEqual(
    days.map(({ title, events }) => [title, events.length]),
    [
      ['Today, Sun 22 Nov', 2],
      ['Yesterday, Sat 21 Nov', 1],
      ['Thu 19 Nov 2026', 1],
    ],
  );
});
