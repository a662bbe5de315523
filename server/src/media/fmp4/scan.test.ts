import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeStream, type Recording, recordingOf } from '../../../testing/streams.ts';
import { boxesIn } from './box-reader.ts';
import { initSegment } from './init-segment.ts';
import { readInit, SegmentFormatError } from './read-init.ts';
import { type SegmentScan, scanSegment } from './scan.ts';

const utcMs = 1_700_000_000_123.5;
let folder = '';
let recording: Recording;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightjar-scan-'));
  recording = recordingOf(await makeStream({ seconds: 3, audio: 'stereo', bFrames: 2 }), { delayMs: 3_600_000, utcMs });
});
after(() => rm(folder, { recursive: true }));

async function scan(file: Buffer): Promise<SegmentScan> {
  const path = join(folder, 'segment.mp4');
  await writeFile(path, file);
  return scanSegment(path);
}

/** Ends of the head and of each chunk. */
function boundaries({ head, chunks }: Recording): number[] {
  let at = head.length;
  return [at, ...chunks.map(({ sizeBytes }) => (at += sizeBytes))];
}

test('a scan finds what was written', async () => {
  const { chunks, file, head } = recording;
  const found = await scan(file);
  const ends = boundaries(recording);
  assert.deepEqual(
    found.chunks,
    chunks.map(({ bytes: _, sequence: __, ...meta }, n) => ({ offset: ends[n], ...meta })),
  );
  assert.deepEqual([found.validBytes, found.fileBytes, found.headLength], [file.length, file.length, head.length]);
  assert.deepEqual(found.video, { codec: 'h264', width: 320, height: 240, codecString: 'avc1.4D400D' });
  assert.deepEqual(found.audio, { codec: 'aac', sampleRate: 48_000, channels: 2, codecString: 'mp4a.40.2' });
  assert.equal(found.info?.cameraId, 'test-camera');
  assert.equal(found.info?.timeZone, 'Europe/Berlin');
  assert.equal(boxesIn(file.subarray(0, found.initLength)).at(-1)?.type, 'moov');
});

test('the configuration in an init segment comes back as it was', async () => {
  for (const codec of ['h264', 'h265'] as const) {
    const { video, audio } = await makeStream({ codec, seconds: 0.2, audio: 'mono' });
    assert.deepEqual(readInit(initSegment(video, audio)), { video, audio });
    assert.deepEqual(readInit(initSegment(video, null)), { video, audio: null });
  }
});

test('a torn tail is left out, wherever it was torn', async () => {
  const { file, head } = recording;
  const ends = boundaries(recording);
  const near = ends.flatMap((end) => [end - 1, end, end + 1, end + 8, end + 31, end + 40, end + 200]);
  for (const length of near.filter((length) => length >= head.length && length <= file.length)) {
    const found = await scan(file.subarray(0, length));
    const valid = ends.filter((end) => end <= length);
    assert.equal(found.validBytes, valid.at(-1), `cut at ${length}`);
    assert.equal(found.chunks.length, valid.length - 1);
  }
});

test('a tail of zeros, as a power loss leaves it, is left out', async () => {
  const ends = boundaries(recording);
  const zeros = Buffer.concat([recording.file, Buffer.alloc(100_000)]);
  assert.equal((await scan(zeros)).validBytes, recording.file.length);
  const hollow = Buffer.from(recording.file);
  hollow.fill(0, (ends[3] ?? 0) + 40);
  assert.equal((await scan(hollow)).validBytes, ends[3]);
});

test('a file with a torn head, or not ours, is refused', async () => {
  const { file, head } = recording;
  const moovEnd = boxesIn(head)[1]?.end ?? 0;
  for (const broken of [Buffer.alloc(0), file.subarray(0, 20), file.subarray(0, moovEnd - 1), Buffer.alloc(5_000)]) {
    await assert.rejects(scan(broken), SegmentFormatError);
  }
  await assert.rejects(scanSegment(join(folder, 'missing.mp4')), { code: 'ENOENT' });
});

