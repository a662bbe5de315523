import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VolumeDto } from '@nightjar/contract';
import { forecastWords, storageProblem, volumeShares, volumeWords } from './storage-words.ts';

const volume = (part: Partial<VolumeDto> = {}): VolumeDto => ({
  id: 'a',
  name: 'Disk A',
  path: '/a',
  isDataFolder: false,
  quotaBytes: null,
  keepFreeBytes: 100,
  keepFreeIsDefault: true,
  use: 'record',
  position: 0,
  state: 'ready',
  message: null,
  since: 0,
  totalBytes: 1_000,
  freeBytes: 300,
  recordingsBytes: 500,
  exportsBytes: 0,
  oldestAt: null,
  ...part,
});
const missing = volume({ id: 'b', name: 'Disk B', state: 'missing', message: 'Mount it.' });

test('the first volume that can take recordings records, those after it stand by', () => {
  const volumes = [missing, volume({ id: 'c' }), volume({ id: 'd' })];
  const words = volumes.map((each) => volumeWords(each, volumes));
  assert.deepEqual(
    words.map(({ kind, word }) => [kind, word]),
    [
      ['trouble', 'Missing'],
      ['active', 'Recording'],
      ['idle', 'Standing by'],
    ],
  );
  assert.equal(words[0]?.detail, 'Mount it.');
});

test('a volume that is only read need not be writable, but there', () => {
  const readOnly = volume({ use: 'read', state: 'read_only', message: 'Mounted read-only.' });
  assert.equal(volumeWords(readOnly, [readOnly]).word, 'Read only');
  assert.equal(storageProblem({ volumes: [volume(), readOnly] }), null);
  assert.equal(storageProblem({ volumes: [volume(), { ...readOnly, state: 'missing' }] })?.stopped, false);
});

test('the storage as a whole says what is wrong, and whether anything can still be recorded', () => {
  assert.equal(storageProblem({ volumes: [volume()] }), null);
  assert.deepEqual(storageProblem({ volumes: [volume(), missing] }), {
    stopped: false,
    title: 'Disk B: missing',
    detail: 'Mount it.',
  });
  assert.equal(storageProblem({ volumes: [missing] })?.title, 'Nowhere to record');
  assert.match(storageProblem({ volumes: [volume({ use: 'read' })] })?.detail ?? '', /read only/);
  const full = volume({ id: 'c', state: 'full', message: 'No room.' });
  assert.equal(storageProblem({ volumes: [volume(), missing, full] })?.title, '2 volumes in trouble');
});

test('the forecast says when it is full and how far footage then goes back', () => {
  assert.deepEqual(forecastWords({ bytesPerDay: 84e9, fullInDays: 12.4, keepsDays: 38.9 }), {
    value: 'Full in 12 days',
    note: 'Then footage goes back 38 days',
  });
  assert.deepEqual(forecastWords({ bytesPerDay: 84e9, fullInDays: 0, keepsDays: 9.4 }), {
    value: 'Keeps 9 days',
    note: '84.0 GB a day; the oldest goes for it',
  });
  assert.equal(forecastWords({ bytesPerDay: 0, fullInDays: null, keepsDays: null }).value, 'Not known yet');
  assert.equal(forecastWords({ bytesPerDay: 84e9, fullInDays: null, keepsDays: 20 }).value, 'Does not fill up');
});

test('the parts of a volume add up to it', () => {
  assert.deepEqual(volumeShares(volume()), { recordings: 0.5, others: 0.2, free: 0.2, kept: 0.1, quota: null });
  const odd = volumeShares(volume({ recordingsBytes: 900, keepFreeBytes: 400, quotaBytes: 600 }));
  assert.deepEqual(odd, { recordings: 0.7, others: 0, free: 0, kept: 0.3, quota: 0.6 });
  assert.equal(volumeShares(volume({ totalBytes: null, freeBytes: null })), null);
});
