import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WallClock } from '../../../server/src/schedule/wall-clock.ts';
import { dateOfDay, dayOfDate, firstAt, lastAt, wallTimeAt, weekdayOf } from './wall.ts';

test('every quarter of an hour around clock changes is the instant that the recorder takes it for', () => {
  const days = ['2026-03-28', '2026-03-29', '2026-10-25', '2026-04-05', '2026-10-04', '2026-11-01', '2026-06-01'];
  for (const timeZone of ['Europe/Vienna', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']) {
    const recorder = new WallClock(timeZone);
    for (const date of days) {
      for (let minute = 0; minute <= 1440; minute += 15) {
        const dayNumber = dayOfDate(date);
        const local = dayNumber * 86_400_000 + minute * 60_000;
        const about = `${date} ${minute} ${timeZone}`;
        assert.equal(firstAt({ dayNumber, minute }, timeZone), recorder.firstAt(local), about);
        assert.equal(lastAt({ dayNumber, minute }, timeZone), recorder.lastAt(local), about);
      }
    }
  }
});

test('an instant is shown as date and minute of its zone', () => {
  const { dayNumber, minute } = wallTimeAt(Date.parse('2026-10-25T00:59:59.999Z'), 'Europe/Vienna');
  assert.deepEqual([dateOfDay(dayNumber), minute], ['2026-10-25', 2 * 60 + 59]);
  assert.equal(dateOfDay(wallTimeAt(Date.parse('1969-12-31T23:30:00Z'), 'America/New_York').dayNumber), '1969-12-31');
});

test('weeks begin on Monday', () => {
  assert.equal(weekdayOf(dayOfDate('2026-11-23')), 0);
  assert.equal(weekdayOf(dayOfDate('1969-12-28')), 6);
});
