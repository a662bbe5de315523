import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraState, ErrorCode, UnixMs } from '@nightjar/contract';
import { CameraWatch, type WatchedCamera } from './camera-watch.ts';
import type { NewEvent } from './event-log.ts';

const startMs = Date.parse('2026-11-22T12:00:00Z') as UnixMs;

function startWatch(settings: { downAfterSeconds?: number; mode?: 'continuous' | 'off' } = {}) {
  const clock = {
    now: startMs as number,
    set: 0,
    nowMs: () => (clock.now + clock.set) as UnixMs,
    monotonicMs: () => clock.now,
  };
  const { downAfterSeconds = 30, mode = 'continuous' } = settings;
  const camera: WatchedCamera = {
    ...{ id: 'gate', name: 'Gate', createdAt: startMs },
    recording: { mode, override: null },
    alerts: { downAfterSeconds },
  };
  const told: NewEvent[] = [];
  const cameras = { list: () => [camera], get: () => camera };
  const watch = new CameraWatch({ clock, cameras, tell: (event) => told.push(event) });
  const pass = (seconds: number) => {
    for (let n = 0; n < seconds; n += 1) {
      clock.now += 1_000;
      watch.check();
    }
  };
  const take = () => told.splice(0).map(({ kind, level, message }) => [kind, level, message]);
  const enter = (state: Partial<CameraState> & Pick<CameraState, 'state'>) =>
    watch.onState('gate', { since: clock.now, ...state } as CameraState);
  return { watch, clock, camera, told, pass, take, enter };
}

const waiting = (code: ErrorCode = 'camera_unreachable', reason = 'No answer.') =>
  ({ state: 'waiting', code, reason, failures: 1, retryAt: 0 as UnixMs }) as const;

test('a camera that stops and comes back is told with why and for how long', () => {
  const { enter, pass, take, watch } = startWatch();
  enter({ state: 'starting' });
  enter({ state: 'recording' });
  enter({ state: 'recording' });
  assert.deepEqual(take(), [['camera_recording', 'info', 'Gate is recorded.']]);
  enter(waiting());
  enter(waiting());
  pass(10);
  enter(waiting('camera_auth_failed', 'Wrong password.'));
  enter({ state: 'recording' });
  assert.deepEqual(take(), [
    ['camera_interrupted', 'warning', 'Gate: No answer.'],
    ['camera_interrupted', 'warning', 'Gate: Wrong password.'],
    ['camera_recording', 'info', 'Gate is recorded again after 10 s.'],
  ]);
  assert.equal(watch.reconnects('gate'), 1);
});

test('a camera that is down as long as its settings say is an alert once, until it is back', () => {
  const { enter, pass, take, told } = startWatch();
  enter({ state: 'recording' });
  pass(100);
  enter(waiting());
  pass(29);
  assert.deepEqual(
    told.map(({ kind }) => kind),
    ['camera_recording', 'camera_interrupted'],
  );
  take();
  pass(60);
  assert.deepEqual(
    told.map(({ since }) => since),
    [startMs + 100_000],
  );
  assert.deepEqual(take(), [['camera_down', 'alert', 'Gate has sent no picture for 30 s. No answer.']]);
  enter({ state: 'recording' });
  assert.deepEqual(take(), [
    ['camera_up', 'info', 'Gate is back after 1 min 29 s.'],
    ['camera_recording', 'info', 'Gate is recorded again after 1 min 29 s.'],
  ]);
});

test('a camera is silent since its last frame, not since that was noticed', () => {
  const { clock, enter, pass, take } = startWatch();
  enter({ state: 'recording', lastFrameAt: clock.now as UnixMs });
  pass(10);
  enter(waiting('camera_stalled', 'No picture for 10 s.'));
  take();
  pass(20);
  assert.deepEqual(take(), [['camera_down', 'alert', 'Gate has sent no picture for 30 s. No picture for 10 s.']]);
});

test('a camera that never came is an alert too; one switched off, or set to never, is none', () => {
  const never = startWatch();
  never.pass(31);
  assert.deepEqual(never.take(), [['camera_down', 'alert', 'Gate has sent no picture for 30 s.']]);
  for (const settings of [{ downAfterSeconds: 0 }, { mode: 'off' as const }]) {
    const { pass, take } = startWatch(settings);
    pass(100);
    assert.deepEqual(take(), []);
  }
  const overridden = startWatch({ mode: 'off' });
  overridden.camera.recording.override = { record: true, until: (startMs + 60_000) as UnixMs };
  overridden.pass(31);
  assert.equal(overridden.take().length, 1);
});

test('a file that was played to its end is no alert', () => {
  const { enter, pass, told } = startWatch();
  enter({ state: 'recording' });
  enter(waiting('source_finished', 'The file has been played to its end.'));
  pass(100);
  assert.deepEqual(
    told.map(({ level }) => level),
    ['info', 'warning'],
  );
});

test('setting the clock makes no camera down, nor keeps it from being so', () => {
  const { clock, enter, pass, take } = startWatch();
  enter({ state: 'recording' });
  enter(waiting());
  take();
  clock.set = 3_600_000;
  pass(5);
  assert.deepEqual(take(), []);
  clock.set = -3_600_000;
  pass(30);
  assert.deepEqual(
    take().map(([kind]) => kind),
    ['camera_down'],
  );
});

test('a camera that was down when the recorder stopped is not told again, and is told when it is back', () => {
  const { watch, pass, enter, take } = startWatch();
  watch.wasDown('gate', (startMs - 3_600_000) as UnixMs);
  pass(100);
  assert.deepEqual(take(), []);
  enter({ state: 'recording' });
  assert.deepEqual(take().slice(0, 1), [['camera_up', 'info', 'Gate is back after 1 h 1 min.']]);
});

test('recording that fails while pictures arrive is an alert, and told when it goes on', () => {
  const { enter, take } = startWatch();
  enter({ state: 'recording' });
  take();
  enter({ state: 'live', problem: { code: 'disk_full', reason: 'The disk is full.' } });
  enter({ state: 'live', problem: { code: 'disk_full', reason: 'The disk is full.' } });
  enter({ state: 'recording' });
  enter({ state: 'live', problem: null });
  assert.deepEqual(take(), [
    ['recording_failed', 'alert', 'Gate: The disk is full.'],
    ['recording_resumed', 'info', 'Gate is recorded again.'],
    ['camera_live', 'info', 'Gate is live, and not recorded: paused, or by its schedule.'],
  ]);
});
