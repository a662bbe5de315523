import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExportJob, ExportSettings } from '@nightjar/contract';
import { type ExportForm, emptyForm, wishOf } from './export-form.ts';
import {
  camerasText,
  daysText,
  estimateNotes,
  estimateText,
  progressText,
  rangeText,
  settingsText,
} from './export-words.ts';

const timeZone = 'Europe/Vienna';
const noon = Date.parse('2026-11-22T11:00:00Z');

test('ranges and days are named as short as they can be', () => {
  const range = (from: number, to: number) => rangeText({ from, to, dates: null } as ExportJob, timeZone);
  assert.equal(range(noon, noon + 300_000), 'Sun 22 Nov 2026, 12:00:00 to 12:05:00');
  assert.equal(range(noon, noon + 86_400_000), 'Sun 22 Nov 2026, 12:00:00 to Mon 23 Nov 2026, 12:00:00');
  assert.equal(daysText(['2026-11-22'], timeZone), 'Sun 22 Nov 2026, the whole day');
  assert.equal(
    daysText(['2026-10-26', '2026-10-24', '2026-10-25'], timeZone),
    '3 days, Sat 24 Oct 2026 to Mon 26 Oct 2026',
  );
  assert.equal(daysText(['2026-11-20', '2026-11-22'], timeZone), '2 days between Fri 20 Nov 2026 and Sun 22 Nov 2026');
});

test('how far it is', () => {
  const job = { progress: 0.432, parts: 12, partsDone: 5, remainingMs: 240_000 };
  assert.equal(progressText(job as ExportJob), '43 %, file 6 of 12, 4 min left');
  assert.equal(progressText({ ...job, parts: 1, remainingMs: null } as ExportJob), '43 %');
  assert.equal(progressText({ ...job, parts: 1, remainingMs: 20 } as ExportJob), '43 %, 1 s left');
});

test('cameras, settings and what it comes to', () => {
  assert.equal(
    camerasText(['a', 'b', 'c', 'd', 'e'], (id) => id.toUpperCase()),
    'A, B, C and 2 more',
  );
  const settings: ExportSettings = {
    ...{ format: 'mkv', cut: 'exact', times: 'none', sound: false, stream: 'main', evidence: true, timelapse: null },
  };
  assert.equal(settingsText(settings), 'MKV, cut exactly, no sound, with evidence');
  assert.equal(settingsText({ ...settings, timelapse: { speed: 60 } }), 'MKV, timelapse 60×, with evidence');
  const estimate = {
    files: 2,
    emptyParts: 1,
    recordedMs: 600_000,
    durationMs: 600_000,
    sizeBytes: 120e6,
    encodedMs: 0,
  };
  assert.equal(estimateText(estimate), '2 files, 10 min, about 120 MB');
  assert.deepEqual(estimateNotes(estimate, 'keyframe'), ['1 of 3 have nothing recorded and are left out.']);
  assert.match(estimateNotes({ ...estimate, emptyParts: 0, encodedMs: 600_000 }, 'exact').join(), /^Every picture/);
});

test('a form asks for nothing until it has cameras and times; days are never cut within', () => {
  const form: ExportForm = { ...emptyForm, mode: 'range', cameraIds: ['yard'], from: noon + 0.4, to: noon + 1_000.2 };
  assert.deepEqual(wishOf({ ...form, exact: true, title: ' a ' }, ' Ann '), {
    ...{ cameraIds: ['yard'], from: noon, to: noon + 1_001, cut: 'exact', format: 'mp4', times: 'subtitle' },
    ...{ sound: true, stream: 'main', evidence: false, timelapse: null, title: 'a', madeBy: 'Ann' },
  });
  for (const wrong of [{ cameraIds: [] }, { from: null }, { to: noon }, { mode: 'days' as const }]) {
    assert.equal(wishOf({ ...form, ...wrong }, ''), null, JSON.stringify(wrong));
  }
  const days = wishOf(
    { ...form, mode: 'days', dates: ['2026-11-22', '2026-11-21'], exact: true, kind: 'timelapse' },
    '',
  );
  assert.deepEqual([days?.dates, days?.cut, days?.sound], [['2026-11-21', '2026-11-22'], 'keyframe', false]);
  assert.deepEqual(days?.timelapse, { speed: 60 });
});
