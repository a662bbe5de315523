import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { openEvidence, recordSigned, verified } from '../../testing/evidence.ts';
import { copyAfterKill, startRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { makeStream } from '../../testing/streams.ts';
import { readLine, type SegmentRecord } from '../evidence/index.ts';
import { seal } from '../evidence/record.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const stream = await makeStream({ seconds: 20, fps: 5, audio: 'mono' });
const day = 'recordings/yard/2026-11-22';

/** Three minutes of a camera, in four files, and their chain. */
async function recorded(t: TestContext) {
  const recorder = await startRecorder(t, { cameras: ['yard'], now: noon });
  const evidence = await openEvidence(recorder);
  await recordSigned(recorder, evidence, { cameraId: 'yard', stream, startMs: noon, repeat: 9 });
  return { recorder, evidence, dataDir: recorder.dataDir };
}

const filesIn = (dataDir: string) => fs.readdirSync(path.join(dataDir, day)).filter((name) => name.endsWith('.mp4'));
const chainOf = (dataDir: string) => path.join(dataDir, day, 'evidence.jsonl');
const linesIn = (dataDir: string) => fs.readFileSync(chainOf(dataDir), 'utf8').trimEnd().split('\n');
const recordsIn = (dataDir: string) => linesIn(dataDir).map((line) => readLine(line)?.record as SegmentRecord);
const writeLines = (dataDir: string, lines: string[]) => fs.writeFileSync(chainOf(dataDir), `${lines.join('\n')}\n`);

/** Where chunks begin in the file of a record. */
function offsetsOf({ chunks, headBytes }: SegmentRecord): number[] {
  let at = headBytes;
  return chunks.map(([header, video, audio]) => {
    at += header + video + audio;
    return at - header - video - audio;
  });
}

test('what was recorded is found as it was, by the chain and by its documentation alone', async (t) => {
  const { dataDir } = await recorded(t);
  const report = await verified(dataDir);
  assert.deepEqual(report.findings, []);
  assert.equal(report.result, 'intact');
  assert.deepEqual(
    [report.files, report.pictures, report.records],
    [filesIn(dataDir).length, 900, filesIn(dataDir).length],
  );
  const script = path.join(import.meta.dirname, '../../testing/check-evidence.py');
  const said = execFileSync('python3', [script, dataDir, 'yard', path.join(dataDir, 'evidence/public-key.pem')]);
  assert.match(said.toString(), new RegExp(`^${report.files} files are as they were recorded`));
});

test('whatever is altered in a file is named with its times and pictures', async (t) => {
  const { dataDir } = await recorded(t);
  const [name = ''] = filesIn(dataDir);
  const record = recordsIn(dataDir)[0] as SegmentRecord;
  const file = path.join(dataDir, day, name);
  const original = fs.readFileSync(file);
  const offsets = offsetsOf(record);
  const at = (n: number) => offsets[n] as number;
  const [header, video] = record.chunks[10] as number[] as [number, number];
  const flipped = (offset: number) => {
    const copy = Buffer.from(original);
    copy[offset] = (copy[offset] ?? 0) ^ 1;
    return copy;
  };
  const part = (from: number, to: number) => original.subarray(from, to);
  const perChunk = record.chunks[0]?.[3] as number;
  const chunkMs = ((record.chunks[0]?.[4] as number) / 90) | 0;
  const cases: Array<[name: string, content: Buffer, kind: string]> = [
    ['a picture', flipped(at(10) + header + video - 1), 'altered'],
    ['sound', flipped(at(11) - 1), 'altered'],
    ['the time of a chunk', flipped(at(10) + 20), 'altered'],
    ['its tables', flipped(at(10) + 80), 'altered'],
    ['a chunk taken out', Buffer.concat([part(0, at(10)), part(at(11), original.length)]), 'missing'],
    ['a chunk twice', Buffer.concat([part(0, at(10)), part(at(9), original.length)]), 'inserted'],
    [
      'something put in',
      Buffer.concat([part(0, at(10)), part(at(3), at(5)), part(at(10), original.length)]),
      'inserted',
    ],
  ];
  for (const [what, content, kind] of cases) {
    fs.writeFileSync(file, content);
    const { result, findings } = await verified(dataDir);
    assert.equal(result, 'altered', what);
    assert.deepEqual(
      findings.map((found) => found.kind),
      [kind],
      what,
    );
    assert.ok(Math.abs((findings[0]?.from ?? 0) - (record.from + 10 * chunkMs)) < 20, `${what}: ${findings[0]?.from}`);
    if (kind !== 'inserted') assert.deepEqual(findings[0]?.pictures, [10 * perChunk + 1, 11 * perChunk], what);
  }
  fs.writeFileSync(file, part(0, original.length - 1_000));
  assert.deepEqual(
    (await verified(dataDir)).findings.map(({ kind, to }) => [kind, to]),
    [['altered', record.to]],
  );
  fs.writeFileSync(file, flipped(100));
  assert.match((await verified(dataDir)).findings[0]?.what ?? '', /head/);
});

test('files that are missing, swapped or put there are told from those that were cleaned away', async (t) => {
  const { dataDir, evidence, recorder } = await recorded(t);
  const [first = '', second = ''] = filesIn(dataDir);
  const volumeId = recorder.volumes.list()[0]?.id ?? '';
  const inDay = (folder: string, name: string) => path.join(folder, day, name);
  const missing = copyAfterKill(t, dataDir);
  fs.rmSync(inDay(missing, first));
  assert.deepEqual(
    (await verified(missing)).findings.map(({ kind, where }) => [kind, where]),
    [['missing', `${day}/${first}`]],
  );
  const swapped = copyAfterKill(t, dataDir);
  fs.copyFileSync(inDay(dataDir, first), inDay(swapped, second));
  fs.copyFileSync(inDay(dataDir, second), inDay(swapped, first));
  assert.deepEqual(new Set((await verified(swapped)).findings.map(({ where }) => where)).size, 2);
  const foreign = copyAfterKill(t, dataDir);
  fs.copyFileSync(inDay(dataDir, second), inDay(foreign, '13-01-30.000+0100.mp4'));
  assert.deepEqual(
    (await verified(foreign)).findings.map(({ kind }) => kind),
    ['inserted'],
  );
  await evidence.onRemoved([{ cameraId: 'yard', volumeId, path: `${day}/${first}` }], 'deleted');
  fs.rmSync(inDay(dataDir, first));
  const cleaned = await verified(dataDir);
  assert.deepEqual([cleaned.result, cleaned.removed], ['intact', 1]);
});

test('records that were removed, edited, reordered or signed by others are named', async (t) => {
  const { dataDir } = await recorded(t);
  const lines = linesIn(dataDir);
  const [one = '', two = '', three = ''] = lines;
  const { privateKey } = generateKeyPairSync('ed25519');
  const cases: Array<[string, string[], RegExp]> = [
    ['removed', [one, ...lines.slice(2)], /Records 2 of the chain are missing/],
    ['the newest removed', lines.slice(0, -1), /Records \d+ of the chain are missing/],
    [
      'edited',
      [one, two.replace('"recovered":false', '"recovered":true'), ...lines.slice(2)],
      /Record 2 is not as it was/,
    ],
    ['reordered', [two, one, three, ...lines.slice(3)], /Record 1 stands behind record 2/],
    [
      'signed by another',
      [one, seal(readLine(two)?.record ?? {}, privateKey).line, ...lines.slice(2)],
      /Record 2 is not/,
    ],
    [
      'of another key',
      [one, seal({ ...readLine(two)?.record, key: 'f'.repeat(64) }, privateKey).line, ...lines.slice(2)],
      /another key/,
    ],
  ];
  for (const [what, changed, expected] of cases) {
    writeLines(dataDir, changed);
    const { result, findings } = await verified(dataDir, { heads: new Map([['yard', lines.length]]) });
    assert.equal(result, 'altered', what);
    assert.ok(
      findings.some((found) => expected.test(found.what)),
      `${what}: ${JSON.stringify(findings)}`,
    );
  }
  writeLines(dataDir, lines);
  const other = path.join(temporaryFolder(t), 'other.pem');
  fs.writeFileSync(other, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
  assert.equal((await verified(dataDir, { keys: [other] })).result, 'altered');
});

test('a torn line is cut off, what it told is signed again, and a whole day goes with its records', async (t) => {
  const { dataDir, recorder, evidence } = await recorded(t);
  await evidence.close();
  const lines = linesIn(dataDir);
  const last = lines.at(-1) ?? '';
  fs.writeFileSync(chainOf(dataDir), `${lines.slice(0, -1).join('\n')}\n${last.slice(0, 300)}`);
  await recorder.database.db
    .updateTable('evidence_heads')
    .set({ number: 1, hash: readLine(lines[0] ?? '')?.hash ?? '' })
    .execute();
  const next = await openEvidence(recorder);
  next.start(['yard'], ({ message }) => assert.fail(message));
  await next.settled();
  const report = await verified(dataDir);
  assert.deepEqual([report.result, report.findings.map(({ kind }) => kind)], ['intact', ['recovered']]);
  // The next day has its own folder; then the first one goes.
  await recordSigned(recorder, next, { cameraId: 'yard', stream, startMs: noon + 86_400_000 });
  const volumeId = recorder.volumes.list()[0]?.id ?? '';
  const all = filesIn(dataDir).map((name) => ({ cameraId: 'yard', volumeId, path: `${day}/${name}` }));
  await next.onRemoved(all, 'deleted');
  for (const name of filesIn(dataDir)) fs.rmSync(path.join(dataDir, day, name));
  assert.equal(await next.letGo(path.join(dataDir, day)), true);
  const after = await verified(dataDir);
  assert.deepEqual([after.result, after.files, after.findings], ['intact', 1, []]);
  await next.close();
});
