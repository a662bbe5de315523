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
  type ManifestPiece,
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
  for (const pem of [manifest.publicKey, ...manifest.earlierKeys]) trusted.offer(pem);
  const where = path.basename(file);
  const entry = entryOf(manifest, where, sum);
  if (!entry) throw new VerifyError(`the manifest does not tell of ${where}`);
  const findings = judgeSignature(manifest, trusted, entry, where);
  const isOurs = trusted.get(manifest.key) !== undefined;
  const proofs = isOurs ? judgeProofs(manifest, entry, trusted, where) : noProofs;
  findings.push(...proofs.findings);
  let pictures = entry.videoFrames;
  let proven = proofs.pieces;
  if (isOurs && sum !== entry.sha256) {
    const compared = await compare(file, manifest, entry, progress);
    findings.push(...compared.findings);
    pictures = compared.pictures;
    proven = proven.filter((piece) => compared.same.has(piece));
  }
  progress.end();
  return {
    result: resultOf(findings, 1),
    ...{ keys: [manifest.key], keysGiven: trusted.given, records: proofs.records, files: 1, pictures },
    ...{ bytes: (await stat(file)).size, removed: 0 },
    provenPictures: proven.reduce((sum, { frames }) => sum + frames, 0),
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
  const { format, version, files, records, publicKey, key, earlierKeys, signature } = value as Partial<Manifest>;
  const texts = [publicKey, key, signature, ...(earlierKeys ?? [0])].every((text) => typeof text === 'string');
  if (format !== 'nightjar-evidence' || version !== 1 || !texts || !Array.isArray(files)) return false;
  return typeof records === 'object' && records !== null && files.every(({ pieces }) => Array.isArray(pieces));
}

/** A file that was renamed and altered can only be the one that there is. */
function entryOf({ files }: Manifest, name: string, sum: string): ManifestFile | null {
  const videos = files.filter(({ subtitles }) => !subtitles);
  const found = files.find(({ sha256 }) => sha256 === sum) ?? files.find((entry) => entry.name === name);
  return found ?? (videos.length === 1 ? (videos[0] ?? null) : null);
}

/** What a manifest says that is not signed, or by somebody else, counts for nothing: that concerns the whole file. */
function judgeSignature(manifest: Manifest, trusted: TrustedKeys, entry: ManifestFile, where: string): VerifyFinding[] {
  const { signature, ...signed } = manifest;
  const from = Math.min(...entry.pieces.map((piece) => piece.from));
  const to = Math.max(...entry.pieces.map((piece) => piece.to));
  const all = entry.pieces.length > 0 ? { from, to, pictures: [1, entry.videoFrames] as [number, number] } : {};
  const key = trusted.get(manifest.key);
  if (!key) {
    const what = `The manifest is signed with another key than was given (fingerprint ${manifest.key}).`;
    return [finding('forged', where, what, all)];
  }
  if (verify(null, Buffer.from(JSON.stringify(signed)), key, Buffer.from(signature, 'base64'))) return [];
  return [finding('forged', where, 'The manifest is not as it was signed.', all)];
}

interface Proofs {
  findings: VerifyFinding[];
  /** Pieces that the recorder's chain vouches for. */
  pieces: ManifestPiece[];
  records: number;
}

const noProofs: Proofs = { findings: [], pieces: [], records: 0 };

/** Whether pieces are the chunks that they say they are, by records that are signed themselves. */
function judgeProofs(manifest: Manifest, entry: ManifestFile, trusted: TrustedKeys, where: string): Proofs {
  const findings: VerifyFinding[] = [];
  const records = new Map<number, SegmentRecord>();
  /** Of records that only somebody with another key vouches for. */
  const foreign = new Map<number, string>();
  for (const line of manifest.records[entry.stream] ?? []) {
    const sealed = readLine(line);
    const key = sealed && trusted.get(sealed.record.key);
    if (sealed && !key) foreign.set(sealed.record.number, sealed.record.key);
    else if (sealed?.record.kind === 'segment' && key && isSignedBy(sealed, key)) {
      records.set(sealed.record.number, sealed.record);
    } else {
      findings.push(finding('forged', where, 'A record of the chain in the manifest is not as it was signed.'));
    }
  }
  for (const key of new Set(foreign.values())) {
    const what = `Records of the chain are signed with another key (fingerprint ${key}) than was given, and prove nothing.`;
    findings.push(finding('other_key', where, what));
  }
  const pieces: ManifestPiece[] = [];
  let first = 1;
  for (const piece of entry.pieces) {
    const { from, to, frames, sha256, chunk } = piece;
    const numbers: [number, number] = [first, first + frames - 1];
    first += frames;
    if (!chunk || foreign.has(chunk.record)) continue;
    const { hashes = '' } = records.get(chunk.record) ?? {};
    const hash = Buffer.from(hashes, 'base64').subarray(chunk.index * hashBytes, (chunk.index + 1) * hashBytes);
    const parts = [Buffer.from(chunk.header, 'base64'), Buffer.from(sha256, 'hex'), Buffer.from(chunk.audio, 'base64')];
    if (hashOfParts(parts).equals(hash)) pieces.push(piece);
    else
      findings.push(finding('forged', where, 'Pictures are not those of the chain.', { from, to, pictures: numbers }));
  }
  return { findings, pieces, records: records.size };
}

/** Of a file that is not byte for byte what was exported: which of its pictures still are. */
async function compare(file: string, manifest: Manifest, entry: ManifestFile, progress: Progress) {
  const where = path.basename(file);
  if (entry.subtitles || manifest.pictures === 'slices') {
    const what =
      'The file is not the one that was exported. Of this kind of file it cannot be said where it was altered.';
    return { findings: [finding('altered', where, what)], pictures: 0, same: new Set<ManifestPiece>() };
  }
  progress.begin('Comparing pictures');
  const { findings, pictures, same } = await comparePieces(picturesOf(file), entry.pieces, where);
  if (findings.length > 0) return { findings, pictures, same };
  const what =
    `All ${pictures} pictures are those that were exported, in their order; but the file is not: its sound, ` +
    'times, subtitles or description were altered, or it was copied into another container.';
  return { findings: [finding('container', where, what)], pictures, same };
}
