import { sign } from 'node:crypto';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { ExportSettings } from '@nightjar/contract';
import type { ExportPiece } from '../media/export/request.ts';
import { hashOfParts, readAt, sha256 } from '../media/fmp4/index.ts';
import type { Volumes } from '../recording/index.ts';
import { recordsIn } from './evidence-file.ts';
import type { EvidenceKey } from './key.ts';
import { hashBytes, readLine, type SegmentRecord } from './record.ts';

/** What was exported, and is to be vouched for. */
export interface ManifestRequest {
  exportId: number;
  title: string;
  madeBy: string;
  /** What was asked for: of each camera's stream, `[from, to)`, Unix milliseconds. */
  ranges: ReadonlyArray<{ cameraId: string; streamId: string; from: number; to: number }>;
  settings: ExportSettings;
  files: ReadonlyArray<{
    name: string;
    cameraId: string;
    streamId: string;
    sha256: string;
    sizeBytes: number;
    videoFrames: number;
    encodedFrames: number;
    subtitles: boolean;
    pieces: readonly ExportPiece[];
  }>;
}

/** A run of pictures in an exported file, in its order. */
export interface ManifestPiece {
  /** Unix milliseconds. */
  from: number;
  to: number;
  frames: number;
  /** Of the pictures' bytes, hexadecimal. */
  sha256: string;
  /**
   * The chunk that these are all pictures of: its place in its record, and the hashes of its other parts, base64; null
   * when the manifest alone vouches for them.
   */
  chunk: { record: number; index: number; header: string; audio: string } | null;
}

export interface ManifestFile {
  name: string;
  stream: string;
  sha256: string;
  sizeBytes: number;
  videoFrames: number;
  encodedFrames: number;
  subtitles: boolean;
  pieces: ManifestPiece[];
}

export interface Manifest {
  format: 'nightjar-evidence';
  version: 1;
  export: Pick<ManifestRequest, 'title' | 'madeBy' | 'ranges' | 'settings'> & { id: number };
  files: ManifestFile[];
  /** Of each stream, the lines of the records that pieces refer to, as they are in the chain. */
  records: Record<string, string[]>;
  /** What `sha256` of a piece is taken over. */
  pictures: 'samples' | 'slices';
  writtenAt: number;
  /** PEM. */
  publicKey: string;
  /** Its fingerprint. */
  key: string;
  /** PEM of the keys that records were signed with before there was this one. */
  earlierKeys: string[];
  /** Over all the rest as JSON without white space, base64. */
  signature: string;
}

interface SigningParts {
  key: EvidenceKey;
  volumes: Volumes;
  nowMs: number;
}

/** A manifest for files that were exported, with the proof that untouched pictures are those of the chain. */
export async function signManifest(request: ManifestRequest, { key, volumes, nowMs }: SigningParts): Promise<Manifest> {
  const { exportId, title, madeBy, ranges, settings } = request;
  const proofs = new Proofs(volumes);
  const files: ManifestFile[] = [];
  for (const file of request.files) {
    const { name, streamId: stream, sha256, sizeBytes, videoFrames, encodedFrames, subtitles } = file;
    const pieces: ManifestPiece[] = [];
    // Slices of a transport stream are not what the chain has hashes of.
    for (const piece of file.pieces) pieces.push(await pieceOf(piece, settings.format === 'ts' ? null : proofs));
    files.push({ name, stream, sha256, sizeBytes, videoFrames, encodedFrames, subtitles, pieces });
  }
  const manifest: Omit<Manifest, 'signature'> = {
    ...{ format: 'nightjar-evidence', version: 1 },
    export: { id: exportId, title, madeBy, ranges, settings },
    files,
    records: proofs.lines,
    pictures: settings.format === 'ts' ? 'slices' : 'samples',
    ...{ writtenAt: nowMs, publicKey: key.publicKey, key: key.fingerprint },
    earlierKeys: [...proofs.keys].flatMap((fingerprint) => key.earlier.get(fingerprint) ?? []),
  };
  const signature = sign(null, Buffer.from(JSON.stringify(manifest)), key.privateKey).toString('base64');
  return { ...manifest, signature };
}

