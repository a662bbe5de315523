import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Gap, Span, Timeline, TimeRange, UnixMs } from '@nightjar/contract';
import { temporaryFolder } from '../../testing/recorder.ts';
import { openDatabase } from '../database/index.ts';
import { clip } from '../recording/spans.ts';
import { createLogger } from '../shared/logger.ts';
import { CoverageBook } from './coverage.ts';
import { DailyReports } from './daily-reports.ts';
import { EventLog, type NewEvent } from './event-log.ts';

const at = (text: string) => Date.parse(text);

/** Two cameras in Vienna since 24 October; the clocks go back in the night to the 25th, a day of 25 hours. */
async function startReports(t: TestContext, gaps: Record<string, Gap[]> = {}) {
  const folder = temporaryFolder(t);
  const database = await openDatabase(path.join(folder, 'nightjar.db'));
  const clock = { now: at('2026-10-24T10:00:00Z'), nowMs: () => clock.now as UnixMs, monotonicMs: () => clock.now };
  const log = createLogger({ level: 'silent' });
  const events = new EventLog({ db: database.db, clock, log, publish: () => {} });
  await events.start();
  t.after(async () => {
    await events.close();
    await database.close();
  });
  const cameras = [
    { id: 'gate', name: 'Gate' },
    { id: 'garden', name: 'Garden' },
  ];
  const timeline = async (cameraId: string, range: TimeRange): Promise<Timeline> => {
    const known: Span = { from: at('2026-10-24T10:00:00Z'), to: clock.now };
    const missing = (gaps[cameraId] ?? []).filter((gap) => gap.from < range.to && gap.to > range.from);
    const ends = [known.from, ...missing.flatMap(({ from, to }) => [from, to]), known.to];
    const spans = ends.flatMap((from, index) => (index % 2 === 0 ? [{ from, to: ends[index + 1] ?? from }] : []));
    const clipped = missing.map((gap) => ({ ...gap, ...clip([gap], range)[0] }));
    return { spans: clip(clip(spans, known), range), gaps: clipped };
  };
  const told: NewEvent[] = [];
  const open = () => {
    const parts = { db: database.db, clock, timeZone: 'Europe/Vienna', events, index: { timeline } };
    const index = { list: () => cameras, require: () => cameras[0] as (typeof cameras)[0] };
    return new DailyReports({
      ...parts,
      coverage: new CoverageBook({ ...parts, cameras: index }),
      freeBytes: () => 1.5e12,
      forecast: async () => ({ fullInDays: 12.4 }),
      folder: path.join(folder, 'reports'),
      log,
      tell: (event) => told.push(event),
    });
  };
  const files = () => fs.readdirSync(path.join(folder, 'reports')).sort();
  return { reports: open(), open, clock, events, told, files, folder };
}

const gap = (from: string, to: string, cause: Gap['cause']): Gap => ({ from: at(from), to: at(to), cause }) as Gap;

