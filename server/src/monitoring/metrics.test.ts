import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Coverage, UnixMs } from '@nightjar/contract';
import { type Facts, metricList } from './metric-list.ts';
import { Metrics } from './metrics.ts';

const page = path.resolve(import.meta.dirname, '../../../docs/reference/metrics.md');

const facts = (changes: Partial<Facts['cameras'][number]> = {}): Facts => ({
  version: '1.2.3',
  system: {
    ...{ startedAt: 1_795_356_180_000 as UnixMs, cpuShare: 0.1, cores: 2, memoryBytes: 200e6, totalMemoryBytes: 8e9 },
    ...{ workers: 1, workerRestarts: 2, diskWriteBytesPerSecond: 1e6, diskFreeBytes: 1e12, writeBacklogBytes: 0 },
    ...{ indexQueue: 3, eventLoopDelayMs: 1.5, clock: { synchronized: null, lastStepAt: null }, cameras: [] },
  },
  spent: { cpuSeconds: 12.5, writtenBytes: 4e9 },
  volumes: [{ id: 'f3b0', state: 'ready', freeBytes: 1e12, totalBytes: null }],
  viewers: { hls: 3, webrtc: 0 },
  cameras: [
    {
      cameraId: 'front-door',
      stats: {
        ...{ fps: 24.9, bitrateKbps: 4_000, keyframeIntervalMs: 2_000, lastFrameAt: 1_795_356_180_500 as UnixMs },
        ...{ reconnects: 3, packetsReceived: 10, packetsLost: 1, packetsLate: 0, clockOffsetMs: -40 },
        writeBacklogBytes: 0,
      },
      state: 'recording',
      packets: { received: 1_000, lost: 7, late: 2 },
      counted: { recordedMs: 90_000, gapMs: { stalled: 1_500, schedule: 60_000 } },
      coverage: 0.9995,
      footage: { segments: 12, sizeBytes: 36e6 },
      ...changes,
    },
  ],
});

function startMetrics(of: () => Facts) {
  const clock = { now: 0, nowMs: () => 1_795_356_180_000 as UnixMs, monotonicMs: () => clock.now };
  const counted: number[] = [];
  const metrics = new Metrics({
    clock,
    coverage: async (range) => {
      counted.push(range.to - range.from);
      return { cameras: [] as Coverage['cameras'] } as Coverage;
    },
    facts: async () => of(),
  });
  return { metrics, clock, counted };
}

/** The exposition format: comments, then `name{label="value",…} number`. @throws for a line that is neither. */
function parse(text: string): Map<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (line === '' || /^# (HELP [a-z_]+ .+|TYPE [a-z_]+ (gauge|counter))$/.test(line)) continue;
    const match = /^([a-z_]+(?:\{(?:[a-z]+="[^"\\]*",?)+\})?) (-?[\d.e+]+)$/.exec(line);
    assert.ok(match, line);
    values.set(match[1] ?? '', Number(match[2]));
  }
  return values;
}

test('every metric is documented as it is, and no other is', () => {
  const rows = [...fs.readFileSync(page, 'utf8').matchAll(/^\| `(nightjar_\w+)` \| (\w+) \|([^|]*)\|/gm)];
  const documented = rows.map(([, name, kind, labels = '']) => `${kind} ${name} ${labels.replace(/[`\s]/g, '')}`);
  const told = metricList.map(({ name, kind, labels }) => `${kind} ${name} ${labels.join(',')}`);
  assert.deepEqual(documented, told);
});

test('metrics parse, counters are told anew each time, and what is not known is left out', async () => {
  let now = facts();
  const { metrics } = startMetrics(() => now);
  assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/);
  await metrics.text();
  const values = parse(await metrics.text());
  const camera = (name: string, labels = '') => values.get(`nightjar_camera_${name}{camera="front-door"${labels}}`);
  assert.equal(values.get('nightjar_build_info{version="1.2.3"}'), 1);
  assert.equal(values.get('nightjar_cpu_seconds_total'), 12.5);
  assert.equal(camera('packets_lost_total'), 7);
  assert.equal(camera('bitrate_bits_per_second'), 4e6);
  assert.equal(camera('clock_offset_seconds'), -0.04);
  assert.equal(camera('gap_seconds_total', ',cause="stalled"'), 1.5);
  assert.deepEqual([camera('state', ',state="recording"'), camera('state', ',state="live"')], [1, 0]);
  assert.equal(values.get('nightjar_volume_free_bytes{volume="f3b0"}'), 1e12);
  assert.equal(values.has('nightjar_volume_total_bytes{volume="f3b0"}'), false);
  const names = new Set([...values.keys()].map((key) => key.replace(/\{.*/, '')));
  const missing = metricList.map(({ name }) => name).filter((name) => !names.has(name));
  assert.deepEqual(missing, ['nightjar_clock_synchronized', 'nightjar_volume_total_bytes']);
  now = facts({ stats: null, state: 'waiting', coverage: null });
  now.system.clock.synchronized = true;
  const later = parse(await metrics.text());
  assert.equal(later.get('nightjar_clock_synchronized'), 1);
  assert.equal(later.get('nightjar_camera_up{camera="front-door"}'), 0);
  assert.equal(later.has('nightjar_camera_fps{camera="front-door"}'), false);
  assert.equal(later.has('nightjar_camera_coverage_ratio{camera="front-door"}'), false);
  now = { ...facts(), cameras: [] };
  assert.equal((await metrics.text()).includes('front-door'), false, 'a camera that was removed');
});

test('coverage of 24 hours is counted at most once a minute', async () => {
  const { metrics, clock, counted } = startMetrics(facts);
  for (clock.now = 0; clock.now < 120_000; clock.now += 15_000) await metrics.text();
  assert.deepEqual(counted, [86_400_000, 86_400_000]);
});