async function pieceOf(piece: ExportPiece, proofs: Proofs | null): Promise<ManifestPiece> {
  const { fromMs, toMs, frames, sha256 } = piece;
  const chunk = (await proofs?.of(piece)) ?? null;
  return { from: Math.round(fromMs), to: Math.round(toMs), frames, sha256, chunk };
}

interface FoundRecord {
  line: string;
  record: SegmentRecord;
}

/** Finds the records of chunks. Pieces come in the order of files, so that one file and one day are kept at a time. */
class Proofs {
  /** Of each stream, by number. */
  readonly #used = new Map<string, Map<number, string>>();
  /** Fingerprints. */
  readonly keys = new Set<string>();
  readonly #roots: string[];
  #day: { folder: string; records: Map<string, string> } | null = null;

  constructor(volumes: Volumes) {
    this.#roots = volumes.list().map(({ root }) => root);
  }

  get lines(): Record<string, string[]> {
    return Object.fromEntries([...this.#used].map(([stream, lines]) => [stream, [...lines.values()]]));
  }

  /** null when there is no record, or the piece is not what it says. */
  async of({ source, sha256: pictures }: ExportPiece): Promise<ManifestPiece['chunk']> {
    const found = source && (await this.#recordOf(source.file));
    if (!found) return null;
    const { record, line } = found;
    const place = placeIn(record, source.chunkOffset);
    if (!place) return null;
    const { header, audio } = await otherHashes(source, place);
    const hash = hashOfParts([header, Buffer.from(pictures, 'hex'), audio]);
    if (!hash.equals(place.hash)) return null;
    this.keys.add(record.key);
    const lines = this.#used.get(record.stream) ?? new Map();
    this.#used.set(record.stream, lines.set(record.number, line));
    const other = { header: header.toString('base64'), audio: audio.toString('base64') };
    return { record: record.number, index: place.index, ...other };
  }

  async #recordOf(file: string): Promise<FoundRecord | null> {
    const folder = path.dirname(file);
    if (this.#day?.folder !== folder) this.#day = { folder, records: await recordsIn(this.#placesOf(folder)) };
    const line = this.#day.records.get(path.basename(file));
    const record = line === undefined ? undefined : readLine(line)?.record;
    return line !== undefined && record?.kind === 'segment' ? { line, record } : null;
  }

  /** Its record is on another volume when that of the file was full. */
  #placesOf(folder: string): string[] {
    const root = this.#roots.find((root) => folder.startsWith(`${root}/`));
    if (root === undefined) return [folder];
    return [
      folder,
      ...this.#roots.filter((other) => other !== root).map((other) => path.join(other, path.relative(root, folder))),
    ];
  }
}

interface ChunkPlace {
  index: number;
  headerBytes: number;
  videoBytes: number;
  audioBytes: number;
  hash: Buffer;
}

function placeIn({ chunks, headBytes, hashes }: SegmentRecord, offset: number): ChunkPlace | null {
  let at = headBytes;
  for (const [index, [headerBytes, videoBytes, audioBytes]] of chunks.entries()) {
    const hash = Buffer.from(hashes, 'base64').subarray(index * hashBytes, (index + 1) * hashBytes);
    if (at === offset) return { index, headerBytes, videoBytes, audioBytes, hash };
    at += headerBytes + videoBytes + audioBytes;
  }
  return null;
}

async function otherHashes(
  { file, chunkOffset }: NonNullable<ExportPiece['source']>,
  { headerBytes, videoBytes, audioBytes }: ChunkPlace,
): Promise<{ header: Buffer; audio: Buffer }> {
  const handle = await open(file, 'r');
  try {
    const header = sha256(await readAt(handle, chunkOffset, headerBytes));
    const audio = sha256(await readAt(handle, chunkOffset + headerBytes + videoBytes, audioBytes));
    return { header, audio };
  } finally {
    await handle.close();
  }
}
