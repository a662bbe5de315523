import { createHash, verify } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Progress } from '../check/progress.ts';
import {
  hashBytes,
  isSignedBy,
  type Manifest,
  type ManifestFile,
  readLine,
  type SegmentRecord,
} from '../evidence/index.ts';
import { hashOfParts } from '../media/fmp4/index.ts';
import { finding, inOrder, resultOf, type VerifyFinding, type VerifyReport } from './finding.ts';
import { type TrustedKeys, VerifyError } from './keys.ts';
import { picturesOf } from './pictures.ts';
import { comparePieces } from './pieces.ts';

interface ExportWish {
  file: string;
  /** null: looked for beside it. */
  manifest: string | null;
  trusted: TrustedKeys;
  progress: Progress;
}

/**
 * Checks an exported file against its manifest, and the manifest against the chain whose records it carries.
 * @throws {VerifyError} when that cannot be done.
 */
export async function verifyExport({ file, manifest: named, trusted, progress }: ExportWish): Promise<VerifyReport> {
  const began = performance.now();
  const sum = await sumOf(file, progress);
  const manifest = named === null ? await findManifest(file, sum) : await readManifest(named);
  if (!manifest) {
    throw new VerifyError(`there is no manifest of ${file} beside it; name it with --manifest`);
  }
  trusted.offer(manifest.publicKey);
  const key = trusted.get(manifest.key);
  if (!key)
    throw new VerifyError(`the manifest is signed with another key than was given (fingerprint ${manifest.key})`);
  const where = path.basename(file);
  const { signature, ...signed } = manifest;
  const findings: VerifyFinding[] = [];
  if (!verify(null, Buffer.from(JSON.stringify(signed)), key, Buffer.from(signature, 'base64'))) {
    findings.push(finding('forged', where, 'The manifest is not as it was signed.'));
  }
  const entry = entryOf(manifest, where, sum);
  if (!entry) throw new VerifyError(`the manifest does not tell of ${where}`);
  const proven = judgeProofs(manifest, entry, trusted);
  findings.push(...proven.findings);
  let pictures = entry.videoFrames;
  if (sum !== entry.sha256) {
    const compared = await compare(file, manifest, entry, progress);
    findings.push(...compared.findings);
    pictures = compared.pictures;
  }
  progress.end();
  return {
    result: resultOf(findings, 1),
    ...{ keys: [manifest.key], keysGiven: trusted.given, records: proven.records, files: 1, pictures },
    ...{ bytes: (await stat(file)).size, removed: 0, provenPictures: proven.pictures },
    ...{ tookMs: Math.round(performance.now() - began), findings: inOrder(findings) },
  };
}

async function sumOf(file: string, progress: Progress): Promise<string> {
  progress.begin('Reading the file');
  const hash = createHash('sha256');
  try {
    for await (const data of createReadStream(file, { highWaterMark: 1 << 20 })) {
      hash.update(data);
      progress.add(0, data.length);
    }
  } catch (error) {
    throw new VerifyError(`${file} cannot be read: ${(error as Error).message}`);
  }
  return hash.digest('hex');
}

/** One that tells of the file's bytes, else of its name, else the only one. */
async function findManifest(file: string, sum: string): Promise<Manifest | null> {
  const folder = path.dirname(path.resolve(file));
  const names = (await readdir(folder)).filter((name) => name.endsWith('evidence.json'));
  const manifests: Manifest[] = [];
  for (const name of names) {
    const manifest = await readManifest(path.join(folder, name)).catch(() => null);
    if (manifest) manifests.push(manifest);
  }
  const tells = (test: (entry: ManifestFile) => boolean) => manifests.find(({ files }) => files.some(test));
  const byName = tells(({ name }) => name === path.basename(file));
  return tells(({ sha256 }) => sha256 === sum) ?? byName ?? (manifests.length === 1 ? (manifests[0] ?? null) : null);
}

async function readManifest(file: string): Promise<Manifest> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new VerifyError(`${file} cannot be read as a manifest: ${(error as Error).message}`);
  }
  if (!isManifest(value)) throw new VerifyError(`${file} is no manifest of evidence`);
  return value;
}

function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { format, version, files, records, publicKey, key, signature } = value as Partial<Manifest>;
  const texts = [publicKey, key, signature].every((text) => typeof text === 'string');
  if (format !== 'nightjar-evidence' || version !== 1 || !texts || !Array.isArray(files)) return false;
  return typeof records === 'object' && records !== null && files.every(({ pieces }) => Array.isArray(pieces));
}

/** A file that was renamed and altered can only be the one that there is. */
function entryOf({ files }: Manifest, name: string, sum: string): ManifestFile | null {
  const videos = files.filter(({ subtitles }) => !subtitles);
  const found = files.find(({ sha256 }) => sha256 === sum) ?? files.find((entry) => entry.name === name);
  return found ?? (videos.length === 1 ? (videos[0] ?? null) : null);
}

/** Whether pieces are the chunks that they say they are, by records that are signed themselves. */
function judgeProofs(manifest: Manifest, entry: ManifestFile, trusted: TrustedKeys) {
  const findings: VerifyFinding[] = [];
  const records = new Map<number, SegmentRecord>();
  for (const line of manifest.records[entry.stream] ?? []) {
    const sealed = readLine(line);
    const key = sealed && trusted.get(sealed.record.key);
    if (sealed?.record.kind === 'segment' && key && isSignedBy(sealed, key)) {
      records.set(sealed.record.number, sealed.record);
    } else {
      findings.push(finding('forged', entry.name, 'A record of the chain in the manifest is not as it was signed.'));
    }
  }
  let pictures = 0;
  for (const { from, to, frames, sha256, chunk } of entry.pieces) {
    if (!chunk) continue;
    const { hashes = '' } = records.get(chunk.record) ?? {};
    const hash = Buffer.from(hashes, 'base64').subarray(chunk.index * hashBytes, (chunk.index + 1) * hashBytes);
    const parts = [Buffer.from(chunk.header, 'base64'), Buffer.from(sha256, 'hex'), Buffer.from(chunk.audio, 'base64')];
    if (hashOfParts(parts).equals(hash)) pictures += frames;
    else findings.push(finding('forged', entry.name, 'Pictures are not those of the chain.', { from, to }));
  }
  return { findings, pictures, records: records.size };
}

/** Of a file that is not byte for byte what was exported: which of its pictures still are. */
async function compare(file: string, manifest: Manifest, entry: ManifestFile, progress: Progress) {
  const where = path.basename(file);
  if (entry.subtitles || manifest.pictures === 'slices') {
    const what =
      'The file is not the one that was exported. Of this kind of file it cannot be said where it was altered.';
    return { findings: [finding('altered', where, what)], pictures: 0 };
  }
  progress.begin('Comparing pictures');
  const { findings, pictures } = await comparePieces(picturesOf(file), entry.pieces, where);
  if (findings.length > 0) return { findings, pictures };
  const what =
    `All ${pictures} pictures are those that were exported, in their order; but the file is not: its sound, ` +
    'times, subtitles or description were altered, or it was copied into another container.';
  return { findings: [finding('container', where, what)], pictures };
}
