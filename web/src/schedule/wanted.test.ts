import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DaySpan, type Recording, type Week, weekdays, wholeWeek } from '@nightjar/contract';
import { WallClock } from '../../../server/src/schedule/wall-clock.ts';
import { restAt } from '../../../server/src/schedule/wanted.ts';
import { wantedAt } from './wanted.ts';
import { formatMinute } from './week.ts';

const timeZone = 'Europe/Vienna';
const nights: DaySpan[] = [{ from: '18:00', to: '06:00' }];
const everyDay = (spans: DaySpan[]) => Object.fromEntries(weekdays.map((day) => [day, spans])) as Week;
const scheduled = (week: Week, exceptions: Recording['schedule']['exceptions'] = []): Recording => ({
  mode: 'scheduled',
  schedule: { week, exceptions },
  override: null,
});
const at = (text: string) => Date.parse(text);
/** "on until …" or "off until …", by the recorder's wall clock in UTC. */
const said = (recording: Recording, now: string) => {
  const { record, untilMs } = wantedAt(recording, at(now), timeZone);
  return `${record ? 'on' : 'off'} until ${untilMs === null ? 'further notice' : new Date(untilMs).toISOString()}`;
};

test('nights are recorded from evening to morning of the recorder', () => {
  const recording = scheduled(everyDay(nights));
  assert.equal(said(recording, '2026-11-23T16:59:59Z'), 'off until 2026-11-23T17:00:00.000Z');
  assert.equal(said(recording, '2026-11-23T17:00:00Z'), 'on until 2026-11-24T05:00:00.000Z');
  assert.equal(said(recording, '2026-11-24T04:59:59Z'), 'on until 2026-11-24T05:00:00.000Z');
  assert.equal(said(recording, '2026-11-24T05:00:00Z'), 'off until 2026-11-24T17:00:00.000Z');
});

test('on the days of the clock change the wall clock counts', () => {
  const recording = scheduled(everyDay([{ from: '00:00', to: '12:00' }]));
  assert.equal(said(recording, '2026-03-28T23:30:00Z'), 'on until 2026-03-29T10:00:00.000Z');
  assert.equal(said(recording, '2026-10-24T22:30:00Z'), 'on until 2026-10-25T11:00:00.000Z');
});

test('an exception replaces its days, but not the night that began before it', () => {
  const recording = scheduled(everyDay(nights), [{ from: '2026-12-24', to: '2026-12-26', spans: [] }]);
  assert.equal(said(recording, '2026-12-23T20:00:00Z'), 'on until 2026-12-24T05:00:00.000Z');
  assert.equal(said(recording, '2026-12-24T20:00:00Z'), 'off until 2026-12-27T17:00:00.000Z');
});

test('the first exception that has a date holds', () => {
  const recording = scheduled(everyDay([]), [
    { from: '2026-12-24', spans: [{ from: '10:00', to: '11:00' }] },
    { from: '2026-12-20', to: '2026-12-31', spans: [] },
  ]);
  assert.equal(said(recording, '2026-12-23T09:00:00Z'), 'off until 2026-12-24T09:00:00.000Z');
});

test('what never changes has no end', () => {
  assert.equal(said(scheduled(wholeWeek()), '2026-11-23T12:00:00Z'), 'on until further notice');
  assert.equal(said(scheduled(everyDay([])), '2026-11-23T12:00:00Z'), 'off until further notice');
  assert.equal(
    said({ ...scheduled(everyDay([])), mode: 'continuous' }, '2026-11-23T12:00:00Z'),
    'on until further notice',
  );
  assert.equal(said({ ...scheduled(wholeWeek()), mode: 'off' }, '2026-11-23T12:00:00Z'), 'off until further notice');
});

test('days that touch are one stretch', () => {
  const week = { ...everyDay([]), saturday: wholeWeek().saturday, sunday: [{ from: '00:00', to: '20:00' }] };
  assert.equal(said(scheduled(week), '2026-11-21T08:00:00Z'), 'on until 2026-11-22T19:00:00.000Z');
});

test('an override holds until its end, whatever else is set', () => {
  const until = at('2026-11-23T13:00:00Z') as NonNullable<Recording['override']>['until'];
  const recording: Recording = { ...scheduled(everyDay([])), override: { record: true, until } };
  assert.equal(said(recording, '2026-11-23T12:59:59Z'), 'on until 2026-11-23T13:00:00.000Z');
  assert.equal(said(recording, '2026-11-23T13:00:00Z'), 'off until further notice');
});

test('an answer that was kept is not given beyond its end, nor before its beginning', () => {
  const recording = scheduled(everyDay(nights));
  assert.match(said(recording, '2026-11-23T17:30:00Z'), /^on/);
  assert.match(said(recording, '2026-11-24T05:00:00Z'), /^off/);
  assert.match(said(recording, '2026-11-23T17:30:00Z'), /^on/);
});

test('random schedules are understood as the recorder does, also where clocks change', () => {
  let seed = 5;
  const random = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % below;
  };
  const spans = (): DaySpan[] =>
    Array.from({ length: random(3) }, () => ({
      from: formatMinute(random(96) * 15),
      to: formatMinute(random(97) * 15),
    }));
  for (const zone of ['Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe']) {
    const wall = new WallClock(zone);
    for (let round = 0; round < 200; round += 1) {
      const week = Object.fromEntries(weekdays.map((day) => [day, spans()])) as Week;
      const recording = scheduled(week, [{ from: '2026-10-25', to: '2026-10-26', spans: spans() }]);
      const day = ['2026-03-28T12:00Z', '2026-04-04T12:00Z', '2026-10-24T12:00Z', '2026-11-01T00:00Z'][random(4)] ?? '';
      const nowMs = at(day) + random(2_880) * 60_000;
      const { rest, until } = restAt(recording, nowMs, wall);
      const wanted = wantedAt(recording, nowMs, zone);
      assert.equal(
        wanted.record,
        rest === null,
        `${zone} ${new Date(nowMs).toISOString()} ${JSON.stringify(recording)}`,
      );
      // The recorder looks eight days ahead.
      if (until < nowMs + 8 * 86_400_000)
        assert.equal(wanted.untilMs, until, `${zone} ${new Date(nowMs).toISOString()}`);
    }
  }
});
