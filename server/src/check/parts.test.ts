import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findingKinds } from './finding.ts';
import { isPartition } from './ledger-checks.ts';
import { inParallel } from './parallel.ts';
import { Progress } from './progress.ts';

test('parts cover a range exactly once, or they do not', () => {
  const range = { from: 0, to: 10 };
  const parts = [
    { from: 4, to: 10 },
    { from: 0, to: 4 },
  ];
  assert.equal(isPartition(range, parts), true);
  assert.equal(isPartition(range, parts.slice(1)), false, 'the end is missing');
  assert.equal(isPartition(range, [...parts, { from: 3, to: 5 }]), false, 'twice');
  assert.equal(isPartition(range, [{ from: 1, to: 10 }]), false, 'the beginning is missing');
  assert.equal(isPartition({ from: 5, to: 5 }, []), true);
});

test('work on many things is done a few at once and answered in order', async () => {
  let running = 0;
  let most = 0;
  const answers = await inParallel(
    Array.from({ length: 50 }, (_, at) => at),
    async (at) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return at * 2;
    },
  );
  assert.deepEqual(
    answers,
    Array.from({ length: 50 }, (_, at) => at * 2),
  );
  assert.ok(most > 1 && most <= 16, `${most} at once`);
  const failing = inParallel([1], () => Promise.reject(new Error('gone')));
  await assert.rejects(failing, /gone/);
});

interface Shown {
  text: string[];
  /** Lets so much time pass, looks at so many files of a megabyte, all at once. */
  after(ms: number, files: number): void;
}

function shown(isTTY: boolean, total: number): Shown {
  const text: string[] = [];
  let now = 0;
  const out = { isTTY, columns: 60, write: (piece: string) => text.push(piece) };
  const progress = new Progress({ out, nowMs: () => now });
  progress.begin('Reading files', total);
  return {
    text,
    after(ms, files) {
      now += ms;
      progress.add(files, files * 1e6);
      if (ms === 0) progress.end();
    },
  };
}

test('a terminal has one line that renews itself and goes at the end', () => {
  const { text, after } = shown(true, 1_000);
  after(100, 10);
  assert.deepEqual(text, ['Reading files …'], 'not for every file');
  after(100, 10);
  assert.deepEqual(text.slice(1), ['\rReading files: 20 of 1,000 files (2 %), 20.0 MB, 100 files/\x1b[K']);
  after(0, 0);
  assert.equal(text.at(-1), '\r\x1b[K');
});

test('elsewhere a line is written now and then', () => {
  const { text, after } = shown(false, 3_000);
  for (let second = 0; second < 25; second += 1) after(1_000, 60);
  assert.deepEqual(text, [
    'Reading files: 600 of 3,000 files (20 %), 600.0 MB, 60 files/s, 40 s left\n',
    'Reading files: 1,200 of 3,000 files (40 %), 1.2 GB, 60 files/s, 30 s left\n',
  ]);
  const unknown = shown(false, 0);
  unknown.after(10_000, 50);
  assert.deepEqual(unknown.text, ['Reading files: 50 files, 50.0 MB, 5 files/s\n']);
});

test('the reference lists every kind of finding with its level, and none that there is not', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../../docs/reference/check.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \| (problem|note) \|/gm)];
  const listed = rows.flatMap(([, names = '', level]) =>
    [...names.matchAll(/\w+/g)].map(([kind]) => `${kind} ${level}`),
  );
  const known = Object.entries(findingKinds).map(([kind, { level }]) => `${kind} ${level}`);
  assert.deepEqual(listed.sort(), known.sort());
});
