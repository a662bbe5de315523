import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { ExportCreate } from '@nightjar/contract';
import { openEvidence, recordSigned, silent } from '../../testing/evidence.ts';
import { startRecorder, temporaryFolder } from '../../testing/recorder.ts';
import { makeStream } from '../../testing/streams.ts';
import { waitFor } from '../../testing/wait.ts';
import { fingerprintOf, type Manifest } from '../evidence/index.ts';
import { Exports } from '../exports/index.ts';
import { exportFiles } from '../media/export/export-files.ts';
import { verifyExport } from './exported.ts';
import { TrustedKeys } from './keys.ts';
import { picturesOf } from './pictures.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const verifier = path.resolve(import.meta.dirname, '../verify.ts');
const pictureMs = 200;

/**
 * From noon on 200 pictures, a keyframe every 10, as MP4 and as Matroska, and cut exactly; the first 50 when the key was
 * another already. Each with its manifest.
 */
async function exportAll(t: TestContext) {
  const stream = await makeStream({ seconds: 20, fps: 1_000 / pictureMs, gopFrames: 10, audio: 'mono' });
  const recorder = await startRecorder(t, { cameras: ['yard'], now: noon + 120_000 });
  const evidence = await openEvidence(recorder);
  let signer = evidence;
  await recordSigned(recorder, evidence, { cameraId: 'yard', stream, startMs: noon, repeat: 2 });
  const { database, index, volumes, cameras, clock, logger, dataDir } = recorder;
  const exports = new Exports({
    ...{ db: database.db, index, volumes, cameras, clock, timeZone: 'Europe/Vienna', log: logger, expireAfterDays: 7 },
    ...{ makeExport: exportFiles, signManifest: (request) => signer.signManifest(request) },
    ...{ publish: () => {}, makeRoom: async () => {}, everyMs: 10 },
  });
  exports.start();
  recorder.onStop.push(() => exports.close());
  const all = { cameraIds: ['yard'], from: noon, to: noon + 40_000, evidence: true, times: 'none' } as ExportCreate;
  await exports.create({ ...all, format: 'mp4' }, 'Ann');
  await exports.create({ ...all, format: 'mkv' }, 'Ann');
  await exports.create({ ...all, from: noon + 3_000, cut: 'exact' }, 'Ann');
  const finished = () =>
    waitFor(
      'the exports',
      async () => {
        const jobs = await exports.list();
        return jobs.every(({ state }) => state === 'done' || state === 'failed') && jobs.reverse();
      },
      { everyMs: 10 },
    );
  await finished();
  fs.rmSync(path.join(dataDir, 'evidence/private-key.pem'));
  signer = await openEvidence(recorder);
  await exports.create({ ...all, to: noon + 10_000 }, 'Ann');
  const jobs = await finished();
  const files = jobs.map(({ id, files, message }) =>
    path.join(dataDir, 'exports', `${id}`, files[0]?.name ?? `${message}`),
  );
  const [mp4, mkv, exact, later] = files as [string, string, string, string];
  const newFingerprint = signer.key.fingerprint;
  return { mp4, mkv, exact, later, fingerprint: evidence.key.fingerprint, newFingerprint };
}

const manifestOf = (file: string) => path.join(path.dirname(file), 'evidence.json');
const readManifest = (file: string): Manifest => JSON.parse(fs.readFileSync(manifestOf(file), 'utf8'));

async function verified(file: string, manifest: string | null = null, fingerprints: string[] = []) {
  const trusted = await TrustedKeys.of([], fingerprints);
  return verifyExport({ file, manifest, trusted, progress: silent() });
}

/** Of each finding its kind, its times in milliseconds after noon, its pictures. */
async function found(file: string, manifest: string, fingerprints: string[] = []) {
  const { result, findings } = await verified(file, manifest, fingerprints);
  assert.equal(result, findings.length > 0 ? 'altered' : 'intact');
  return findings.map(({ kind, from, to, pictures }) => [kind, (from ?? 0) - noon, (to ?? 0) - noon, pictures]);
}

const ffmpeg = (...args: string[]) => execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args]);

async function withByteAltered(file: string, number: number): Promise<Buffer> {
  const content = fs.readFileSync(file);
  let at = 0;
  for await (const picture of picturesOf(file)) {
    at += 1;
    if (at === number) {
      const last = content.indexOf(picture) + picture.length - 1;
      content[last] = (content[last] ?? 0) ^ 1;
      break;
    }
  }
  return content;
}

/** What is found of the chunk of the recording that a picture is of, counted from 1. */
function ofChunk(kind: string, manifest: string, number: number) {
  const [{ pieces } = assert.fail('no file')] = (JSON.parse(fs.readFileSync(manifest, 'utf8')) as Manifest).files;
  let first = 1;
  for (const { from, to, frames } of pieces) {
    if (number < first + frames) return [kind, from - noon, to - noon, [first, first + frames - 1]];
    first += frames;
  }
  return assert.fail(`there is no picture ${number}`);
}