test('a report says what is missing and why, what happened and how long the disks last', async (t) => {
  const { reports, clock, events, folder, told, files } = await startReports(t, {
    gate: [
      gap('2026-10-25T12:03:12Z', '2026-10-25T12:03:26Z', 'camera_unreachable'),
      gap('2026-10-25T18:00:00Z', '2026-10-25T18:10:00Z', 'recorder_down'),
    ],
    garden: [gap('2026-10-25T08:00:00Z', '2026-10-25T14:00:00Z', 'schedule')],
  });
  clock.now = at('2026-10-25T12:05:12Z');
  reports.check();
  await reports.settled();
  events.add({ kind: 'camera_down', level: 'alert', cameraId: 'gate', message: 'Gate has sent no picture for 2 min.' });
  for (let n = 0; n < 9; n += 1) {
    events.add({ kind: 'camera_interrupted', level: 'warning', cameraId: 'gate', message: 'Gate: No answer.' });
  }
  events.add({ kind: 'camera_recording', level: 'info', cameraId: 'gate', message: 'Gate is recorded.' });
  clock.now = at('2026-10-25T23:04:00Z');
  reports.check();
  await reports.settled();
  assert.deepEqual(files(), ['2026-10-24.json', '2026-10-24.txt', '2026-10-25.json', '2026-10-25.txt']);
  const text = fs.readFileSync(path.join(folder, 'reports', '2026-10-25.txt'), 'utf8');
  assert.deepEqual(text.split('\n'), [
    'Nightjar, Sunday 25 October 2026',
    '',
    'Recorded: 99.61 % of what should have been; 10 min 14 s missing in 2 gaps (Gate).',
    '',
    'Gate: 99.31 %, 24 h 49 min recorded, 10 min 14 s missing',
    '  13:03:12–13:03:26  14 s, camera not reachable',
    '  19:00:00–19:10:00  10 min, recorder was not running',
    'Garden: 100 %, 19 h recorded',
    '',
    '1 alert and 9 warnings:',
    '  13:05:12  Gate has sent no picture for 2 min.',
    ...Array(5).fill('  13:05:12  Gate: No answer.'),
    '  13:05:12  Gate: No answer. (4 times until 13:05:12)',
    '',
    'Written: 0 B. Free: 1.5 TB. Full in 12 days.',
    '',
  ]);
  const report = await reports.of('2026-10-25');
  assert.equal(report.text, text);
  assert.equal(report.to - report.from, 25 * 3_600_000);
  assert.deepEqual([report.complete, report.events], [true, { warnings: 9, alerts: 1 }]);
  assert.deepEqual(
    told.map(({ kind, level, code }) => [kind, level, code]),
    [
      ['daily_report', 'info', '2026-10-24'],
      ['daily_report', 'warning', '2026-10-25'],
    ],
  );
});

test('a day is reported once, minutes after its midnight, and made up for after days off', async (t) => {
  const { reports, open, clock, told, folder } = await startReports(t);
  const reported = async (time: string, which = reports) => {
    clock.now = at(time);
    which.check();
    await which.settled();
    return told.splice(0).map(({ code }) => code);
  };
  assert.deepEqual(await reported('2026-10-24T21:59:00Z'), []);
  assert.deepEqual(await reported('2026-10-24T22:02:00Z'), [], 'two minutes after midnight');
  assert.deepEqual(await reported('2026-10-24T22:04:00Z'), ['2026-10-24']);
  assert.deepEqual(await reported('2026-10-25T22:04:00Z'), [], 'the 25th has 25 hours');
  assert.deepEqual(await reported('2026-10-25T23:04:00Z'), ['2026-10-25']);
  const next = open();
  assert.deepEqual(await reported('2026-10-25T23:30:00Z', next), []);
  assert.deepEqual(await reported('2026-10-28T12:00:00Z', open()), ['2026-10-26', '2026-10-27']);
  fs.rmSync(`${folder}/reports`, { recursive: true });
  assert.deepEqual(await reported('2026-10-28T13:00:00Z', open()), ['2026-10-27'], 'the first is of yesterday');
  assert.equal((await reports.list()).length, 2);
});

test('a report stays as it was made; today has one so far; other days have none', async (t) => {
  const gaps: Record<string, Gap[]> = { gate: [] };
  const { reports, clock } = await startReports(t, gaps);
  clock.now = at('2026-10-25T12:00:00Z');
  reports.check();
  await reports.settled();
  gaps.gate?.push(gap('2026-10-24T12:00:00Z', '2026-10-25T01:00:00Z', 'dropped'));
  assert.deepEqual(await reports.list(), [
    { date: '2026-10-25', complete: false, wantedShare: 1 - 3 / 28 },
    { date: '2026-10-24', complete: true, wantedShare: 1 },
  ]);
  const today = await reports.of('2026-10-25');
  assert.match(today.text, /^Nightjar, Sunday 25 October 2026 \(so far\)\n/);
  assert.equal((await reports.of('2026-10-24')).coverage.total.wantedShare, 1);
  for (const date of ['2026-10-23', '2026-10-26', '2026-02-30', '2026-10-25T00:00:00Z', '../../../etc/passwd', '']) {
    await assert.rejects(reports.of(date), { code: 'report_not_found' }, date);
  }
});
