import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArchiveJob } from '@nightjar/contract';
import { dayOfDate } from '../time/zone.ts';
import { archiveSpan, archiveWords, hoursOf } from './archive-words.ts';

const job = (part: Partial<ArchiveJob>) =>
  ({ state: 'done', message: null, files: [], hour: null, ...part }) as ArchiveJob;
const file = {} as ArchiveJob['files'][number];

test('a failed archive says why; a done one what is unusual about it', () => {
  assert.deepEqual(archiveWords(job({ state: 'failed', message: 'No room.' })), { word: 'Failed', detail: 'No room.' });
  assert.equal(archiveWords(job({ files: [file] })).detail, '');
  assert.match(archiveWords(job({ files: [file, file], segmentsRemoved: true })).detail, /^In 2 files.*removed/);
});

test('an hour says which it is, a day needs not', () => {
  const from = Date.parse('2026-11-20T13:00:00Z');
  assert.equal(archiveSpan(job({ hour: 14, from, to: from + 3_600_000 }), 'Europe/Vienna'), ', 14:00 to 15:00');
  assert.equal(archiveSpan(job({ from, to: from + 86_400_000 }), 'Europe/Vienna'), '');
});

test('a day has as many hours as the local clock shows', () => {
  const hours = (date: string, zone: string) => hoursOf(dayOfDate(date, zone), zone).map(({ label }) => label);
  assert.deepEqual(hours('2026-10-25', 'Europe/Vienna').slice(1, 5), [
    '01:00 to 02:00',
    '02:00 to 02:00',
    '02:00 to 03:00',
    '03:00 to 04:00',
  ]);
  assert.equal(hours('2026-10-25', 'Europe/Vienna').length, 25);
  assert.equal(hours('2026-03-29', 'Europe/Vienna').length, 23);
  assert.deepEqual(hours('2026-04-05', 'Australia/Lord_Howe').slice(1, 3), ['01:00 to 01:30', '01:30 to 02:00']);
});
