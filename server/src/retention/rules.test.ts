import assert from 'node:assert/strict';
import { test } from 'node:test';
import { devicesOf, type Headroom, type VolumeFacts } from './needs.ts';
import type { FootageSource, Piece, Verdict } from './piece.ts';
import { Protection } from './protection.ts';
import { type CameraLimits, type Situation, verdicts } from './rules.ts';

const minute = 60_000;

/** A segment of a minute that begins at minute `at`. */
const segment = (at: number, changes: Partial<Piece> = {}): Piece => {
  const startAt = (changes.startAt ?? at * minute) as number;
  return {
    id: at,
    cameraId: 'door',
    volumeId: 'disk',
    endAt: startAt + minute,
    segments: 1,
    sizeBytes: 10,
    ...changes,
    startAt,
    lastStartAt: startAt,
  };
};
const minutes = (count: number, changes: Partial<Piece> = {}) =>
  Array.from({ length: count }, (_, at) => segment(at, changes));

/** As the database gives it: slices of some length, summed by camera and volume. */
function sourceOf(segments: readonly Piece[], sliceMs: number): FootageSource {
  async function* slices(wanted: readonly Piece[]): AsyncGenerator<Piece[]> {
    const sorted = wanted.toSorted((a, b) => a.startAt - b.startAt);
    for (const slice of Map.groupBy(sorted, ({ startAt }) => Math.floor(startAt / sliceMs)).values()) {
      yield [...Map.groupBy(slice, ({ cameraId, volumeId }) => `${cameraId} ${volumeId}`).values()].map(together);
    }
  }
  return {
    ofCamera: (id, before) => slices(segments.filter(({ cameraId, startAt }) => cameraId === id && startAt < before)),
    ofVolumes: (ids, before) =>
      slices(segments.filter(({ volumeId, startAt }) => ids.includes(volumeId) && startAt < before)),
    segmentsOf: async (pieces) =>
      pieces.flatMap((piece) => segments.filter((each) => isIn(each, piece))).sort((a, b) => a.startAt - b.startAt),
  };
}

const isIn = (each: Piece, piece: Piece): boolean =>
  each.cameraId === piece.cameraId &&
  each.volumeId === piece.volumeId &&
  each.startAt >= piece.startAt &&
  each.startAt <= piece.lastStartAt;

const together = (pieces: Piece[]): Piece => ({
  ...(pieces[0] as Piece),
  id: null,
  lastStartAt: Math.max(...pieces.map(({ startAt }) => startAt)),
  endAt: Math.max(...pieces.map(({ endAt }) => endAt)),
  segments: pieces.length,
  sizeBytes: pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
});

const noLimits: Omit<CameraLimits, 'cameraId'> = { endedBy: null, maxSizeBytes: null, sizeBytes: 0 };
const plenty: VolumeFacts = {
  id: 'disk',
  device: 'sda',
  isRecording: true,
  usedBytes: 1_000,
  quotaBytes: null,
  freeBytes: 1e9,
  toldFreeBytes: 1e9,
  keepFreeBytes: 1e6,
};
const noHeadroom: Headroom = { low: 0, high: 0, isFreeing: false };

interface Wish {
  limits?: Array<Partial<CameraLimits>>;
  volumes?: Array<Partial<VolumeFacts>>;
  headroom?: Headroom;
  marks?: Array<{ cameraId?: string; from: number; to: number }>;
}

function situation({ limits = [], volumes = [{}], headroom = noHeadroom, marks = [] }: Wish): Situation {
  const facts = volumes.map((changes) => ({ ...plenty, ...changes }));
  return {
    limits: limits.map((changes) => ({ cameraId: 'door', ...noLimits, ...changes })),
    volumes: facts,
    devices: devicesOf(facts),
    headroom,
    youngFrom: 3 * minute,
    wishes: [],
    protection: new Protection(marks.map((mark) => ({ cameraId: 'door', ...mark }))),
  };
}

/** What is said of each segment, in order, whatever the slices; `reason id`, or `kept id`. */
async function said(segments: readonly Piece[], wish: Wish): Promise<string[]> {
  const answers = await Promise.all([1, 7 * minute, 1_000 * minute].map((sliceMs) => saidOf(segments, wish, sliceMs)));
  for (const answer of answers) assert.deepEqual(new Set(answer), new Set(answers[0]), 'slices make no difference');
  return answers[0] as string[];
}

