import assert from 'node:assert/strict';
import { test } from 'node:test';
import { untilChoices, untilText } from './until.ts';

const timeZone = 'Europe/Vienna';
const at = (text: string) => Date.parse(text);
const choices = (now: string) =>
  untilChoices(at(now), timeZone).map(
    ({ label, untilMs }) => `${label}: ${new Date(untilMs).toISOString().slice(8, 16)}`,
  );

test('the end of an override is said as short as it is clear', () => {
  const now = at('2026-11-23T13:00:00Z');
  assert.equal(untilText(at('2026-11-23T17:00:00Z'), now, timeZone), '18:00');
  assert.equal(untilText(at('2026-11-24T05:00:00Z'), now, timeZone), 'Tue 06:00');
  assert.equal(untilText(at('2026-11-30T05:00:00Z'), now, timeZone), 'Mon 30 Nov 06:00');
});

test('the morning is the next six o’clock of the recorder', () => {
  assert.deepEqual(choices('2026-11-23T22:00:00Z'), [
    '30 minutes: 23T22:30',
    '1 hour: 23T23:00',
    '4 hours: 24T02:00',
    'Until the morning: 24T05:00',
  ]);
  assert.equal(choices('2026-11-24T02:00:00Z').at(-1), 'Until the morning: 24T05:00');
  assert.equal(choices('2026-10-24T20:00:00Z').at(-1), 'Until the morning: 25T05:00');
});
