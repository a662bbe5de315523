import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import type { ManifestPiece } from '../evidence/index.ts';
import { comparePieces } from './pieces.ts';

const perPiece = 5;
const pictures = Array.from({ length: 40 }, (_, at) => Buffer.from(`picture ${at + 1}`));

const pieces: ManifestPiece[] = Array.from({ length: 8 }, (_, at) => {
  const own = pictures.slice(at * perPiece, (at + 1) * perPiece);
  const sha256 = createHash('sha256').update(Buffer.concat(own)).digest('hex');
  return { from: at * 500, to: (at + 1) * 500, frames: perPiece, sha256, chunk: null };
});

async function compared(found: Buffer[]) {
  const { findings } = await comparePieces(Readable.from(found), pieces, 'a.mp4');
  return findings.map(({ kind, from, pictures: numbers }) => [kind, from, numbers]);
}

const without = (...numbers: number[]) => pictures.filter((_, at) => !numbers.includes(at + 1));
const strange = Buffer.from('from elsewhere');

test('pictures that are all there, in their order, are as they were', async () => {
  assert.deepEqual(await compared(pictures), []);
});

test('what was altered, taken out or put in is named, and what follows is found again', async () => {
  assert.deepEqual(await compared(pictures.with(11, strange)), [['altered', 1_000, [11, 15]]]);
  assert.deepEqual(await compared(without(12)), [['missing', 1_000, [11, 15]]]);
  assert.deepEqual(await compared(without(12, 33)), [
    ['missing', 1_000, [11, 15]],
    ['missing', 3_000, [30, 34]],
  ]);
  assert.deepEqual(await compared(without(11, 12, 13, 14, 15)), [['missing', 1_000, [11, 15]]]);
  assert.deepEqual(await compared(pictures.toSpliced(10, 0, strange)), [['inserted', 1_000, [11, 11]]]);
  assert.deepEqual(await compared(pictures.toSpliced(12, 0, strange)), [['inserted', 1_000, [11, 16]]]);
  assert.deepEqual(await compared([...pictures, strange]), [['inserted', 4_000, [41, 41]]]);
});

test('a file that was cut off lacks its end', async () => {
  assert.deepEqual(await compared(pictures.slice(0, 33)), [['missing', 3_000, [31, 40]]]);
});
