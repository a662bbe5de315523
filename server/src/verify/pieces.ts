import { createHash } from 'node:crypto';
import type { ManifestPiece } from '../evidence/index.ts';
import { finding, type VerifyFinding } from './finding.ts';

/** Pieces, and pictures, that are looked ahead for where the file goes on as it was. */
const maxPiecesAhead = 60;
const maxPicturesAhead = 750;
const maxBytesAhead = 128 << 20;

/** Pictures that are not used yet. */
class Window {
  readonly #source: AsyncIterator<Buffer>;
  #pictures: Buffer[] = [];
  #bytes = 0;
  #ended = false;
  /** Behind those that were used, from 1. */
  next = 1;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** As many as there are, up to `count`. */
  async fill(count: number): Promise<number> {
    while (this.#pictures.length < count && this.#bytes < maxBytesAhead && !this.#ended) {
      const { value, done } = await this.#source.next();
      if (done) this.#ended = true;
      else {
        this.#pictures.push(value);
        this.#bytes += value.length;
      }
    }
    return this.#pictures.length;
  }

  isAt(offset: number, { frames, sha256 }: ManifestPiece): boolean {
    if (offset + frames > this.#pictures.length) return false;
    const hash = createHash('sha256');
    for (const picture of this.#pictures.slice(offset, offset + frames)) hash.update(picture);
    return hash.digest('hex') === sha256;
  }

  use(count: number): void {
    for (const picture of this.#pictures.splice(0, count)) this.#bytes -= picture.length;
    this.next += count;
  }

  async useAll(): Promise<number> {
    let used = 0;
    for (let count = await this.fill(1); count > 0; count = await this.fill(1)) {
      this.use(count);
      used += count;
    }
    return used;
  }
}

/** Compares the pictures of a file with the pieces that it should be made of, and finds its way behind each difference. */
export async function comparePieces(
  pictures: AsyncIterable<Buffer>,
  pieces: readonly ManifestPiece[],
  where: string,
): Promise<{ findings: VerifyFinding[]; pictures: number; same: Set<ManifestPiece> }> {
  const window = new Window(pictures);
  const findings: VerifyFinding[] = [];
  const same = new Set<ManifestPiece>();
  for (let at = 0; at < pieces.length; ) {
    const piece = pieces[at] as ManifestPiece;
    await window.fill(piece.frames);
    if (window.isAt(0, piece)) {
      window.use(piece.frames);
      same.add(piece);
      at += 1;
      continue;
    }
    const first = window.next;
    const joint = await findJoint(window, pieces.slice(at, at + maxPiecesAhead));
    const lost = joint ? pieces.slice(at, at + joint.pieces) : pieces.slice(at);
    const found = joint ? joint.pictures : await window.useAll();
    if (joint) window.use(joint.pictures);
    findings.push(difference(lost, found, { first, piece, where }));
    at += lost.length;
  }
  const first = window.next;
  const more = await window.useAll();
  if (more > 0) {
    const at = pieces.at(-1)?.to ?? null;
    const what = `${more} pictures were added at the end.`;
    findings.push(finding('inserted', where, what, { from: at, to: at, pictures: [first, first + more - 1] }));
  }
  return { findings, pictures: window.next - 1, same };
}

/**
 * How many pieces and pictures have to be passed over until they agree again, as few as possible: what does not move is
 * recorded alike again and again. null when nothing near agrees.
 */
async function findJoint(
  window: Window,
  pieces: readonly ManifestPiece[],
): Promise<{ pieces: number; pictures: number } | null> {
  const there = await window.fill(maxPicturesAhead);
  let passed = 0;
  const starts = pieces.map((piece, at) => {
    passed += piece.frames;
    return { piece, pieces: at, passed: passed - piece.frames };
  });
  for (let distance = 0; distance <= Math.max(there, passed); distance += 1) {
    for (const start of starts) {
      if (start.passed > distance) break;
      const first = start.passed === distance ? 0 : distance;
      for (let offset = Math.min(distance, there); offset >= first; offset -= 1) {
        if (window.isAt(offset, start.piece)) return { pieces: start.pieces, pictures: offset };
      }
    }
  }
  return null;
}

interface Spot {
  /** Number of the first picture that is not as it should be. */
  first: number;
  piece: ManifestPiece;
  where: string;
}

function difference(lost: readonly ManifestPiece[], found: number, { first, piece, where }: Spot): VerifyFinding {
  const wanted = lost.reduce((sum, { frames }) => sum + frames, 0);
  const place = { from: piece.from, to: lost.at(-1)?.to ?? piece.from };
  const inFile = (count: number) => (count > 0 ? { pictures: [first, first + count - 1] as [number, number] } : {});
  if (wanted === 0) {
    return finding('inserted', where, `${found} pictures were inserted.`, { ...place, ...inFile(found) });
  }
  if (found === wanted) {
    return finding('altered', where, `Of ${wanted} pictures some or all were altered.`, { ...place, ...inFile(found) });
  }
  if (found < wanted) {
    const what = `Of ${wanted} pictures ${wanted - found} are missing.`;
    return finding('missing', where, what, { ...place, pictures: [first, first + wanted - 1] });
  }
  const what = `${found - wanted} pictures were inserted among ${wanted}.`;
  return finding('inserted', where, what, { ...place, ...inFile(found) });
}
