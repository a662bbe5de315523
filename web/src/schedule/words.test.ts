import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMinute, type WeekSpan, wholeDay } from './week.ts';
import { datesText, daysText, exceptionText, spansSummary, spanText, weeklyText } from './words.ts';

const on = (days: number[], ...times: string[]): WeekSpan[] =>
  days.flatMap((day) =>
    times.map((text) => {
      const [start = 0, end = 0] = text.split('-').map((time) => parseMinute(time) ?? Number.NaN);
      return { day, start, end: end > start ? end : end + 1440 };
    }),
  );
const workdays = [0, 1, 2, 3, 4];
const week = [...workdays, 5, 6];

test('a schedule is said as a person would', () => {
  assert.equal(
    spansSummary([...on(workdays, '18-6'), wholeDay(5), wholeDay(6)]),
    'Mon–Fri 18:00–06:00, weekends all day',
  );
  assert.equal(spansSummary(on(week, '22-6')), 'Every day 22:00–06:00');
  assert.equal(spansSummary(on([0, 2], '8-12', '13-17')), 'Mon and Wed 08:00–12:00 and 13:00–17:00');
  assert.equal(
    spansSummary([...on([0, 2, 4], '8-12'), ...on([5], '9-10')]),
    'Mon, Wed and Fri 08:00–12:00; Sat 09:00–10:00',
  );
  assert.equal(spansSummary([]), 'Never');
  assert.equal(spansSummary(week.map(wholeDay)), 'Always');
});

test('days in a row are named by the first and the last', () => {
  assert.equal(daysText([0, 1]), 'Mon and Tue');
  assert.equal(daysText([0, 1, 2, 5]), 'Mon–Wed and Sat');
  assert.equal(daysText([5, 6]), 'weekends');
});

test('a span over midnight names both days', () => {
  assert.equal(on([6], '22-6').map(spanText)[0], 'Sunday 22:00 to Monday 06:00');
  assert.equal(on([1], '8-24').map(spanText)[0], 'Tuesday 08:00 to 24:00');
  assert.equal(spanText(wholeDay(1)), 'Tuesday, all day');
});

test('hours a week are counted', () => {
  assert.equal(weeklyText(on(week, '18-6:30')), '87.5 h a week');
});

test('dates of an exception are said as short as they can be', () => {
  assert.equal(datesText('2026-12-24'), '24 Dec 2026');
  assert.equal(datesText('2026-12-24', '2026-12-26'), '24–26 Dec 2026');
  assert.equal(datesText('2026-11-30', '2026-12-02'), '30 Nov – 2 Dec 2026');
  assert.equal(datesText('2026-12-24', '2027-01-06'), '24 Dec 2026 – 6 Jan 2027');
  assert.equal(exceptionText({ spans: [] }), 'not recorded');
  assert.equal(exceptionText({ spans: [{ from: '00:00', to: '24:00' }] }), 'all day');
});