test('behind a damaged stretch the scan goes on with the next whole chunk', async () => {
  const { chunks, file } = recording;
  const ends = boundaries(recording);
  const end = (n: number) => ends[n] ?? 0;
  assert.ok(chunks.length >= 6);
  // The box headers of chunk 2; all of chunks 3 and 4; the numbers of chunk 1.
  const hits: Array<{ hit: (damaged: Buffer) => void; lost: number[] }> = [
    { hit: (damaged) => damaged.fill(0xff, end(2), end(2) + 100), lost: [2] },
    { hit: (damaged) => damaged.fill(0, end(3) + 5, end(5) - 5), lost: [3, 4] },
    { hit: (damaged) => damaged.writeUInt8((damaged[end(1) + 60] ?? 0) ^ 0x40, end(1) + 60), lost: [1] },
    { hit: (damaged) => damaged.write('NOPE', end(0) + 4), lost: [0] },
  ];
  for (const { hit, lost } of hits) {
    const damaged = Buffer.from(file);
    hit(damaged);
    const found = await scan(damaged);
    assert.deepEqual(
      found.chunks.map(({ offset }) => offset),
      ends.slice(0, -1).filter((_, n) => !lost.includes(n)),
    );
    assert.deepEqual(found.damage, [{ from: end(lost[0] ?? 0), to: end((lost.at(-1) ?? 0) + 1) }]);
    assert.equal(found.validBytes, file.length);
  }
});

test('media data that looks like chunks is never taken for one', async () => {
  const { chunks, head } = recording;
  const [first, second, third, fourth] = chunks.map(({ bytes }) => bytes);
  assert.ok(first && second && third && fourth);
  const elsewhere = recordingOf(await makeStream({ seconds: 2 }), { utcMs: utcMs + 60_000, delayMs: 3_700_000 });
  const foreign = elsewhere.chunks.at(-1)?.bytes as Buffer;
  const damaged = Buffer.from(third);
  damaged.write('NOPE', damaged.indexOf('moof'));
  const torn = Buffer.concat([Buffer.from('torn'), first, second, foreign, damaged]);
  const found = await scan(Buffer.concat([head, first, second, torn, fourth]));
  const behind = head.length + first.length + second.length;
  assert.deepEqual(
    found.chunks.map(({ offset }) => offset),
    [head.length, head.length + first.length, behind + torn.length],
  );
  assert.deepEqual(found.damage, [{ from: behind, to: behind + torn.length }]);
});

test('without our own box the wall clock comes from the chunks', async () => {
  const { chunks, file, head } = recording;
  const [ftyp, moov] = boxesIn(head);
  const found = await scan(Buffer.concat([file.subarray(0, moov?.end), file.subarray(head.length)]));
  assert.ok(ftyp && found.info === null);
  for (const [n, { startMs }] of found.chunks.entries()) {
    assert.ok(Math.abs(startMs - (chunks[n]?.startMs ?? 0)) < 0.002);
  }
});

test('chunks are found after 2036 too, when the time in them begins anew', async () => {
  const later = recordingOf(await makeStream({ seconds: 1 }), { utcMs: Date.parse('2040-06-01T00:00:00Z') });
  assert.equal((await scan(later.file)).chunks.length, later.chunks.length);
});

test('a chunk with more samples than one read takes is found too', async () => {
  const stream = await makeStream({ seconds: 1, fps: 25 });
  const dense = stream.units.flatMap(({ track, unit }, n) =>
    Array.from({ length: 40 }, (_, m) => ({
      track,
      unit: { ...unit, keyframe: n + m === 0, ptsNs: unit.ptsNs + m * 1e6 },
    })),
  );
  const many = recordingOf({ ...stream, units: dense });
  const found = await scan(many.file);
  assert.equal(found.validBytes, many.file.length);
  assert.ok((found.chunks[0]?.frames ?? 0) >= 500);
});

test('random damage never breaks the scan', async () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 0x7fffffff;
    return seed % below;
  };
  const damagable = boundaries(recording).map((end) => Math.min(end, recording.file.length - 500));
  for (let round = 0; round < 150; round++) {
    const file = Buffer.from(recording.file);
    const from = round % 3 === 0 ? 0 : (damagable[random(damagable.length)] ?? 0);
    for (let hit = 0; hit < 4; hit++) file[from + random(400)] = random(256);
    const found = await scan(file).catch((error: unknown) => {
      assert.ok(error instanceof SegmentFormatError, String(error));
      return null;
    });
    if (found === null) continue;
    assert.ok(found.validBytes >= found.headLength && found.validBytes <= file.length);
    assert.ok(found.chunks.every(({ frames, sizeBytes }) => frames > 0 && sizeBytes > 0));
  }
});