async function saidOf(segments: readonly Piece[], wish: Wish, sliceMs: number): Promise<string[]> {
  const source = sourceOf(segments, sliceMs);
  const lines: string[] = [];
  for await (const verdict of verdicts(situation(wish), source)) {
    for (const { id } of await source.segmentsOf([verdict.piece])) lines.push(`${wordFor(verdict)} ${id}`);
  }
  return lines;
}

const wordFor = ({ kept, reason }: Verdict): string => (kept ? 'kept' : reason);

test('without limits and with space nothing goes', async () => {
  assert.deepEqual(await said(minutes(5), { limits: [{}] }), []);
});

test('by age goes what has ended by then, and nothing that is partly younger', async () => {
  const limits = [{ endedBy: 2 * minute + 30_000 }];
  assert.deepEqual(await said(minutes(5), { limits }), ['age 0', 'age 1']);
});

test('by size goes the oldest beyond it, of this camera alone', async () => {
  const others = minutes(5, { cameraId: 'yard' });
  const limits = [{ maxSizeBytes: 25, sizeBytes: 50 }];
  assert.deepEqual(await said([...minutes(5), ...others], { limits }), ['size 0', 'size 1', 'size 2']);
});

test('what goes by age counts for the size', async () => {
  const limits = [{ endedBy: 2 * minute, maxSizeBytes: 20, sizeBytes: 50 }];
  assert.deepEqual(await said(minutes(5), { limits }), ['age 0', 'age 1', 'size 2']);
});

test('a lock keeps each segment that it touches, and the rules pass on to others', async () => {
  const marks = [{ from: 2 * minute - 1, to: 2 * minute + 1 }];
  assert.deepEqual(await said(minutes(5), { marks, limits: [{ endedBy: 4 * minute }] }), [
    'age 0',
    'kept 1',
    'kept 2',
    'age 3',
  ]);
  assert.deepEqual(await said(minutes(5), { marks, limits: [{ maxSizeBytes: 10, sizeBytes: 30 }] }), [
    'size 0',
    'kept 1',
    'kept 2',
    'size 3',
  ]);
  const volumes = [{ freeBytes: 0, keepFreeBytes: 1_000 }];
  assert.deepEqual(await said(minutes(5), { marks, volumes }), ['space 0', 'kept 1', 'kept 2', 'space 3', 'space 4']);
});

test('a lock ends where it ends, and is of its camera', async () => {
  const marks = [
    { from: minute, to: 2 * minute },
    { cameraId: 'yard', from: 0, to: 100 * minute },
  ];
  assert.deepEqual(await said(minutes(3), { marks, limits: [{ endedBy: 9 * minute }] }), ['age 0', 'kept 1', 'age 2']);
});

test('beyond its quota a volume loses its oldest, whichever camera it is of', async () => {
  const segments = [segment(0), segment(1, { cameraId: 'yard' }), segment(2), segment(3, { volumeId: 'other' })];
  const volumes = [{ quotaBytes: 985 }, { id: 'other', device: 'sdb', quotaBytes: 1_000 }];
  assert.deepEqual(await said(segments, { volumes }), ['quota 0', 'quota 1']);
});

test('space is kept free; what the quota frees counts for it', async () => {
  const volumes = [{ quotaBytes: 990, freeBytes: 75, keepFreeBytes: 100 }];
  assert.deepEqual(await said(minutes(5), { volumes }), ['quota 0', 'space 1', 'space 2']);
});

test('what goes by age counts for the space, and is said once', async () => {
  const volumes = [{ freeBytes: 75, keepFreeBytes: 100 }];
  const segments = [...minutes(3), segment(10, { cameraId: 'yard', startAt: -minute })];
  assert.deepEqual(await said(segments, { volumes, limits: [{ endedBy: 2 * minute }] }), [
    'age 0',
    'age 1',
    'space 10',
  ]);
});

test('room is made ahead of need: from the lower to the upper bound', async () => {
  const volumes = [{ freeBytes: 125, keepFreeBytes: 100 }];
  const ids = async (headroom: Headroom) => said(minutes(9), { volumes, headroom });
  assert.deepEqual(await ids({ low: 20, high: 60, isFreeing: false }), []);
  assert.deepEqual(await ids({ low: 30, high: 60, isFreeing: false }), ['space 0', 'space 1', 'space 2', 'space 3']);
  assert.deepEqual(await ids({ low: 20, high: 40, isFreeing: true }), ['space 0', 'space 1']);
  const byQuota = [{ freeBytes: 9e9, quotaBytes: 1_010 }];
  assert.deepEqual(await said(minutes(9), { volumes: byQuota, headroom: { low: 20, high: 30, isFreeing: false } }), [
    'quota 0',
    'quota 1',
  ]);
});

