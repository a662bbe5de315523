import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { openEvidence, recordSigned, type VerifyWish, verified } from '../../testing/evidence.ts';
import { copyAfterKill, startRecorder, type TestRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { makeStream } from '../../testing/streams.ts';
import { databaseFileName } from '../database/index.ts';
import type { Volume } from '../storage/volume.ts';
import { type Evidence, readLine } from './index.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const minuteMs = 60_000;
const stream = await makeStream({ seconds: 10, fps: 5 });
const day = 'recordings/yard/2026-11-22';

interface Signed {
  recorder: TestRecorder;
  evidence: Evidence;
  /** Beside the data folder. */
  other: Volume;
  /** Ten seconds, so many minutes after noon. */
  record(minutes: number, volume?: Volume): Promise<void>;
}

/** A recorder that has its recordings signed, with two volumes. */
async function start(t: TestContext): Promise<Signed> {
  const account = {
    onRemoved: (...removed: Parameters<Evidence['onRemoved']>) => evidence.onRemoved(...removed),
    onGivenUp: (id: string) => evidence.onGivenUp(id),
    letGo: (folder: string) => evidence.letGo(folder),
  };
  const recorder = await startRecorder(t, { cameras: ['yard'], now: noon, account });
  const evidence = await openEvidence(recorder);
  const other = await recorder.volumes.create({ path: temporaryFolder(t), name: 'Other' });
  const record = async (minutes: number, { id: volumeId } = recorder.volumes.dataFolder) => {
    await recordSigned(recorder, evidence, { cameraId: 'yard', stream, startMs: noon + minutes * minuteMs, volumeId });
  };
  return { recorder, evidence, other, record };
}

async function summary(dataDir: string, wish: VerifyWish = {}) {
  const { result, files, records, findings } = await verified(dataDir, wish);
  return { result, files, records, kinds: findings.map(({ kind }) => kind) };
}

const chainIn = (root: string) => path.join(root, day, 'evidence.jsonl');
const numbersIn = (root: string) =>
  fs
    .readFileSync(chainIn(root), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => readLine(line)?.record.number);

test('a chain goes on over volumes, also where one takes no record; one that is away is named, the rest is checked', async (t) => {
  const { recorder, other, record } = await start(t);
  const { dataDir } = recorder;
  await record(0);
  await record(1, other);
  // What cannot be appended to is as good as a disk without room.
  fs.renameSync(chainIn(dataDir), `${chainIn(dataDir)}.kept`);
  fs.mkdirSync(chainIn(dataDir));
  await record(2);
  fs.rmdirSync(chainIn(dataDir));
  fs.renameSync(`${chainIn(dataDir)}.kept`, chainIn(dataDir));
  await record(3);
  assert.deepEqual(
    [numbersIn(dataDir), numbersIn(other.root)],
    [
      [1, 4],
      [2, 3],
    ],
  );
  const intact = { result: 'intact', files: 4, records: 4, kinds: [] };
  assert.deepEqual(await summary(dataDir, { roots: [other.root] }), intact);
  // What spilled over is known to the next start, too.
  const next = await openEvidence(recorder);
  next.start(['yard'], ({ message }) => assert.fail(message));
  await next.close();
  assert.deepEqual(await summary(dataDir, { roots: [other.root] }), intact);
  const without = await summary(dataDir, { away: ['Other'], heads: new Map([['yard', 4]]) });
  assert.deepEqual([without.result, without.files, new Set(without.kinds)], ['unchecked', 2, new Set(['away'])]);
});

test('a volume that is given up takes its files and records with it, and nothing seems to be missing', async (t) => {
  const { recorder, other, record } = await start(t);
  const { dataDir, volumes, index } = recorder;
  await record(0);
  await record(1, other);
  await record(2, other);
  await volumes.update(other.id, { use: 'read' });
  await index.forgetVolume(other.id);
  await volumes.remove(other.id);
  assert.deepEqual(await summary(dataDir, { heads: new Map([['yard', 5]]) }), {
    ...{ result: 'intact', files: 1, records: 3, kinds: ['given_up'] },
  });
  // Its folder proves itself as ever, and what is taken from it is missed.
  assert.deepEqual(await summary(dataDir, { roots: [other.root] }), {
    ...{ result: 'intact', files: 3, records: 5, kinds: [] },
  });
  const ofData = copyAfterKill(t, dataDir);
  fs.rmSync(path.join(ofData, day), { recursive: true });
  assert.equal((await summary(ofData, { roots: [other.root] })).result, 'altered');
  await record(3);
  assert.deepEqual((await summary(dataDir)).kinds, ['given_up']);
});

test('a broken disk with the only footage of a camera can be given up', async (t) => {
  const { recorder, evidence, other, record } = await start(t);
  const { volumes, index, dataDir, database } = recorder;
  await record(1, other);
  await evidence.close();
  fs.renameSync(other.root, `${other.root}-away`);
  t.after(() => fs.renameSync(`${other.root}-away`, other.root));
  await volumes.checkNow();
  await index.forgetVolume(other.id);
  await volumes.remove(other.id);
  await record(2);
  const { number } = await database.db.selectFrom('evidence_heads').select('number').executeTakeFirstOrThrow();
  const found = await summary(dataDir, { heads: new Map([['yard', number]]) });
  assert.deepEqual([found.result, found.files, found.kinds], ['intact', 1, ['given_up']]);
});

test('without its database a chain goes on where its files end', async (t) => {
  const { recorder, record } = await start(t);
  await record(0);
  const dataDir = copyAfterKill(t, recorder.dataDir);
  for (const name of fs.readdirSync(dataDir))
    if (name.startsWith(databaseFileName)) fs.rmSync(path.join(dataDir, name));
  const again = await startRecorder(t, { dataDir, cameras: ['yard'], now: noon + minuteMs });
  const evidence = await openEvidence(again);
  evidence.start(['yard'], ({ message }) => assert.fail(message));
  await recordSigned(again, evidence, { cameraId: 'yard', stream, startMs: noon + minuteMs });
  assert.deepEqual(numbersIn(dataDir), [1, 2]);
  assert.deepEqual(await summary(dataDir), { result: 'intact', files: 2, records: 2, kinds: [] });
});

test('a key that is lost or replaced is told of once; what it signed is verified with its public half', async (t) => {
  const { recorder, evidence, record } = await start(t);
  const { dataDir } = recorder;
  await record(0);
  const before = evidence.key.fingerprint;
  const privateKey = path.join(dataDir, 'evidence/private-key.pem');
  assert.equal(fs.statSync(privateKey).mode & 0o777, 0o600);
  fs.rmSync(privateKey);
  const told: string[] = [];
  const next = await openEvidence(recorder);
  next.start(['yard'], ({ message }) => told.push(message));
  const now = next.key.fingerprint;
  assert.ok(told.length === 1 && told[0]?.includes(before) && told[0].includes(now), told.join());
  await recordSigned(recorder, next, { cameraId: 'yard', stream, startMs: noon + minuteMs });
  fs.writeFileSync(privateKey, 'no key');
  const third = await openEvidence(recorder);
  assert.notEqual(third.key.fingerprint, now);
  assert.equal((await openEvidence(recorder)).key.replaced, null);
  assert.deepEqual(numbersIn(dataDir), [1, 2]);
  const { result, keys, findings } = await verified(dataDir, { fingerprints: [before, now] });
  assert.deepEqual([result, new Set(keys), findings], ['intact', new Set([before, now]), []]);
  const distrusted = await verified(dataDir, { fingerprints: [before] });
  assert.deepEqual([distrusted.result, distrusted.findings[0]?.kind], ['altered', 'forged']);
  assert.match(distrusted.findings[0]?.what ?? '', new RegExp(`another key .*${now}`));
});
