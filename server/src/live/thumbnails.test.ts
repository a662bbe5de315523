import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StillRequest } from '../media/protocol.ts';
import { Thumbnails } from './thumbnails.ts';

const request: StillRequest = { init: Buffer.alloc(0), chunks: [], targetTicks: null };
const read = async () => ({ request, atMs: 1 });

function thumbnails(options: { maxBytes?: number; maxWaiting?: number; still?: () => Promise<Buffer> } = {}) {
  const made = { count: 0 };
  const still = async () => {
    made.count += 1;
    return options.still ? options.still() : Buffer.alloc(100);
  };
  return { made, pictures: new Thumbnails({ ...options, still }) };
}

test('a picture is made once, also for those who ask while it is made', async () => {
  const { made, pictures } = thumbnails();
  await Promise.all([pictures.of('a', read), pictures.of('a', read)]);
  await pictures.of('a', read);
  assert.equal(made.count, 1);
});

test('no more are kept than the bytes allowed; those wanted last stay', async () => {
  const { made, pictures } = thumbnails({ maxBytes: 250 });
  await pictures.of('a', read);
  await pictures.of('b', read);
  await pictures.of('a', read);
  await pictures.of('c', read);
  assert.equal(pictures.bytes, 200);
  await pictures.of('a', read);
  assert.equal(made.count, 3);
  await pictures.of('b', read);
  assert.equal(made.count, 4, 'b had to give way');
});

test('more than some at once are refused, until one is done; one that failed is tried again', async () => {
  const waiting: Array<(jpeg: Buffer) => void> = [];
  const { pictures } = thumbnails({ maxWaiting: 2, still: () => new Promise((done) => waiting.push(done)) });
  const first = pictures.of('a', read);
  const failing = pictures.of('b', async () => {
    throw new Error('gone');
  });
  await assert.rejects(pictures.of('c', read), { code: 'busy' });
  await assert.rejects(failing, /gone/);
  const second = pictures.of('b', read);
  for (let turn = 0; waiting.length < 2 && turn < 100; turn += 1) await Promise.resolve();
  for (const done of waiting) done(Buffer.alloc(1));
  await Promise.all([first, second]);
});
