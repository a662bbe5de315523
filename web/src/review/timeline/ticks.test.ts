import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LocalTime } from './local-time.ts';
import { clockTicks, labelStepMs, minorStepMs, scaleOf } from './ticks.ts';

const vienna = new LocalTime('Europe/Vienna');
const hour = 3_600_000;
const dayOf = (date: string, local = vienna) => local.dayAt(Date.parse(`${date}T12:00:00Z`));
const texts = (view: { from: number; to: number }, width: number) => {
  const { labels } = scaleOf(view, width, vienna);
  return labels.filter(({ at }) => at >= view.from && at < view.to).map(({ text }) => text);
};

test('labels go from days to hundredths of a second and never touch', () => {
  const { from } = dayOf('2026-11-22');
  assert.deepEqual(texts(dayOf('2026-11-22'), 1200).slice(0, 3), ['00:00', '02:00', '04:00']);
  assert.deepEqual(texts({ from, to: from + 60_000 }, 1200).slice(0, 3), ['00:00:00', '00:00:05', '00:00:10']);
  assert.deepEqual(texts({ from, to: from + 1_000 }, 1200).slice(0, 3), ['.000', '.040', '.080']);
  assert.deepEqual(texts({ from, to: from + 30 * 24 * hour }, 1200).slice(0, 3), ['22', '23', '24']);
  assert.deepEqual(texts({ from, to: from + 14 * 24 * hour }, 1200).slice(0, 2), ['Sun 22', 'Mon 23']);
  // Mondays, on a phone.
  assert.deepEqual(texts({ from, to: from + 30 * 24 * hour }, 360).slice(0, 2), ['Mon 23', 'Mon 30']);
});

test('ticks between labels divide them evenly', () => {
  for (let length = 1_000; length < 62 * 24 * hour; length *= 1.7) {
    const step = labelStepMs({ from: 0, to: length }, 1000);
    assert.equal(step % minorStepMs(step), 0, String(step));
  }
});

test('headings say what labels leave out: the month, the day, the second', () => {
  const headings = (length: number) =>
    scaleOf({ from: dayOf('2026-11-22').from, to: dayOf('2026-11-22').from + length }, 1200, vienna).headings.map(
      ({ texts: [text] }) => text,
    );
  assert.deepEqual(headings(30 * 24 * hour), ['November 2026', 'December 2026']);
  assert.deepEqual(headings(25 * hour), ['Sun 22 November 2026', 'Mon 23 November 2026']);
  assert.ok(headings(1_000).includes('Sun 22 Nov, 00:00:00'));
});

test('a day has a tick for each local hour: 24, or 23, or 25', () => {
  const clocks = (date: string) =>
    clockTicks(dayOf(date), hour, vienna).map((at) => new Date(at + vienna.offsetAt(at)).toISOString().slice(11, 16));
  assert.equal(clocks('2026-11-22').length, 24);
  assert.deepEqual(clocks('2026-03-29').slice(0, 4), ['00:00', '01:00', '03:00', '04:00']);
  assert.equal(clocks('2026-03-29').length, 23);
  assert.deepEqual(clocks('2026-10-25').slice(1, 5), ['01:00', '02:00', '02:00', '03:00']);
  assert.equal(clocks('2026-10-25').length, 25);
});

test('labels stay on round local hours after a clock change, in any zone', () => {
  const kathmandu = new LocalTime('Asia/Kathmandu');
  const localHours = (date: string, local: LocalTime) =>
    clockTicks(dayOf(date, local), 6 * hour, local).map((at) => new Date(at + local.offsetAt(at)).getUTCHours());
  assert.deepEqual(localHours('2026-10-25', vienna), [0, 6, 12, 18]);
  assert.deepEqual(localHours('2026-11-22', kathmandu), [0, 6, 12, 18]);
});

test('midnights are where the local day begins, and days, weeks and months are whole', () => {
  const { strong } = scaleOf({ from: dayOf('2026-10-24').from, to: dayOf('2026-10-26').to }, 1200, vienna);
  for (const date of ['2026-10-25', '2026-10-26']) assert.ok(strong.includes(dayOf(date).from), date);
  const at = Date.parse('2026-10-25T10:00:00Z');
  const inHours = ({ from, to }: { from: number; to: number }) => (to - from) / hour;
  assert.deepEqual([vienna.dayAt(at), vienna.weekAt(at), vienna.monthAt(at)].map(inHours), [
    25,
    7 * 24 + 1,
    31 * 24 + 1,
  ]);
});
