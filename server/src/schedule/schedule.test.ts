import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DaySpan, type Recording, type Schedule, type Span, type Week, weekdays } from '@nightjar/contract';
import { seededRandom } from '../../testing/random.ts';
import { WallClock } from './wall-clock.ts';
import { restAt, stretchesOf, wantedIn } from './wanted.ts';

const everyDay = (spans: DaySpan[]) => Object.fromEntries(weekdays.map((day) => [day, spans])) as Week;
const span = (from: string, to: string): DaySpan => ({ from, to });
const wholeDay = [span('00:00', '24:00')];
const scheduled = (week: Week, exceptions: Schedule['exceptions'] = []): Recording => ({
  mode: 'scheduled',
  schedule: { week, exceptions },
  override: null,
});
const instant = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');
/** `2026-03-28T23:00Z`–`…` for what is wanted from one instant to another. */
const said = (recording: Recording, zone: string, from: string, to: string) =>
  wantedIn(recording, { from: instant(from), to: instant(to) }, new WallClock(zone)).map(
    (range) => `${iso(range.from)} ${iso(range.to)}`,
  );
const hours = (ranges: readonly Span[]) => ranges.reduce((sum, { from, to }) => sum + to - from, 0) / 3_600_000;

test('several spans a day, and nights that belong to the day they begin on', () => {
  const week = { ...everyDay([]), monday: [span('08:00', '12:00'), span('13:00', '17:00'), span('22:00', '06:00')] };
  assert.deepEqual(said(scheduled(week), 'Europe/Vienna', '2026-11-22T00:00Z', '2026-11-29T00:00Z'), [
    '2026-11-23T07:00Z 2026-11-23T11:00Z',
    '2026-11-23T12:00Z 2026-11-23T16:00Z',
    '2026-11-23T21:00Z 2026-11-24T05:00Z',
  ]);
  assert.deepEqual(said(scheduled(week), 'Europe/Vienna', '2026-11-24T01:00Z', '2026-11-24T09:00Z'), [
    '2026-11-24T01:00Z 2026-11-24T05:00Z',
  ]);
});

test('what touches or overlaps is one stretch, over midnight too', () => {
  const week = { ...everyDay([]), saturday: [span('20:00', '23:00'), span('22:00', '24:00')], sunday: wholeDay };
  assert.deepEqual(said(scheduled(week), 'Europe/Vienna', '2026-11-20T00:00Z', '2026-11-25T00:00Z'), [
    '2026-11-21T19:00Z 2026-11-22T23:00Z',
  ]);
  assert.deepEqual(said(scheduled(everyDay(wholeDay)), 'Europe/Vienna', '2026-03-01T00:00Z', '2026-12-01T00:00Z'), [
    '2026-03-01T00:00Z 2026-12-01T00:00Z',
  ]);
});

test('a week without spans never records', () => {
  assert.deepEqual(said(scheduled(everyDay([])), 'Europe/Vienna', '2026-01-01T00:00Z', '2027-01-01T00:00Z'), []);
});

test('an exception replaces what begins on its days, not the night that began before it', () => {
  const nights = everyDay([span('18:00', '06:00')]);
  const recording = scheduled(nights, [
    { from: '2026-12-24', to: '2026-12-25', spans: [] },
    { from: '2026-12-25', to: '2026-12-31', spans: wholeDay },
    { from: '2026-12-27', spans: [] },
  ]);
  assert.deepEqual(said(recording, 'Europe/Vienna', '2026-12-23T12:00Z', '2026-12-28T00:00Z'), [
    '2026-12-23T17:00Z 2026-12-24T05:00Z',
    '2026-12-25T23:00Z 2026-12-28T00:00Z',
  ]);
  assert.deepEqual(said(recording, 'Europe/Vienna', '2026-12-31T12:00Z', '2027-01-02T12:00Z'), [
    '2026-12-31T12:00Z 2026-12-31T23:00Z',
    '2027-01-01T17:00Z 2027-01-02T05:00Z',
  ]);
});

