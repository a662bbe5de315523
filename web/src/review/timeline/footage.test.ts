import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import type { Gap, Span } from '@nightjar/contract';
import { Footage } from './footage.ts';
import { Loader } from './loader.ts';
import type { View } from './view-store.ts';
import { hoverWords } from './words.ts';

const minute = 60_000;
const hour = 60 * minute;
const start = Date.UTC(2026, 10, 22, 12);
const clip = <Item extends View>(items: readonly Item[], { from, to }: View): Item[] =>
  items
    .filter((item) => item.from < to && item.to > from)
    .map((item) => ({ ...item, from: Math.max(item.from, from), to: Math.min(item.to, to) }));

/** A recorder that answers as the API does: clipped to what was asked for. */
function recorder(spans: Span[], gaps: Gap[]) {
  const asked: View[] = [];
  return {
    asked,
    fails: false,
    async read(range: View & { resolutionMs: number }) {
      asked.push(range);
      if (this.fails) throw new Error('The recorder does not answer.');
      return { resolutionMs: 0, cameras: [{ cameraId: 'yard', spans: clip(spans, range), gaps: clip(gaps, range) }] };
    },
  };
}

async function opened(source: ReturnType<typeof recorder>, now: number, view: View) {
  const footage = new Footage({ now: () => now, read: (range) => source.read(range), onChange() {} });
  footage.want(view);
  for (let turns = 0; turns < 20; turns += 1) await settled();
  return footage;
}

const view = { from: start, to: start + 30 * minute };
const width = 1_000;

test('a gap is told whole, though tiles cut it', async () => {
  const gap: Gap = { from: start + 10 * minute, to: start + 50 * minute, cause: 'camera_unreachable' };
  const spans = [
    { from: start - 10 * hour, to: gap.from },
    { from: gap.to, to: start + 3 * hour },
  ];
  const footage = await opened(recorder(spans, [gap]), start + 4 * hour, view);
  const found = footage.at('yard', start + 15 * minute, view, width);
  assert.deepEqual(found, { state: 'gap', cause: gap.cause, from: gap.from, to: gap.to, isOver: true });
  assert.deepEqual(hoverWords({ moment: found }, 'UTC'), ['Camera not reachable', '12:10:00 – 12:50:00', '40 min']);
  assert.deepEqual(footage.at('yard', start + minute, view, width), { state: 'recorded' });
});

test('a gap thinner than a pixel can be pointed at', async () => {
  const gap: Gap = { from: start + 10 * minute, to: start + 10 * minute + 100, cause: 'stalled' };
  const spans = [
    { from: start - hour, to: gap.from },
    { from: gap.to, to: start + hour },
  ];
  const footage = await opened(recorder(spans, [gap]), start + 2 * hour, view);
  assert.equal(footage.at('yard', gap.from - 4_000, view, width).state, 'gap');
  assert.equal(footage.at('yard', gap.from - 7_000, view, width).state, 'recorded');
});

test('what goes on at present is drawn on until it is read again', async () => {
  const now = start + 20 * minute;
  const live = await opened(recorder([{ from: start - hour, to: now - 2_000 }], []), now, view);
  assert.equal(live.at('yard', now - 1_000, view, width).state, 'recorded');
  assert.equal(live.at('yard', now + 1_000, view, width).state, 'future');
  const gap: Gap = { from: start, to: now - 500, cause: 'paused' };
  const paused = await opened(recorder([], [gap]), now, view);
  const found = paused.at('yard', now - 100, view, width);
  assert.deepEqual(found, { state: 'gap', cause: 'paused', from: start, to: now, isOver: false });
});

test('before the camera there was nothing, and what was not read is unknown', async () => {
  const footage = await opened(recorder([{ from: start + 5 * minute, to: start + hour }], []), start + 2 * hour, view);
  assert.equal(footage.at('yard', start + minute, view, width).state, 'nothing');
  assert.equal(footage.at('yard', start - 90 * 24 * hour, view, width).state, 'unknown');
});

test('the future is not asked for, and what is known is not asked for again', async () => {
  const source = recorder([{ from: start, to: start + hour }], []);
  const footage = await opened(source, start + hour, { from: start, to: start + 24 * hour });
  const before = source.asked.length;
  assert.ok(source.asked.every(({ from }) => from < start + hour));
  footage.want({ from: start, to: start + 24 * hour });
  await settled();
  assert.equal(source.asked.length, before);
});

test('what failed says so, and is read when somebody asks for another try', async () => {
  const source = recorder([{ from: start, to: start + hour }], []);
  source.fails = true;
  const footage = await opened(source, start + 2 * hour, view);
  assert.match(footage.failure(view)?.message ?? '', /does not answer/);
  source.fails = false;
  footage.expire();
  footage.want(view);
  for (let turns = 0; turns < 20; turns += 1) await settled();
  assert.equal(footage.failure(view), undefined);
});

test('a loader reads the first wish first, a few at a time, and not what is no longer wished for', async () => {
  const begun: number[] = [];
  const waiting: Array<() => void> = [];
  const loader = new Loader<number, number>({
    keyOf: String,
    now: () => 0,
    keep: 100,
    onChange() {},
    load: (request) => {
      begun.push(request);
      return new Promise((resolve) => waiting.push(() => resolve(request)));
    },
  });
  const wish = (...requests: number[]) => loader.want(requests.map((request) => ({ request, maxAgeMs: 1_000 })));
  wish(1, 2, 3, 4, 5, 6);
  assert.deepEqual(begun, [1, 2, 3, 4]);
  wish(6);
  waiting.shift()?.();
  for (let turns = 0; turns < 5; turns += 1) await settled();
  assert.deepEqual(begun, [1, 2, 3, 4, 6]);
  assert.equal(loader.entry(1)?.value, 1);
});
