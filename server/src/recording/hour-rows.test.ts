import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Span, TimeRange } from '@nightjar/contract';
import type { Kysely } from 'kysely';
import { seededRandom } from '../../testing/random.ts';
import { openDatabase, type Tables } from '../database/index.ts';
import { coarsened } from './coarse.ts';
import { hourMs, unclearHours } from './hour-rows.ts';
import { SegmentRows } from './segment-rows.ts';
import { mergeSpans, piecesOf, type WithHoles } from './spans.ts';

const origin = Date.parse('2026-11-22T22:00:00Z');

test('what is told from whole hours is what all the segments tell, whatever becomes of them', async (t) => {
  const { db, close } = await openDatabase(':memory:');
  t.after(close);
  const rows = new SegmentRows(db);
  const table = await emptyIndex(db);
  for (let seed = 1; seed <= 12; seed += 1) {
    const random = seededRandom(seed);
    await db.deleteFrom('segments').execute();
    const isUnbroken = seed % 3 === 0;
    await fill(table, random, isUnbroken);
    for (let round = 0; round < 25; round += 1) {
      const from = origin + Math.floor(random() * 3 * hourMs);
      const range = { from, to: from + 1 + Math.floor(random() * 3 * hourMs) } as TimeRange;
      const hours = await rows.hours('yard', range);
      if (round === 0 && isUnbroken) assert.ok(hours.every(({ missingMs }) => missingMs === 0));
      const exact = spansIn(range, await allOf(db));
      assert.deepEqual(spansIn(range, await byHours(rows, range, 0)), exact, `seed ${seed}`);
      const resolutionMs = 1 + Math.floor(random() * 10_000);
      const coarse = spansIn(range, await byHours(rows, range, resolutionMs));
      assert.deepEqual(joined(coarse, resolutionMs), joined(exact, resolutionMs), `seed ${seed}, ${resolutionMs} ms`);
      await change(db, random);
    }
  }
});

async function emptyIndex(db: Kysely<Tables>) {
  await db.insertInto('cameras').values({ id: 'yard', settings: '{}', created_at: 0, deleted_at: null }).execute();
  const runs = ['a', 'b'].map((id) => ({
    ...{ id, camera_id: 'yard', started_at: 0, video_codec: 'h264' as const, codec_string: 'avc1' },
    ...{ width: 1, height: 1, audio_codec: null, init_length: 1 },
  }));
  await db.insertInto('runs').values(runs).execute();
  const { id: volumeId } = await db.selectFrom('volumes').select('id').executeTakeFirstOrThrow();
  let sequence = 0;
  return async (startAt: number, endAt: number, runId: string, holes: string | null) => {
    sequence += 1;
    const place = { camera_id: 'yard', volume_id: volumeId, run_id: runId, sequence, path: `${sequence}` };
    const bytes = { size_bytes: 1, head_length: 1, chunks: Buffer.alloc(0) };
    const values = { ...place, ...bytes, start_at: startAt, end_at: endAt, state: 'closed' as const, holes };
    await db.insertInto('segments').values(values).execute();
  };
}

/** Some hours of minutes; mostly one begins where another ends. */
async function fill(
  insert: Awaited<ReturnType<typeof emptyIndex>>,
  random: () => number,
  isUnbroken: boolean,
): Promise<void> {
  const steps = [40, 150, 200, 201, 5_000, -3_000, 700_000];
  let run = 'a';
  for (let at = origin; at < origin + 4 * hourMs; ) {
    const end = at + 60_000 - Math.floor(random() * 20_000);
    const holes = !isUnbroken && random() < 0.01 ? JSON.stringify([[at + 5_000, at + 9_000]]) : null;
    await insert(at, end, run, holes);
    const jumps = !isUnbroken && random() < 0.04;
    if (jumps && random() < 0.5) run = run === 'a' ? 'b' : 'a';
    at = end + (jumps ? (steps[Math.floor(random() * steps.length)] ?? 0) : 0);
  }
}

async function change(db: Kysely<Tables>, random: () => number): Promise<void> {
  const segments = await db.selectFrom('segments').select(['id', 'end_at', 'state']).execute();
  const one = segments[Math.floor(random() * segments.length)];
  if (!one) return;
  const row = db.updateTable('segments').where('id', '=', one.id);
  const kind = Math.floor(random() * 4);
  if (kind === 0) await db.deleteFrom('segments').where('id', '=', one.id).execute();
  if (kind === 1) await row.set({ state: one.state === 'closed' ? 'deleting' : 'closed' }).execute();
  if (kind === 2) await row.set({ end_at: one.end_at - Math.floor(random() * 400) }).execute();
  if (kind === 3) await row.set({ holes: random() < 0.5 ? null : '[]' }).execute();
}

async function byHours(rows: SegmentRows, range: TimeRange, resolutionMs: number): Promise<WithHoles[]> {
  const wider = { from: range.from - 2_000, to: range.to + 2_000 } as TimeRange;
  const hours = await rows.hours('yard', wider);
  const unclear = unclearHours(hours, [], { resolutionMs, within: range });
  const clear = hours.filter(
    ({ hour }) => !unclear.some(({ from, to }) => from <= hour * hourMs && hour * hourMs < to),
  );
  const looked: WithHoles[] = clear.map((hour) => ({ ...hour, runId: '', holes: [] }));
  return [...looked, ...(await rows.extents('yard', wider, unclear))];
}

async function allOf(db: Kysely<Tables>): Promise<WithHoles[]> {
  const rows = await db.selectFrom('segments').selectAll().where('state', '<>', 'deleting').execute();
  return rows.map((row) => ({
    ...{ startAt: row.start_at, endAt: row.end_at, runId: row.run_id },
    holes: (JSON.parse(row.holes ?? '[]') as Array<[number, number]>).map(([from, to]) => ({ from, to }) as Span),
  }));
}

function spansIn(range: Span, segments: readonly WithHoles[]): Span[] {
  const spans = mergeSpans(piecesOf(segments), []).map(({ from, to }) => ({
    from: Math.max(from, range.from),
    to: Math.min(to, range.to),
  }));
  return spans.filter(({ from, to }) => from < to) as Span[];
}

/** As `coarsened` does, where nothing is known of the time between. */
const joined = (spans: Span[], resolutionMs: number): Span[] => coarsened({ spans, gaps: [] }, resolutionMs).spans;
