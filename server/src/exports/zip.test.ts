import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import { temporaryFolder } from '../../testing/recorder.ts';
import { planZip, readZip, type ZipEntry } from './zip.ts';

const at = { year: 2026, month: 11, day: 22, hour: 14, minute: 3, second: 2 };

function entry(folder: string, name: string, bytes: Buffer): ZipEntry {
  const file = path.join(folder, name);
  fs.writeFileSync(file, bytes);
  return { name, path: file, sizeBytes: bytes.length, crc32: crc32(bytes), at };
}

/** Names and bytes as Python's own reader sees them, after it has tested all sums. */
function readByPython(file: string): Record<string, string> {
  const script = `
import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    print(json.dumps({info.filename: [info.file_size, str(info.date_time), archive.read(info)[:9].decode()] for info in archive.infolist()}))`;
  return JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }));
}

test('another program reads what is in it, and any range is that part of the whole', async (t) => {
  const folder = temporaryFolder(t);
  const entries = [
    entry(folder, 'yard.mp4', Buffer.alloc(700_000, 'pictures ')),
    entry(folder, 'yard.srt', Buffer.alloc(0)),
    entry(folder, 'gärten.mp4', Buffer.from('more of it')),
  ];
  const plan = planZip(entries);
  const whole = await buffer(readZip(plan, 0, plan.sizeBytes - 1));
  assert.equal(whole.length, plan.sizeBytes);
  const file = path.join(folder, 'all.zip');
  fs.writeFileSync(file, whole);
  assert.deepEqual(readByPython(file), {
    'yard.mp4': [700_000, '(2026, 11, 22, 14, 3, 2)', 'pictures '],
    'yard.srt': [0, '(2026, 11, 22, 14, 3, 2)', ''],
    'gärten.mp4': [10, '(2026, 11, 22, 14, 3, 2)', 'more of i'],
  });
  for (const [start, end] of [
    [0, 0],
    [10, 60],
    [40, 700_100],
    [699_000, plan.sizeBytes - 1],
  ] as const) {
    assert.ok((await buffer(readZip(plan, start, end))).equals(whole.subarray(start, end + 1)), `${start} to ${end}`);
  }
});

test('files and archives of more than 4 GB', async (t) => {
  const folder = temporaryFolder(t);
  const large = path.join(folder, 'large.ts');
  const sizeBytes = 4_400_000_000;
  fs.closeSync(fs.openSync(large, 'w'));
  fs.truncateSync(large, sizeBytes);
  const last = entry(folder, 'behind.mp4', Buffer.from('behind it'));
  const plan = planZip([{ name: 'large.ts', path: large, sizeBytes, crc32: 0, at }, last]);
  // What lies before and behind the large file, with a hole in between: nobody writes 4 GB for this.
  const file = path.join(folder, 'all.zip');
  const handle = fs.openSync(file, 'w');
  fs.writeSync(handle, await buffer(readZip(plan, 0, 100)), 0, 101, 0);
  const tail = await buffer(readZip(plan, sizeBytes, plan.sizeBytes - 1));
  fs.writeSync(handle, tail, 0, tail.length, sizeBytes);
  fs.closeSync(handle);
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    print([(info.filename, info.file_size, info.header_offset > 2**32) for info in archive.infolist()], archive.read('behind.mp4'))`;
  assert.equal(
    execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }).trim(),
    "[('large.ts', 4400000000, False), ('behind.mp4', 9, True)] b'behind it'",
  );
});

test('a file that became shorter breaks the answer off', async (t) => {
  const folder = temporaryFolder(t);
  const made = entry(folder, 'yard.mp4', Buffer.alloc(1_000));
  fs.truncateSync(made.path, 500);
  const plan = planZip([made]);
  await assert.rejects(buffer(readZip(plan, 0, plan.sizeBytes - 1)), /shorter/);
});
