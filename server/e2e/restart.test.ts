// Mostly waits.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import type { SourceInput } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { complaintsAbout } from '../testing/media-tools.ts';
import { isRunning } from '../testing/processes.ts';
import { breaksInRuns, countersOf, framesOf, type RecordedSegment, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const user = { user: 'viewer', password: 'right "and" proper' };
const sources: Record<string, Partial<SourceInput>> = {
  one: {},
  two: { transport: 'udp' },
  guarded: { username: user.user, password: user.password },
};
const ids = Object.keys(sources);

const start = () => RecorderProcess.start({ dataDir: data.path });

before(async () => {
  cameras = await startCameras({
    mounts: [smallCamera('one', { audio: 'aac' }), smallCamera('two', { video: 'h265' }), smallCamera('guarded', user)],
  });
  recorder = await start();
  for (const id of ids) {
    await recorder.addCamera({ id, name: `Camera ${id}`, source: { url: cameras.url(id), ...sources[id] } });
  }
  await recorder.updateCamera('two', { group: 'Yard' });
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

/** Resolves when each camera has recorded so many frames of a run that began after `since`. */
async function recordedSince(since: number, frames: number): Promise<void> {
  for (const id of ids) {
    await recorder.untilRecorded(id, `${frames} new frames`, (now) => {
      const fresh = now.filter(({ info }) => info.runStartMs > since);
      return framesOf(fresh).length >= frames;
    });
  }
}

interface Row {
  path: string;
  state: string;
  start_at: number;
  end_at: number;
  size_bytes: number;
}

/** The index as it is on disk. */
function rowsOf(cameraId: string): Row[] {
  using database = new DatabaseSync(path.join(data.path, 'nightjar.sqlite'), { readOnly: true });
  const query = 'SELECT path, state, start_at, end_at, size_bytes FROM segments WHERE camera_id = ? ORDER BY start_at';
  return database.prepare(query).all(cameraId) as unknown as Row[];
}

/** The rows say of the files what is in them. */
function assertIndexed(id: string, segments: readonly RecordedSegment[]): void {
  const rows = rowsOf(id);
  assert.deepEqual(
    rows.map((row) => path.join(data.path, row.path)),
    segments.map(({ file }) => file),
  );
  for (const [at, { scan, frames, chunks }] of segments.entries()) {
    const row = rows[at] as Row;
    assert.equal(row.size_bytes, scan.fileBytes, row.path);
    assert.equal(scan.validBytes, scan.fileBytes, `${row.path}: a torn tail`);
    const last = chunks.at(-1);
    assert.ok(Math.abs(row.end_at - ((last?.startMs ?? 0) + (last?.duration ?? 0) / 90)) <= 1, row.path);
    assert.ok(frames.length > 0, row.path);
  }
}

const closedFiles = new Map<string, string[]>();

test('SIGTERM ends it with every segment closed and the newest frames in them', async () => {
  await recordedSince(0, 45);
  const workers = recorder.workerPids();
  const sent = new Map(await Promise.all(ids.map(async (id) => [id, (await cameras.sent(id)).lastFrame] as const)));
  const asked = performance.now();
  assert.equal(await recorder.stop(), 0, recorder.log);
  assert.ok(performance.now() - asked < 10_000, 'stopping took long');
  assert.deepEqual(workers.filter(isRunning), []);
  for (const id of ids) {
    const segments = await recorder.recorded(id);
    const counters = countersOf(segments);
    assert.deepEqual(breaksInRuns(segments), []);
    // What the camera handed to its network just now may be under way.
    assert.ok(
      (counters.at(-1) ?? 0) >= (sent.get(id) ?? 0) - 4,
      `${id}: sent ${sent.get(id)}, recorded ${counters.at(-1)}`,
    );
    assert.deepEqual([...new Set(rowsOf(id).map(({ state }) => state))], ['closed']);
    assertIndexed(id, segments);
    for (const { file, scan } of segments)
      assert.deepEqual(await complaintsAbout(file, { hasAudio: scan.audio !== null }), []);
    closedFiles.set(
      id,
      segments.map(({ file }) => file),
    );
  }
});

test('started again it records by itself, with its settings and what was recorded before', async () => {
  const stoppedAt = Date.now();
  recorder = await start();
  await recordedSince(stoppedAt - 1_000, 15);
  const listed = await recorder.call<
    Array<{ id: string; name: string; group?: string; source: { transport: string } }>
  >('GET', '/cameras');
  assert.deepEqual(listed.map(({ id }) => id).sort(), [...ids].sort());
  const two = listed.find(({ id }) => id === 'two');
  assert.deepEqual([two?.name, two?.group, two?.source.transport], ['Camera two', 'Yard', 'udp']);
  for (const id of ids) {
    const segments = await recorder.recorded(id);
    const old = closedFiles.get(id) ?? [];
    assert.deepEqual(
      segments.slice(0, old.length).map(({ file }) => file),
      old,
    );
    const { spans, gaps } = await recorder.timeline(id, Math.ceil(segments[0]?.info.startMs ?? 0), Date.now());
    assert.equal(spans.length, 2, JSON.stringify({ spans, gaps }));
    assert.equal(gaps[0]?.cause, 'recorder_down');
    assert.ok(
      gaps.every(({ cause }) => cause === 'recorder_down' || cause === 'camera_unreachable'),
      JSON.stringify(gaps),
    );
  }
});

test('a second recorder on the same folder is refused in one line', () => {
  const main = path.resolve(import.meta.dirname, '../src/main.ts');
  const { status, stderr } = spawnSync(process.execPath, [main, 'start', '--data', data.path, '--port', '0'], {
    encoding: 'utf8',
  });
  assert.notEqual(status, 0);
  assert.match(stderr.trim(), /^nightjar: another recorder is using the data folder .*$/);
});

let killedAt = 0;

test('killed, its workers end by themselves, and at most a second is not on disk', async () => {
  for (const id of ids) await recorder.untilState(id, 'recording');
  const workers = recorder.workerPids();
  assert.ok(workers.length >= 1);
  killedAt = Date.now();
  await recorder.kill();
  assert.deepEqual(workers.filter(isRunning), []);
  for (const id of ids) {
    const segments = await recorder.recorded(id);
    const frames = framesOf(segments);
    const last = (frames.at(-1)?.stamp?.wallMs ?? 0) + smallCameraFrameMs;
    assert.ok(last > killedAt - 1_000, `${id}: the last ${killedAt - last} ms before the kill are lost`);
    assert.deepEqual(breaksInRuns(segments), []);
  }
});

test('started after the kill, it repairs the open segments and knows the gap', async () => {
  const torn = rowsOf('one').at(-1) as Row;
  assert.equal(torn.state, 'open');
  // As if the machine had stopped in the midst of a write.
  const file = path.join(data.path, torn.path);
  const before = (await recorder.recorded('one')).at(-1) as RecordedSegment;
  truncateSync(file, readFileSync(file).length - 100);
  const restartedAt = Date.now();
  recorder = await start();
  await recordedSince(restartedAt - 1_000, 15);
  const repaired = (await recorder.recorded('one')).find((segment) => segment.file === file);
  assert.equal(repaired?.chunks.length, before.chunks.length - 1);
  assert.deepEqual(await complaintsAbout(file, { hasAudio: true }), []);
  for (const id of ids) {
    const segments = await recorder.recorded(id);
    const states = rowsOf(id).map(({ state }) => state);
    assert.deepEqual(states.filter((state) => state === 'open').length <= 1, true, states.join());
    const { gaps } = await recorder.timeline(id, killedAt - 2_000, Date.now());
    const down = gaps.find(({ cause, to }) => cause === 'recorder_down' && to > restartedAt);
    assert.ok(down, `no gap until the recorder was back: ${JSON.stringify(gaps)}`);
    const lastBefore = framesOf(segments)
      .filter(({ shownAtMs }) => shownAtMs < restartedAt)
      .at(-1);
    assert.ok(
      Math.abs(down.from - (lastBefore?.shownAtMs ?? 0) - smallCameraFrameMs) < 100,
      JSON.stringify({ down, lastBefore }),
    );
    assert.equal(runsOf(segments).length, 3, id);
  }
  assert.equal(await recorder.stop(), 0);
  for (const id of ids) assertIndexed(id, await recorder.recorded(id));
});
