import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import type { StreamMeasurements } from '../media/protocol.ts';
import { StreamBoard } from './stream-board.ts';

const measured = (changes: Partial<StreamMeasurements>): StreamMeasurements => ({
  ...{ fps: 15, bitrateKbps: 1_000, keyframeIntervalMs: 2_000, lastFrameAt: 0 as UnixMs, clockOffsetMs: null },
  ...{ packetsReceived: 0, packetsLost: 0, packetsLate: 0, writeBacklogBytes: 0 },
  ...changes,
});

test('packets are counted over reconnects; measurements that are old are none', () => {
  const added = new Map<string, number>();
  const clock = { now: 0, nowMs: () => 0 as UnixMs, monotonicMs: () => clock.now };
  const minute = {
    add: (_: string, series: string, value: number) => added.set(series, (added.get(series) ?? 0) + value),
  };
  const board = new StreamBoard({ clock, minute });
  assert.equal(board.of('gate'), null);
  board.onStats('gate', measured({ packetsReceived: 100, packetsLost: 2, packetsLate: 1, writeBacklogBytes: 10 }));
  board.onStats('gate', measured({ packetsReceived: 250, packetsLost: 5, packetsLate: 1 }));
  board.onStats('gate', measured({ packetsReceived: 40, packetsLost: 1, packetsLate: 0, writeBacklogBytes: 30 }));
  assert.deepEqual(board.totals('gate'), { received: 290, lost: 6, late: 1 });
  assert.deepEqual([added.get('packetsLost'), added.get('packetsLate'), added.get('fps')], [6, 1, 45]);
  assert.equal(added.has('clockOffsetMs'), false);
  assert.equal(board.writeBacklogBytes, 30);
  assert.equal(board.of('gate')?.packetsReceived, 40);
  clock.now = 30_000;
  assert.equal(board.of('gate'), null);
  assert.equal(board.writeBacklogBytes, 0);
  assert.equal(board.totals('gate').received, 290);
});