test('days of 23, 25, 23.5 and 24.5 hours are recorded whole, and no second more', () => {
  const days: [zone: string, date: string, weekday: string, lengthHours: number][] = [
    ['Europe/Vienna', '2026-03-29', 'sunday', 23],
    ['Europe/Vienna', '2026-10-25', 'sunday', 25],
    ['America/New_York', '2026-03-08', 'sunday', 23],
    ['America/New_York', '2026-11-01', 'sunday', 25],
    ['Australia/Lord_Howe', '2026-04-05', 'sunday', 24.5],
    ['Australia/Lord_Howe', '2026-10-04', 'sunday', 23.5],
    // The clock changes at midnight: the day begins at 01:00, or its last hour comes twice.
    ['America/Santiago', '2026-09-06', 'sunday', 23],
    ['America/Santiago', '2026-04-04', 'saturday', 25],
    ['Asia/Beirut', '2026-03-29', 'sunday', 23],
    ['Asia/Beirut', '2026-10-24', 'saturday', 25],
    ['Asia/Kathmandu', '2026-03-29', 'sunday', 24],
  ];
  for (const [zone, date, weekday, lengthHours] of days) {
    const around = { from: instant(`${date}T00:00Z`) - 3 * 86_400_000, to: instant(`${date}T00:00Z`) + 3 * 86_400_000 };
    const wall = new WallClock(zone);
    const ranges = wantedIn(scheduled({ ...everyDay([]), [weekday]: wholeDay }), around, wall);
    assert.equal(hours(ranges), lengthHours, `${zone} ${date}`);
    for (const at of [ranges[0]?.from ?? 0, (ranges[0]?.to ?? 0) - 1]) {
      assert.equal(new Date(wall.localOf(at)).toISOString().slice(0, 10), date, `${zone} ${date}`);
    }
  }
});

test('a span through an hour that comes twice is recorded through both', () => {
  const day = '2026-10-24T12:00Z';
  const until = '2026-10-25T12:00Z';
  const on = (from: string, to: string) => said(scheduled(everyDay([span(from, to)])), 'Europe/Vienna', day, until);
  assert.deepEqual(on('01:00', '02:30'), ['2026-10-24T23:00Z 2026-10-25T01:30Z'], 'until the second half past two');
  assert.deepEqual(on('02:30', '04:00'), ['2026-10-25T00:30Z 2026-10-25T03:00Z'], 'from the first half past two');
  assert.deepEqual(on('02:15', '02:45'), ['2026-10-25T00:15Z 2026-10-25T01:45Z']);
  assert.deepEqual(on('01:00', '02:00'), ['2026-10-24T23:00Z 2026-10-25T00:00Z'], 'the clock never shows less again');
  assert.deepEqual(on('03:00', '04:00'), ['2026-10-25T02:00Z 2026-10-25T03:00Z']);
});

test('a span through an hour that is skipped begins or ends where the clock is put forward', () => {
  const on = (from: string, to: string) =>
    said(scheduled(everyDay([span(from, to)])), 'Europe/Vienna', '2026-03-28T12:00Z', '2026-03-29T12:00Z');
  assert.deepEqual(on('02:30', '05:00'), ['2026-03-29T01:00Z 2026-03-29T03:00Z'], 'not half an hour later');
  assert.deepEqual(on('01:00', '02:30'), ['2026-03-29T00:00Z 2026-03-29T01:00Z']);
  assert.deepEqual(on('02:15', '02:45'), [], 'there is no such time on this day');
  assert.deepEqual(on('23:00', '02:30'), ['2026-03-28T22:00Z 2026-03-29T01:00Z']);
});

test('an override holds until its end, whatever mode and schedule say', () => {
  const wall = new WallClock('Europe/Vienna');
  const until = instant('2026-11-23T12:34:56.789Z') as NonNullable<Recording['override']>['until'];
  const at = instant('2026-11-23T12:00:00Z');
  const to = at + 3_600_000;
  const rests = (recording: Recording) => stretchesOf(recording, { from: at, to }, wall);
  const off: Recording = { ...scheduled(everyDay([])), mode: 'off', override: { record: true, until } };
  assert.deepEqual(rests(off), [
    { from: at, to: until, rest: null },
    { from: until, to, rest: 'paused' },
  ]);
  const pausedThenDay = { ...scheduled(everyDay(wholeDay)), override: { record: false, until } };
  assert.deepEqual(rests(pausedThenDay), [
    { from: at, to: until, rest: 'paused' },
    { from: until, to, rest: null },
  ]);
  assert.deepEqual(rests({ ...off, mode: 'continuous' }), [{ from: at, to, rest: null }]);
  const over = { ...off, override: { record: true, until: at as typeof until } };
  assert.deepEqual(rests(over), [{ from: at, to, rest: 'paused' }]);
  assert.deepEqual(restAt(off, at, wall), { rest: null, until });
  assert.deepEqual(restAt(off, until, wall), { rest: 'paused', until: Number.POSITIVE_INFINITY });
});

