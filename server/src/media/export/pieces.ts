import { createHash, type Hash } from 'node:crypto';
import type { ExportFormat } from '@nightjar/contract';
import { videoTimescale } from '../fmp4/index.ts';
import { slicesOfUnit } from '../remux/fingerprint.ts';
import type { SourceChunk } from './gops.ts';
import type { ExportPiece } from './request.ts';
import type { OutFrame } from './timeline.ts';

interface OpenPiece {
  chunk: SourceChunk;
  untouched: boolean;
  fromMs: number;
  toMs: number;
  frames: number;
  hash: Hash;
}

/** Takes down of which chunks a file's pictures come. */
export class Pieces {
  readonly #payloadOf: (data: Buffer) => Buffer[];
  readonly #done: ExportPiece[] = [];
  #open: OpenPiece | null = null;

  constructor(format: ExportFormat, codec: 'h264' | 'h265') {
    this.#payloadOf = format === 'ts' ? (data) => slicesOfUnit(data, codec) : (data) => [data];
  }

  /** The next picture of the file. */
  add({ source, data, duration, anew }: OutFrame): void {
    const untouched = !anew && data === source.data;
    let piece = this.#open;
    if (piece?.chunk !== source.chunk || (piece.untouched && anew)) {
      this.#close();
      const beginning = { fromMs: source.shownMs, toMs: source.shownMs, frames: 0, hash: createHash('sha256') };
      piece = { chunk: source.chunk, untouched, ...beginning };
      this.#open = piece;
    }
    piece.untouched &&= untouched;
    piece.frames += 1;
    piece.fromMs = Math.min(piece.fromMs, source.shownMs);
    piece.toMs = Math.max(piece.toMs, source.shownMs + (duration * 1_000) / videoTimescale);
    for (const part of this.#payloadOf(data)) piece.hash.update(part);
  }

  /** Of all pictures; none can be added after it was asked for. */
  all(): ExportPiece[] {
    this.#close();
    return this.#done;
  }

  #close(): void {
    if (!this.#open) return;
    const { chunk, untouched, hash, ...piece } = this.#open;
    const whole = untouched && piece.frames === chunk.frames;
    const source = whole ? { file: chunk.file, chunkOffset: chunk.offset } : null;
    this.#done.push({ ...piece, sha256: hash.digest('hex'), source });
    this.#open = null;
  }
}