test('as long as another volume has room, nothing goes for the sake of room', async () => {
  const volumes = [
    { freeBytes: 100, keepFreeBytes: 100 },
    { id: 'other', device: 'sdb' },
  ];
  const headroom = { low: 50, high: 90, isFreeing: false };
  assert.deepEqual(await said(minutes(5), { volumes, headroom }), []);
});

test('when all are full, the oldest goes from whichever volume it is on', async () => {
  const segments = [segment(0, { volumeId: 'other' }), segment(1), segment(2, { volumeId: 'other' }), segment(3)];
  const volumes = [
    { freeBytes: 100, keepFreeBytes: 100 },
    { id: 'other', device: 'sdb', freeBytes: 100, keepFreeBytes: 100 },
  ];
  const headroom = { low: 10, high: 30, isFreeing: false };
  assert.deepEqual(await said(segments, { volumes, headroom }), ['space 0', 'space 1', 'space 2']);
});

test('of a volume that others fill up, young footage stays while recordings find room elsewhere', async () => {
  const filled = { freeBytes: 0, keepFreeBytes: 1_000 };
  const headroom = { low: 50, high: 90, isFreeing: false };
  const elsewhere = { id: 'other', device: 'sdb' };
  const ids = async (other: Partial<VolumeFacts>) =>
    said(minutes(5), { volumes: [filled, { ...elsewhere, ...other }], headroom });
  assert.deepEqual(await ids({}), ['space 0', 'space 1', 'space 2']);
  const all = ['space 0', 'space 1', 'space 2', 'space 3', 'space 4'];
  assert.deepEqual(await ids({ freeBytes: 140, keepFreeBytes: 100 }), all);
  assert.deepEqual(await ids({ isRecording: false }), all);
});

test('volumes of one device share its free space', async () => {
  const shared = { freeBytes: 90, keepFreeBytes: 100 };
  const segments = [segment(0), segment(1, { volumeId: 'other' }), segment(2)];
  assert.deepEqual(await said(segments, { volumes: [shared, { id: 'other', ...shared }] }), ['space 0']);
});

test('a volume that is only read keeps its footage, however full it is, but not beyond its quota', async () => {
  const full = { isRecording: false, freeBytes: 0, keepFreeBytes: 100 };
  assert.deepEqual(await said(minutes(3), { volumes: [full] }), []);
  assert.deepEqual(await said(minutes(3), { volumes: [{ ...full, quotaBytes: 995 }] }), ['quota 0']);
});

test('nothing is said twice, however the rules overlap', async () => {
  const cameras = ['door', 'yard', 'gate'];
  const segments = Array.from({ length: 300 }, (_, at) =>
    segment(at, {
      cameraId: cameras[(at * 7) % 3] as string,
      volumeId: (at * 5) % 4 === 0 ? 'other' : 'disk',
      startAt: ((at * 37) % 300) * 20_000,
      sizeBytes: 1 + ((at * 13) % 10),
    }),
  );
  const wish: Wish = {
    limits: [
      { cameraId: 'door', endedBy: 1_000_000, maxSizeBytes: 200, sizeBytes: 550 },
      { cameraId: 'yard', endedBy: 1_500_000 },
    ],
    volumes: [
      { usedBytes: 1_200, quotaBytes: 900, freeBytes: 50, keepFreeBytes: 100 },
      { id: 'other', usedBytes: 400, quotaBytes: 100, freeBytes: 50, keepFreeBytes: 100 },
    ],
    headroom: { low: 100, high: 300, isFreeing: false },
    marks: [
      { from: 100_000, to: 500_000 },
      { cameraId: 'gate', from: 400_000, to: 900_000 },
    ],
  };
  const lines = await said(segments, wish);
  const ids = lines.map((line) => line.split(' ')[1]);
  assert.equal(new Set(ids).size, ids.length);
  for (const word of ['age', 'size', 'quota', 'kept'])
    assert.ok(
      lines.some((line) => line.startsWith(word)),
      word,
    );
});
