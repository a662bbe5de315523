import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Chunk, RunInfo } from '../media/chunk.ts';
import { mediaPlaylist, multivariantPlaylist } from './playlist.ts';
import { LiveWindow } from './window.ts';

const startMs = Date.parse('2026-11-22T14:00:00Z');

const run = (runId: string): RunInfo => ({
  runId,
  cameraId: 'yard',
  startMs,
  startedBy: 'connection',
  video: { codec: 'h264', width: 1920, height: 1080, codecData: Buffer.alloc(0) },
  audio: null,
  codecStrings: ['avc1.640028'],
  init: Buffer.from(runId),
});

/** A chunk of 500 ms; every `chunksPerGop`-th begins with a keyframe. */
const chunk = (n: number, chunksPerGop: number): Chunk => ({
  sequence: n + 1,
  bytes: Buffer.alloc(1000),
  sizeBytes: 1000,
  mediaTime: n * 45_000,
  duration: 45_000,
  startMs: startMs + n * 500,
  keyframe: n % chunksPerGop === 0,
  frames: 12,
});

function windowOf({
  chunks,
  chunksPerGop = 4,
  drop = -1,
}: {
  chunks: number;
  chunksPerGop?: number;
  drop?: number;
}): LiveWindow {
  const window = new LiveWindow(100);
  window.onRun(run('a'));
  for (let n = 0; n < chunks; n += 1) if (n !== drop) window.onChunk('a', chunk(n, chunksPerGop));
  return window;
}

test('segments begin at keyframes and last at least a second', () => {
  for (const { chunksPerGop, durationMs } of [
    { chunksPerGop: 1, durationMs: 1000 },
    { chunksPerGop: 4, durationMs: 2000 },
    { chunksPerGop: 20, durationMs: 10_000 },
  ]) {
    const { listed } = windowOf({ chunks: 61, chunksPerGop });
    assert.ok(listed.length >= 3);
    for (const segment of listed) {
      assert.equal(segment.durationMs, durationMs);
      assert.equal(segment.chunks[0]?.keyframe, true);
    }
  }
});

test('sequence numbers go on while old segments leave', () => {
  const window = windowOf({ chunks: 401 });
  const { listed } = window;
  assert.deepEqual(
    listed.map(({ sequence }) => sequence),
    [194, 195, 196, 197, 198, 199],
  );
  assert.ok(window.segment(192), 'a slow player still gets what just left the playlist');
  assert.equal(window.segment(120), null);
});

test('a chunk that was left out ends the segment, and players are told', () => {
  const window = windowOf({ chunks: 41, drop: 21 });
  const marked = window.listed.filter(({ discontinuity }) => discontinuity);
  assert.equal(marked.length, 1);
  assert.equal(marked[0]?.startMs, startMs + 24 * 500);
});

test('a new run brings its own init segment and a discontinuity, which is counted when it leaves', () => {
  const window = windowOf({ chunks: 9 });
  window.onRun(run('b'));
  window.onChunk('a', chunk(9, 1));
  for (let n = 0; n < 9; n += 1) window.onChunk('b', chunk(n, 4));
  const playlist = mediaPlaylist(window);
  assert.match(
    playlist,
    /#EXT-X-DISCONTINUITY\n#EXT-X-MAP:URI="init\/b.mp4"\n#EXT-X-PROGRAM-DATE-TIME:2026-11-22T14:00:00.000Z/,
  );
  assert.equal(window.init('a')?.toString(), 'a');
  assert.equal(window.discontinuitySequence, 0);
  for (let n = 9; n < 101; n += 1) window.onChunk('b', chunk(n, 4));
  assert.equal(window.discontinuitySequence, 1);
  assert.equal(window.init('a'), null);
});

test('the multivariant playlist names codecs, size and bandwidth', () => {
  assert.match(
    multivariantPlaylist(windowOf({ chunks: 9 })),
    /#EXT-X-STREAM-INF:BANDWIDTH=16000,AVERAGE-BANDWIDTH=16000,CODECS="avc1.640028",RESOLUTION=1920x1080\nstream.m3u8/,
  );
});

test('the newest picture is what follows the newest keyframe', () => {
  const gop = windowOf({ chunks: 11 }).newestGop;
  assert.deepEqual(
    gop?.chunks.map(({ sequence }) => sequence),
    [9, 10, 11],
  );
  assert.equal(new LiveWindow(0).newestGop, null);
});

test('whoever waits for the first segment is told when it is whole', async () => {
  const window = new LiveWindow(0);
  window.onRun(run('a'));
  const first = window.firstSegment(AbortSignal.timeout(60_000)).then(() => window.listed.length);
  for (let n = 0; n < 5; n += 1) window.onChunk('a', chunk(n, 4));
  assert.equal(await first, 1);
});

test('a segment whose next keyframe does not come is given up before it fills the memory', () => {
  const window = new LiveWindow(100);
  window.onRun(run('a'));
  const huge = (n: number, chunksPerGop: number) => ({ ...chunk(n, chunksPerGop), sizeBytes: 1024 * 1024 });
  for (let n = 0; n < 100; n += 1) window.onChunk('a', huge(n, 100));
  assert.equal(window.newestGop, null);
  for (let n = 100; n < 105; n += 1) window.onChunk('a', huge(n, 4));
  assert.deepEqual(
    window.listed.map(({ chunks }) => chunks.length),
    [4],
  );
});