test('what holds now is known until it changes', () => {
  const wall = new WallClock('Europe/Vienna');
  const recording = scheduled(everyDay([span('08:00', '17:00')]));
  const at = instant('2026-11-23T12:00Z');
  assert.deepEqual(restAt(recording, at, wall), { rest: null, until: instant('2026-11-23T16:00Z') });
  assert.deepEqual(restAt(recording, instant('2026-11-23T16:00Z'), wall), {
    rest: 'schedule',
    until: instant('2026-11-24T07:00Z'),
  });
});

test('random schedules in many zones agree with the wall clock, minute by minute', () => {
  const random = seededRandom(11);
  const pick = (limit: number) => Math.floor(random() * limit);
  const windows: [zone: string, around: string][] = [
    ['Europe/Vienna', '2026-03-29'],
    ['Europe/Vienna', '2026-10-25'],
    ['America/New_York', '2026-11-01'],
    ['Australia/Lord_Howe', '2026-04-05'],
    ['Australia/Lord_Howe', '2026-10-04'],
    ['America/Santiago', '2026-09-06'],
    ['America/Santiago', '2026-04-05'],
    ['Asia/Beirut', '2026-10-25'],
    ['Asia/Kathmandu', '2026-06-01'],
    // A day that was left out, and one of two hours' change.
    ['Pacific/Apia', '2011-12-30'],
    ['Antarctica/Troll', '2026-03-29'],
  ];
  for (const [zone, around] of windows) {
    const from = instant(`${around}T00:00Z`) - 4 * 86_400_000;
    const shown = minutesShown(zone, from, 8 * 1_440);
    const wall = new WallClock(zone);
    for (let round = 0; round < 8; round += 1) {
      const day = () => Array.from({ length: pick(4) }, () => randomSpan(pick));
      const week = Object.fromEntries(weekdays.map((name) => [name, day()])) as Week;
      const exceptionDay = shown[pick(shown.length)]?.date ?? '';
      const recording = scheduled(week, [{ from: exceptionDay, spans: day() }]);
      // Two days at either end are there for spans that reach into the range.
      const range = { from: from + 2 * 86_400_000, to: from + 6 * 86_400_000 };
      const expected = byBruteForce(recording.schedule, shown, range);
      const actual = wantedIn(recording, range, wall);
      assert.deepEqual(actual, expected, `${zone} around ${around}: ${JSON.stringify(recording.schedule)}`);
    }
  }
});

/** Often at a time that DST touches. */
function randomSpan(pick: (limit: number) => number): DaySpan {
  const time = () => {
    const minute = pick(3) === 0 ? pick(300) : pick(1_440);
    return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  };
  const from = time();
  const to = pick(8) === 0 ? '24:00' : time();
  return from === to ? span('00:00', '24:00') : span(from, to);
}

interface Minute {
  at: number;
  date: string;
  /** `YYYY-MM-DDTHH:MM` */
  text: string;
}

/** What the wall of a zone shows, minute by minute: of `Intl`, not of Temporal. */
function minutesShown(timeZone: string, from: number, count: number): Minute[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return Array.from({ length: count }, (_, minute) => {
    const at = from + minute * 60_000;
    const text = format.format(at).replace(' ', 'T');
    return { at, date: text.slice(0, 10), text };
  });
}

/** A span lasts from the first minute that shows its beginning or later to the last that shows less than its end. */
function byBruteForce({ week, exceptions }: Schedule, shown: readonly Minute[], range: Span): Span[] {
  const wanted = new Uint8Array(shown.length);
  const first = Date.parse(`${shown[0]?.date}T00:00Z`);
  for (let day = 0; day < 9; day += 1) {
    const dateOf = (days: number) => new Date(first + days * 86_400_000).toISOString().slice(0, 10);
    const date = dateOf(day);
    const weekday = weekdays[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7] ?? 'monday';
    for (const { from, to } of exceptions.find((exception) => exception.from === date)?.spans ?? week[weekday]) {
      const begin = `${date}T${from}`;
      const end =
        to <= from ? `${dateOf(day + 1)}T${to}` : to === '24:00' ? `${dateOf(day + 1)}T00:00` : `${date}T${to}`;
      const firstMinute = shown.findIndex(({ text }) => text >= begin);
      const lastMinute = shown.findLastIndex(({ text }) => text < end);
      for (let minute = Math.max(firstMinute, 0); firstMinute >= 0 && minute <= lastMinute; minute += 1) {
        wanted[minute] = 1;
      }
    }
  }
  const ranges: Span[] = [];
  for (const [minute, { at }] of shown.entries()) {
    if (!wanted[minute] || at < range.from || at >= range.to) continue;
    const last = ranges.at(-1);
    if (last?.to === at) last.to = at + 60_000;
    else ranges.push({ from: at, to: at + 60_000 });
  }
  return ranges;
}
