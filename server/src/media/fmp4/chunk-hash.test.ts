import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { makeStream, recordingOf } from '../../../testing/streams.ts';
import { hashChunk, partsOf } from './chunk-hash.ts';
import { samplesOf } from './samples.ts';

const digest = (...data: Buffer[]) => createHash('sha256').update(Buffer.concat(data)).digest();

test('header, pictures and sound of a chunk are hashed on their own, and their hashes together', async () => {
  for (const audio of ['stereo', undefined] as const) {
    const { chunks } = recordingOf(await makeStream({ seconds: 2, ...(audio && { audio }) }));
    for (const { bytes } of chunks) {
      const parts = partsOf(bytes);
      const samples = samplesOf(bytes);
      const dataOf = (track: string) => Buffer.concat(samples.filter((s) => s.track === track).map(({ data }) => data));
      const [video, sound] = [dataOf('video'), dataOf('audio')];
      assert.equal(parts.videoBytes, video.length);
      assert.equal(parts.headerBytes + video.length + sound.length, bytes.length);
      const header = bytes.subarray(0, parts.headerBytes);
      assert.deepEqual(hashChunk(bytes, parts), digest(digest(header), digest(video), digest(sound)));
    }
  }
});
