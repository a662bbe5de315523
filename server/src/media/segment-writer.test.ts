import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { cannotMount, LoopVolume } from '../../testing/loop-volume.ts';
import { writeIdentity } from '../shared/volume-identity.ts';
import type { Chunk, RunInfo } from './chunk.ts';
import type { RecordWindow } from './protocol.ts';
import { type SegmentMessage, SegmentWriter } from './segment-writer.ts';
import { VolumeChoice, type VolumeOffer, type VolumeRoot } from './volume-choice.ts';

const noon = Date.parse('2026-11-22T12:00:00Z');
const always: RecordWindow = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
const chunkMs = 500;
const chunksPerGop = 4;

const run = { runId: 'run-1', cameraId: 'yard', startMs: noon, init: Buffer.from('init'), codecStrings: [] };

/** The chunk number `at` of a run: half a second, a keyframe every two seconds, its number in its bytes. */
function chunk(at: number, sizeBytes = 1_000): Chunk {
  const bytes = Buffer.alloc(sizeBytes);
  bytes.writeUInt32BE(at);
  return {
    ...{ sequence: at + 1, bytes, sizeBytes, mediaTime: at * 45_000, duration: 45_000, frames: 12 },
    ...{ startMs: noon + at * chunkMs, keyframe: at % chunksPerGop === 0 },
  };
}

interface Setup {
  windows?: RecordWindow[];
  volumes: VolumeRoot[];
}

const offerOf = (volumes: VolumeRoot[]): VolumeOffer => ({
  volumes,
  ifNone: { code: 'disk_full', message: 'All are full.' },
});

function setUp({ windows = [always], volumes }: Setup) {
  const clock = { now: noon, nowMs: () => clock.now as UnixMs, monotonicMs: () => clock.now };
  const messages: SegmentMessage[] = [];
  const choice = new VolumeChoice(offerOf(volumes), clock.monotonicMs);
  const writer = new SegmentWriter(
    { cameraId: 'yard', timeZone: 'UTC', clock, volumes: choice, report: (message) => void messages.push(message) },
    windows,
  );
  writer.onRun(run as unknown as RunInfo);
  const give = async (from: number, to: number, sizeBytes?: number) => {
    for (let at = from; at < to; at += 1) {
      clock.now = noon + (at + 1) * chunkMs;
      writer.onChunk(chunk(at, sizeBytes));
      await writer.flush();
    }
  };
  const end = async () => {
    writer.onRunEnd();
    await writer.flush();
  };
  return { writer, choice, clock, messages, give, end };
}

/** What an index makes of the messages: for each segment its volume, and the numbers of its chunks. */
function segmentsIn(messages: readonly SegmentMessage[]) {
  const segments = new Map<
    number,
    { volumeId: string; path: string; ends: number[]; chunks: number[]; bytes: number | null }
  >();
  for (const message of messages) {
    if (message.type === 'segment-opened') {
      const { sequence, volumeId, path: file } = message.segment;
      segments.set(sequence, { volumeId, path: file, ends: [], chunks: [], bytes: null });
    }
    if (message.type === 'chunk-written') {
      const segment = segments.get(message.sequence);
      segment?.chunks.push(message.chunk.mediaTime / 45_000);
      segment?.ends.push(message.chunk.offset + message.chunk.sizeBytes);
    }
    if (message.type === 'segment-closed') {
      const segment = segments.get(message.sequence);
      if (!segment) throw new Error('closed before it was opened');
      segment.bytes = message.sizeBytes;
      segment.chunks = segment.chunks.filter((_, at) => (segment.ends[at] ?? 0) <= message.sizeBytes);
    }
  }
  return [...segments.values()];
}

const chunksIn = (messages: readonly SegmentMessage[]) => segmentsIn(messages).map(({ chunks }) => chunks);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

async function folderVolume(t: TestContext, id: string): Promise<VolumeRoot> {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), `nightjar-${id}-`));
  t.after(() => fs.rmSync(root, { recursive: true, force: true }));
  await writeIdentity(root, id);
  return { id, root };
}

test('a segment ends at the first keyframe after a minute', async (t) => {
  const { messages, give, end } = setUp({ volumes: [await folderVolume(t, 'a')] });
  await give(0, 130);
  await end();
  assert.deepEqual(chunksIn(messages), [range(0, 120), range(120, 130)]);
});

test('a window is recorded from the keyframe before it to the chunk that crosses its end', async (t) => {
  const windows = [
    { from: noon + 3_250, to: noon + 6_700 },
    { from: noon + 12_000, to: Number.POSITIVE_INFINITY },
  ];
  const { messages, give, end } = setUp({ windows, volumes: [await folderVolume(t, 'a')] });
  await give(0, 30);
  await end();
  assert.deepEqual(chunksIn(messages), [range(4, 14), range(24, 30)]);
});

test('a window taken away ends with the chunk that is being received', async (t) => {
  const { writer, clock, messages, give, end } = setUp({ volumes: [await folderVolume(t, 'a')] });
  await give(0, 6);
  clock.now = noon + 6.5 * chunkMs;
  writer.windows = [];
  assert.equal(writer.recording, false);
  await give(6, 12);
  await end();
  assert.deepEqual(chunksIn(messages), [range(0, 7)]);
});

