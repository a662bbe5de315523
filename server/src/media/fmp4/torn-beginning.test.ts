import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { makeStream, type Recording, recordingOf } from '../../../testing/streams.ts';
import { boxesIn } from './box-reader.ts';
import { isTornBeginning } from './torn-beginning.ts';

let recording: Recording;
before(async () => {
  recording = recordingOf(await makeStream({ seconds: 1, audio: 'mono' }));
});

const firstChunkEnd = () => recording.head.length + (recording.chunks[0]?.sizeBytes ?? 0);

test('a segment broken off before its first chunk is whole is torn, wherever it was broken', () => {
  const { file } = recording;
  for (let length = 0; length < firstChunkEnd(); length += length < 3_000 ? 1 : 997) {
    assert.equal(isTornBeginning(file.subarray(0, length)), true, `cut at ${length}`);
  }
});

test('zeros of a power loss behind it change nothing', () => {
  const zeros = Buffer.alloc(50_000);
  for (const length of [0, 5, 40, recording.head.length - 3, recording.head.length, recording.head.length + 100]) {
    assert.equal(isTornBeginning(Buffer.concat([recording.file.subarray(0, length), zeros])), true, `${length}`);
  }
});

test('a file with a chunk in it, whole or damaged, is not', () => {
  const { file, head } = recording;
  const damaged = Buffer.from(file);
  damaged.fill(0xff, head.length + 40, head.length + 80);
  const withoutPictures = Buffer.from(file);
  withoutPictures.write('nope', (boxesIn(head)[1]?.start ?? 0) + 12);
  for (const one of [file, damaged, withoutPictures]) {
    assert.equal(isTornBeginning(one), false);
    assert.equal(isTornBeginning(one.subarray(0, firstChunkEnd())), false);
  }
});

test('a file of another kind is not', () => {
  const { head } = recording;
  const shifted = Buffer.concat([Buffer.from('x'), recording.file]);
  const otherOrder = Buffer.concat([head, head.subarray(0, 100)]);
  for (const one of [Buffer.from('a note'), Buffer.from('GIF89a...........'), shifted, otherOrder]) {
    assert.equal(isTornBeginning(one), false);
  }
});