test('what is done to an exported file is found, and named with its times and pictures', async (t) => {
  const { mp4, mkv, exact, later, fingerprint, newFingerprint } = await exportAll(t);
  const folder = temporaryFolder(t);
  for (const original of [mp4, mkv]) {
    const format = path.extname(original);
    const manifest = manifestOf(original);
    const altered = (name: string) => path.join(folder, `${name}${format}`);
    await t.test(`${format}: untouched`, async () => {
      const report = await verified(original, null, [fingerprint]);
      assert.deepEqual([report.findings, report.pictures, report.provenPictures], [[], 200, 200]);
    });
    await t.test(`${format}: a byte of a picture`, async () => {
      fs.writeFileSync(altered('byte'), await withByteAltered(original, 58));
      assert.equal((await verified(altered('byte'), manifest)).provenPictures, 198);
      assert.deepEqual(await found(altered('byte'), manifest), [ofChunk('altered', manifest, 58)]);
    });
    await t.test(`${format}: a picture taken out`, async () => {
      ffmpeg('-i', original, '-c', 'copy', '-bsf:v', 'noise=drop=eq(n\\,57)', altered('dropped'));
      assert.deepEqual(await found(altered('dropped'), manifest), [ofChunk('missing', manifest, 58)]);
    });
    await t.test(`${format}: pictures put in a second time`, async () => {
      ffmpeg('-i', original, '-c', 'copy', '-frames:v', '53', '-an', altered('a'));
      ffmpeg('-ss', '10', '-i', original, '-c', 'copy', '-an', altered('b'));
      fs.writeFileSync(path.join(folder, 'list'), `file a${format}\nfile b${format}\n`);
      ffmpeg('-f', 'concat', '-auto_convert', '0', '-i', path.join(folder, 'list'), '-c', 'copy', altered('twice'));
      assert.deepEqual(await found(altered('twice'), manifest), [['inserted', 10_400, 10_400, [53, 55]]]);
    });
    await t.test(`${format}: cut off`, async () => {
      const content = fs.readFileSync(original);
      fs.writeFileSync(altered('short'), content.subarray(0, content.length / 2));
      const [first, ...more] = await found(altered('short'), manifest);
      const [kind, from, to, pictures] = first as [string, number, number, [number, number]];
      assert.deepEqual([kind, to, pictures[1], more], ['missing', 40_000, 200, []]);
      assert.ok(from > 15_000 && from < 25_000 && pictures[0] === from / pictureMs + 1, `${from} ${pictures}`);
    });
    await t.test(`${format}: in another container`, async () => {
      const other = path.join(folder, format === '.mp4' ? 'other.mkv' : 'other.mp4');
      ffmpeg('-i', original, '-c', 'copy', other);
      assert.deepEqual(
        (await found(other, manifest)).map(([kind]) => kind),
        ['container'],
      );
    });
  }

  const whole = ['forged', 0, 40_000, [1, 200]];
  await t.test('the manifest edited: to say something else, and to fit a file that was altered', async () => {
    const manifest = readManifest(mp4);
    const edited = path.join(folder, 'edited.json');
    fs.writeFileSync(edited, JSON.stringify({ ...manifest, export: { ...manifest.export, madeBy: 'Bob' } }));
    assert.deepEqual(await found(mp4, edited), [whole]);
    const dropped = path.join(folder, 'dropped.mp4');
    const [entry] = manifest.files;
    const fitting = { ...entry, pieces: entry?.pieces.filter((_, at) => at !== 11) };
    fs.writeFileSync(edited, JSON.stringify({ ...manifest, files: [fitting] }));
    assert.deepEqual((await found(dropped, edited))[0], whole);
  });
  await t.test('the manifest of another key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const { signature: _, ...manifest } = readManifest(mp4);
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const another = { ...manifest, publicKey: pem, key: fingerprintOf(createPublicKey(pem)) };
    const signature = sign(null, Buffer.from(JSON.stringify(another)), privateKey).toString('base64');
    const file = path.join(folder, 'another.json');
    fs.writeFileSync(file, JSON.stringify({ ...another, signature }));
    assert.deepEqual(await found(mp4, file, [fingerprint]), [whole]);
  });
  await t.test('cut exactly: what was encoded anew is vouched for by the manifest alone', async () => {
    const { findings, pictures, provenPictures } = await verified(exact);
    assert.deepEqual([findings, pictures, provenPictures], [[], 185, 180]);
  });
  await t.test(
    'signed with a key that is newer than the records: both have to be known for the chain to count',
    async () => {
      const known = async (...fingerprints: string[]) => {
        const { result, findings, provenPictures } = await verified(later, null, fingerprints);
        return [result, provenPictures, findings.map(({ kind }) => kind)];
      };
      assert.deepEqual(await known(), ['intact', 50, []]);
      assert.deepEqual(await known(fingerprint, newFingerprint), ['intact', 50, []]);
      assert.deepEqual(await known(newFingerprint), ['intact', 0, ['other_key']]);
      assert.deepEqual(await known(fingerprint), ['altered', 0, ['forged']]);
    },
  );
  await t.test('exit status and words of the command', () => {
    const verify = (...args: string[]) => spawnSync(process.execPath, [verifier, ...args], { encoding: 'utf8' });
    const intact = verify(mkv, '--fingerprint', fingerprint);
    assert.deepEqual([intact.status, intact.stdout.trim().split('\n').at(-1)], [0, 'Nothing was altered.']);
    const altered = verify(path.join(folder, 'byte.mkv'), '--manifest', manifestOf(mkv));
    const place = /altered: .*2026-11-22T12:00:11.200Z to 2026-11-22T12:00:11.600Z, pictures 57 to 58/;
    assert.deepEqual([altered.status, place.test(altered.stdout)], [1, true], altered.stdout);
    const without = verify(path.join(folder, 'byte.mkv'));
    assert.deepEqual([without.status, /no manifest/.test(without.stderr)], [2, true], without.stderr);
  });
});