test('switched on in the midst of a GOP, recording begins with its keyframe', async (t) => {
  const { writer, messages, give, end } = setUp({ windows: [], volumes: [await folderVolume(t, 'a')] });
  await give(0, 7);
  writer.windows = [always];
  await give(7, 9);
  await end();
  assert.deepEqual(chunksIn(messages), [range(4, 9)]);
});

test('switched off and on within a GOP, nothing is recorded twice', async (t) => {
  const { writer, messages, give, end } = setUp({ volumes: [await folderVolume(t, 'a')] });
  await give(0, 5);
  writer.windows = [];
  await give(5, 6);
  writer.windows = [always];
  await give(6, 12);
  await end();
  assert.deepEqual(chunksIn(messages), [range(0, 5), range(8, 12)]);
});

test('without its identity file a folder is not written to, not even made', async (t) => {
  const first = await folderVolume(t, 'a');
  const second = await folderVolume(t, 'b');
  fs.rmSync(first.root, { recursive: true });
  const { messages, give, end } = setUp({ volumes: [first, second] });
  await give(0, 3);
  await end();
  assert.equal(fs.existsSync(first.root), false);
  assert.deepEqual(
    segmentsIn(messages).map(({ volumeId, chunks }) => [volumeId, chunks]),
    [['b', range(0, 3)]],
  );
  const failed = messages.find(({ type }) => type === 'write-failed');
  assert.deepEqual(failed, {
    ...{ type: 'write-failed', cameraId: 'yard', volumeId: 'a', code: 'disk_error' },
    message: `The recording cannot be written: the disk of ${first.root} is not there.`,
  });
});

test('what no volume takes is held, and written when one does', async (t) => {
  const volume = await folderVolume(t, 'a');
  const { choice, messages, give, end } = setUp({ volumes: [volume] });
  await give(0, 6);
  choice.replace(offerOf([]));
  await give(6, 20);
  assert.deepEqual(chunksIn(messages), [range(0, 8)], 'until the next keyframe it goes on');
  choice.replace(offerOf([volume]));
  await give(20, 22);
  await end();
  assert.deepEqual(chunksIn(messages), [range(0, 8), range(8, 22)]);
});

test('what is held is bounded: the oldest GOPs are lost, and that is told once', async (t) => {
  const volume = await folderVolume(t, 'a');
  const { writer, choice, messages, give, end } = setUp({ volumes: [] });
  await give(0, 80, 1024 * 1024);
  assert.ok(writer.backlogBytes <= 32 * 1024 * 1024, String(writer.backlogBytes));
  assert.equal(messages.filter(({ type }) => type === 'write-failed').length, 1);
  choice.replace(offerOf([volume]));
  await give(80, 81);
  await end();
  assert.deepEqual(chunksIn(messages), [range(52, 81)]);
});

test('a disk that turns read-only: the GOP that was being written is on the next one, whole', {
  skip: cannotMount,
}, async (t) => {
  await using disk = await LoopVolume.create({ sizeMb: 16 });
  await writeIdentity(disk.path, 'a');
  const other = await folderVolume(t, 'b');
  const { messages, give, end } = setUp({ volumes: [{ id: 'a', root: disk.path }, other] });
  await give(0, 6);
  await disk.breakReadOnly();
  await give(6, 14);
  await end();
  assert.deepEqual(
    segmentsIn(messages).map(({ volumeId, chunks }) => [volumeId, chunks]),
    [
      ['a', range(0, 4)],
      ['b', range(4, 14)],
    ],
  );
});

test('a disk that fills up: files end whole, and no chunk is lost or twice', { skip: cannotMount }, async (t) => {
  await using disk = await LoopVolume.create({ sizeMb: 8 });
  await writeIdentity(disk.path, 'a');
  const other = await folderVolume(t, 'b');
  const { messages, give, end } = setUp({ volumes: [{ id: 'a', root: disk.path }, other] });
  await give(0, 80, 256 * 1024);
  await end();
  const segments = segmentsIn(messages);
  assert.deepEqual(
    segments.flatMap(({ chunks }) => chunks),
    range(0, 80),
  );
  const roots: Record<string, string> = { a: disk.path, b: other.root };
  for (const { volumeId, path: file, bytes } of segments) {
    assert.equal(fs.statSync(path.join(roots[volumeId] ?? '', file)).size, bytes);
  }
  assert.ok((segments[0]?.chunks.length ?? 0) > 8);
  const failed = messages.filter(({ type }) => type === 'write-failed');
  assert.deepEqual(
    failed.map((message) => 'code' in message && message.code),
    ['disk_full'],
  );
});

test('a full disk without another: recording goes on by itself when there is room again', {
  skip: cannotMount,
}, async () => {
  await using disk = await LoopVolume.create({ sizeMb: 8 });
  await writeIdentity(disk.path, 'a');
  const { choice, messages, give, end } = setUp({ volumes: [{ id: 'a', root: disk.path }] });
  await give(0, 4, 100_000);
  const filler = await disk.fill();
  await give(4, 40, 10_000);
  assert.deepEqual(chunksIn(messages).flat(), range(0, 4));
  fs.rmSync(filler);
  choice.replace(offerOf([{ id: 'a', root: disk.path }]));
  await give(40, 44, 10_000);
  await end();
  assert.deepEqual(chunksIn(messages).flat(), range(0, 44));
});
