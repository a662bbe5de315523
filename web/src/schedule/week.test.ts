import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Week, weekdays, wholeWeek } from '@nightjar/contract';
import {
  formatMinute,
  parseMinute,
  spansOfWeek,
  spanWith,
  tidied,
  totalMinutes,
  type WeekSpan,
  weekMinutes,
  weekOfSpans,
  wholeDay,
  withCopiedDay,
  withoutRange,
  withSpans,
} from './week.ts';

const none = (): Week => Object.fromEntries(weekdays.map((day) => [day, []])) as unknown as Week;
const span = (day: number, from: string, to: string): WeekSpan => {
  const [start = 0, end = 0] = [from, to].map((text) => parseMinute(text) ?? Number.NaN);
  return { day, start, end: end > start ? end : end + 1440 };
};
const said = (spans: readonly WeekSpan[]) =>
  spans.map(({ day, start, end }) => `${day} ${formatMinute(start)}-${formatMinute(end > 1440 ? end - 1440 : end)}`);

test('times of day are read as people type them', () => {
  const texts = ['7', '730', '7:30', '07.30', '23:59', '24:00', '24:01', '7:60', '25', '', 'noon'];
  assert.deepEqual(texts.map(parseMinute), [420, 450, 450, 450, 1439, 1440, null, null, null, null, null]);
});

test('a week comes back from the grid as it went in', () => {
  const week = { ...none(), monday: [{ from: '08:00', to: '12:30' }], friday: [{ from: '22:00', to: '06:00' }] };
  assert.deepEqual(weekOfSpans(spansOfWeek(week)), week);
  assert.deepEqual(weekOfSpans(spansOfWeek(wholeWeek())), wholeWeek());
  assert.equal(totalMinutes(spansOfWeek(wholeWeek())), weekMinutes);
});

test('spans of a day that touch or overlap become one', () => {
  const spans = [span(2, '10:00', '12:00'), span(2, '08:00', '10:00'), span(2, '11:00', '13:00')];
  assert.deepEqual(said(tidied(spans)), ['2 08:00-13:00']);
});

test('two halves of a day become the whole day', () => {
  assert.deepEqual(tidied([span(0, '00:00', '12:00'), span(0, '12:00', '24:00')]), [wholeDay(0)]);
});

test('a night and the day after it keep what is theirs, and are counted once', () => {
  const spans = [span(4, '22:00', '06:00'), span(5, '05:00', '08:00')];
  assert.deepEqual(tidied(spans), spans);
  assert.equal(totalMinutes(spans), 10 * 60);
  const weekend = [span(5, '18:00', '06:00'), wholeDay(6), span(6, '18:00', '06:00'), wholeDay(0)];
  assert.equal(totalMinutes(tidied(weekend)), (6 + 24 + 24) * 60);
});

test('nothing is lost where a union is too long for one span', () => {
  const spans = tidied([wholeDay(0), span(0, '22:00', '06:00')]);
  assert.deepEqual(said(spans), ['0 00:00-22:00', '0 22:00-06:00']);
  assert.deepEqual(tidied(spans), spans);
});

test('a span of a day or more is cut at midnight', () => {
  assert.deepEqual(said(tidied([{ day: 4, start: 18 * 60, end: (72 + 6) * 60 }])), [
    '0 00:00-06:00',
    '4 18:00-24:00',
    '5 00:00-24:00',
    '6 00:00-24:00',
  ]);
});

test('erasing cuts pieces out, over midnight and over the end of the week', () => {
  const nights = [span(5, '22:00', '06:00'), span(6, '22:00', '06:00')];
  assert.deepEqual(said(withoutRange(nights, span(6, '02:00', '03:00'))), [
    '5 22:00-02:00',
    '6 03:00-06:00',
    '6 22:00-06:00',
  ]);
  assert.deepEqual(said(withoutRange(nights, span(6, '23:00', '01:00'))), [
    '0 01:00-06:00',
    '5 22:00-06:00',
    '6 22:00-23:00',
  ]);
  assert.deepEqual(said(withoutRange(nights, span(0, '05:00', '07:00'))), ['5 22:00-06:00', '6 22:00-05:00']);
});

test('a day is copied over what others had, and stays itself', () => {
  const week = [span(0, '18:00', '06:00'), span(1, '12:00', '13:00')];
  assert.deepEqual(said(withCopiedDay(week, 0, [0, 1, 6])), ['0 18:00-06:00', '1 18:00-06:00', '6 18:00-06:00']);
});

test('the span that has a moment is found, also after midnight and around the week', () => {
  const spans = withSpans([], [span(6, '22:00', '06:00'), span(2, '08:00', '09:00')]);
  assert.deepEqual(spanWith(spans, span(0, '05:00', '05:15')), span(6, '22:00', '06:00'));
  const withDay = [...spans, span(0, '04:00', '08:00')];
  assert.deepEqual(spanWith(withDay, span(0, '05:00', '05:15')), span(0, '04:00', '08:00'));
  assert.equal(spanWith(spans, span(0, '06:00', '06:15')), undefined);
});

test('tidying neither adds nor loses a minute, whatever is drawn', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % below;
  };
  const minutesOf = (spans: readonly WeekSpan[]) => {
    const minutes = new Uint8Array(weekMinutes);
    for (const { day, start, end } of spans) {
      for (let minute = start; minute < end; minute += 15) {
        minutes.fill(1, (day * 1440 + minute) % weekMinutes, ((day * 1440 + minute) % weekMinutes) + 15);
      }
    }
    return minutes;
  };
  for (let round = 0; round < 300; round += 1) {
    const spans = Array.from({ length: 1 + random(12) }, () => {
      const start = random(96) * 15;
      return { day: random(7), start, end: start + 15 * (1 + random(130)) };
    });
    const tidy = tidied(spans);
    assert.deepEqual(minutesOf(tidy), minutesOf(spans), JSON.stringify(spans));
    assert.equal(
      totalMinutes(tidy),
      minutesOf(spans).reduce((sum, one) => sum + one, 0),
      JSON.stringify(spans),
    );
    assert.deepEqual(tidied(tidy), tidy);
    assert.deepEqual(spansOfWeek(weekOfSpans(tidy)), tidy);
  }
});
