import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArchiveJob } from '@nightjar/contract';
import { archiveSpan, archiveWords } from './archive-words.ts';

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
