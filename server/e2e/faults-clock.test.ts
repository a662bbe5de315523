// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { UnixMs } from '@nightjar/contract';
import { CameraRunner } from '../src/media/camera-runner.ts';
import type { RunInfo } from '../src/media/chunk.ts';
import { samplesOf } from '../src/media/fmp4/index.ts';
import { initGst } from '../src/media/gst/index.ts';
import type { FromWorker } from '../src/media/protocol.ts';
import { VolumeChoice } from '../src/media/volume-choice.ts';
import { readFrameStamp, type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { assertNoneLost, assertTimes } from '../testing/fault-bench.ts';
import { framesOf, type RecordedSegment, recordedSegments } from '../testing/recorded.ts';
import { startRecorder, type TestRecorder, tell } from '../testing/recorder.ts';
import { smallCamera } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const hour = 3_600_000;
const ids = ['ahead', 'behind', 'overlap', 'slewed', 'late'];

let cameras: SimulatedCameras;

before(async () => {
  initGst();
  cameras = await startCameras({ mounts: ids.map((id) => smallCamera(id, { audio: 'aac' })) });
});

after(() => cameras?.stop());

/** A recorder whose clock is the machine's, but for what a test sets it by; one real camera, in this process. */
interface ClockBench {
  recorder: TestRecorder;
  runs: RunInfo[];
  /** Sets the clock; ms. */
  set(byMs: number): void;
  /** From now on it runs at this rate. */
  slew(rate: number): void;
  /** What the recorder's clock says at a moment of the machine's. */
  at(machineMs: number): number;
  /** Resolves when so many frames more are on disk than now; what is on disk, in the order of the runs. */
  recordedOn(frames: number): Promise<RecordedSegment[]>;
}

async function startBench(t: TestContext, id: string): Promise<ClockBench> {
  let [setMs, rate, sinceMs] = [0, 1, Date.now()];
  const at = (machineMs: number) => machineMs + setMs + Math.max(0, machineMs - sinceMs) * (rate - 1);
  const recorder = await startRecorder(t, { timeZone: 'UTC', cameras: [id], now: Date.now() });
  const { clock, volumes, index, dataDir } = recorder;
  // The index reads the same clock as the camera's runner.
  Object.defineProperty(clock, 'now', { get: () => Math.round(at(Date.now())) });
  clock.monotonicMs = () => performance.now();
  const runs: RunInfo[] = [];
  const send = (message: FromWorker) => {
    if (message.type === 'run') {
      runs.push(message.run);
      index.onRun(message.run);
    } else if (message.type === 'state') index.onState(id, message.state);
    else if (message.type.startsWith('segment-') || message.type === 'chunk-written') tell(index, message as never);
  };
  const none = { code: 'disk_error', message: 'none' } as const;
  const choice = new VolumeChoice({ volumes: volumes.list(), ifNone: none }, clock.monotonicMs);
  const runner = new CameraRunner(
    {
      cameraId: id,
      source: { url: cameras.url(id) },
      video: { mode: 'copy', bitrateKbps: 0, fps: null, height: null, keyframeSeconds: 2, overlay: null },
      audio: { mode: 'auto' },
      record: [{ from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }],
    },
    { clock, volumes: choice, timeZone: 'UTC', encoder: null, mediaDirs: [], send },
  );
  runner.start();
  recorder.onStop.push(() => runner.stop());
  const inOrder = async () => {
    const order = runs.map(({ runId }) => runId);
    const rank = ({ info }: RecordedSegment) => order.indexOf(info.runId) * 1_000 + info.sequence;
    return (await recordedSegments(dataDir, id)).sort((a, b) => rank(a) - rank(b));
  };
  const recordedOn = async (frames: number) => {
    const enough = framesOf(await inOrder()).length + frames;
    return waitFor('frames', async () => {
      const segments = await inOrder();
      return framesOf(segments).length >= enough && segments;
    });
  };
  const set = (byMs: number) => {
    setMs += byMs;
  };
  const slew = (newRate: number) => {
    [rate, sinceMs] = [newRate, Date.now()];
  };
  t.after(() => recorder.stop());
  return { recorder, runs, set, slew, at, recordedOn };
}

const timeline = ({ recorder }: ClockBench, id: string, from: number, to: number) =>
  recorder.index.timeline(id, { from: Math.floor(from) as UnixMs, to: Math.ceil(to) as UnixMs });

/** Of each run by itself: times by the recorder's clock as it was when the run began. */
function assertStamps(segments: RecordedSegment[], setMs: readonly number[]): void {
  const runs = [...new Set(segments.map(({ info }) => info.runId))];
  assert.equal(runs.length, setMs.length, `${runs.length} runs`);
  for (const [n, runId] of runs.entries()) {
    const own = framesOf(segments).filter((frame) => frame.runId === runId);
    assertTimes(
      own.map((frame) => ({ ...frame, shownAtMs: frame.shownAtMs - (setMs[n] ?? 0) })),
      100,
    );
  }
}

describe('the recorder’s clock is', { concurrency: true }, () => {
  for (const [id, byMs] of [
    ['ahead', hour],
    ['behind', -hour],
  ] as const) {
    test(`set an hour ${id}: a run ends, another begins, no frame is lost, each has the time of one clock`, async (t) => {
      const bench = await startBench(t, id);
      await bench.recordedOn(45);
      bench.set(byMs);
      const segments = await bench.recordedOn(60);
      assertNoneLost(segments);
      assertStamps(segments, [0, byMs]);
      assert.deepEqual(
        bench.runs.map(({ startedBy }) => startedBy),
        ['connection', 'clock'],
      );
      const [first, second] = bench.runs;
      const ends = (runId: string) => {
        const last = framesOf(segments).findLast((frame) => frame.runId === runId);
        return (last?.shownAtMs ?? 0) + (last?.duration ?? 0) / 90;
      };
      assert.ok(first && second);
      const [from, to] = [Math.min(first.startMs, second.startMs), Math.max(ends(first.runId), ends(second.runId))];
      const { spans, gaps } = await timeline(bench, id, from + 2, to);
      const expected = [
        { from: first.startMs, to: ends(first.runId) },
        { from: second.startMs, to: ends(second.runId) },
      ].sort((a, b) => a.from - b.from);
      const told = JSON.stringify({ spans, gaps, expected });
      assert.equal(spans.length, 2, told);
      for (const [n, span] of spans.entries()) {
        const { from, to } = expected[n] ?? { from: 0, to: 0 };
        assert.ok(Math.abs(span.from - from) < 4 && Math.abs(span.to - to) < 1_000, told);
      }
      // The hour that was skipped; what lies between the two when the clock went back is from before the camera was added.
      if (byMs > 0) {
        assert.deepEqual(
          gaps.map(({ cause }) => cause),
          ['clock_step'],
          told,
        );
        assert.ok(Math.abs((gaps[0]?.to ?? 0) - (gaps[0]?.from ?? 0) - hour) < 100, told);
      }
    });
  }

  test('set back two seconds: what overlaps is played one after the other, in the order of recording', async (t) => {
    const bench = await startBench(t, 'overlap');
    const from = bench.at(Date.now()) - 60_000;
    await bench.recordedOn(60);
    bench.set(-2_000);
    const segments = await bench.recordedOn(75);
    assertNoneLost(segments);
    assertStamps(segments, [0, -2_000]);
    const { app } = bench.recorder;
    const base = `http://recorder/api/v1/cameras/overlap/playback/media.m3u8?from=${Math.floor(from)}&to=${Math.ceil(from + 120_000)}`;
    const { body } = await app.inject(base);
    const played: number[] = [];
    const lines = body.split('\n');
    for (const [n, line] of lines.entries()) {
      const [, size, offset] = /^#EXT-X-BYTERANGE:(\d+)@(\d+)/.exec(line) ?? [];
      if (size === undefined) continue;
      const range = `bytes=${offset}-${Number(offset) + Number(size) - 1}`;
      const { rawPayload } = await app.inject({ url: new URL(lines[n + 1] ?? '', base).href, headers: { range } });
      for (const { track, data } of samplesOf(rawPayload)) {
        if (track === 'video') played.push(readFrameStamp(data)?.frame ?? -1);
      }
    }
    assert.ok(played.length > 120, body);
    assert.deepEqual(
      played,
      played.map((_, n) => (played[0] ?? 0) + n),
      'in the order in which they were taken',
    );
  });

  test('slewed by 500 ppm, and by far more: the run goes on, in step with the clock', async (t) => {
    const bench = await startBench(t, 'slewed');
    await bench.recordedOn(30);
    bench.slew(1.0005);
    await bench.recordedOn(75);
    bench.slew(0.97);
    const segments = await bench.recordedOn(150);
    assertNoneLost(segments);
    assert.equal(bench.runs.length, 1);
    const own = framesOf(segments).map((frame) => ({
      ...frame,
      stamp: frame.stamp && { ...frame.stamp, wallMs: bench.at(frame.stamp.wallMs) },
    }));
    assertTimes(own, 200);
  });

  test('set while the camera is away: its next run has the new time', async (t) => {
    const bench = await startBench(t, 'late');
    await bench.recordedOn(15);
    await cameras.fault('late', 'not-found');
    await cameras.fault('late', 'drop');
    await sleep(500);
    bench.set(hour);
    await cameras.fault('late', 'found');
    const segments = await bench.recordedOn(15);
    assertStamps(segments, [0, hour]);
    assert.deepEqual(
      bench.runs.map(({ startedBy }) => startedBy),
      ['connection', 'connection'],
    );
  });
});
