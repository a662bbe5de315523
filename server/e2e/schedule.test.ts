// Mostly waits.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type CameraDto, type RecordingInput, type UnixMs, weekdays } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { breaksIn, countersOf, framesOf, runsOf } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';
import { waitFor } from '../testing/wait.ts';

const data = temporaryDataDir();
const gopFrames = 30;
const gopMs = gopFrames * smallCameraFrameMs;
/** What is cut is a chunk, and the last frame's own length. */
const cutMs = 500 + 2 * smallCameraFrameMs;
let cameras: SimulatedCameras;
let recorder: RecorderProcess;

const never: RecordingInput = {
  mode: 'scheduled',
  schedule: { week: Object.fromEntries(weekdays.map((day) => [day, []])) },
};
const settings: Record<string, RecordingInput> = { paused: { mode: 'off' }, schedule: never, always: {} };

before(async () => {
  cameras = await startCameras({ mounts: Object.keys(settings).map((id) => smallCamera(id, { gopFrames })) });
  recorder = await RecorderProcess.start({ dataDir: data.path, timeZone: 'Europe/Vienna' });
  for (const [id, recording] of Object.entries(settings)) {
    await recorder.addCamera({ id, name: id, source: { url: cameras.url(id) }, recording });
  }
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

/** Sets an override for some seconds. Answers between which instants it began, and when it ends. */
async function override(id: string, record: boolean, forMs: number) {
  const askedAt = Date.now();
  const until = (askedAt + forMs) as UnixMs;
  await recorder.call('PUT', `/cameras/${id}/recording`, { override: { record, until } });
  return { askedAt, answeredAt: Date.now(), until };
}

/** Resolves when the override is over and gone from the settings. */
const untilOver = (id: string) =>
  waitFor(`the override of ${id} is over`, async () => {
    const camera = await recorder.call<CameraDto>('GET', `/cameras/${id}`);
    return camera.recording.override === null ? camera : null;
  });

/** @param cause also the id of the camera that is not recorded because of it. */
async function recordNowUntil(cause: 'paused' | 'schedule'): Promise<void> {
  await recorder.untilState(cause, 'live');
  // A group of pictures is under way.
  const startedAt = Date.now();
  await waitFor('a keyframe has passed', () => Date.now() - startedAt > gopMs || null);
  const { askedAt, answeredAt, until } = await override(cause, true, 5_317);
  await recorder.untilState(cause, 'recording');
  await untilOver(cause);
  // Whatever would be written after the end is written by then.
  await recorder.untilState(cause, 'live', ({ lastFrameAt }) => lastFrameAt > until + 2_000);

  const segments = await recorder.recorded(cause);
  const frames = framesOf(segments);
  const first = frames[0]?.shownAtMs ?? 0;
  const end = (frames.at(-1)?.shownAtMs ?? 0) + smallCameraFrameMs;
  assert.ok(first <= answeredAt, `begins ${first - answeredAt} ms too late`);
  assert.ok(first > askedAt - gopMs - cutMs, `begins ${askedAt - first} ms before`);
  assert.ok(end >= until, `ends ${until - end} ms too early`);
  assert.ok(end <= until + cutMs, `ends ${end - until} ms after`);
  assert.equal(frames[0]?.keyframe, true);
  assert.deepEqual(breaksIn(countersOf(segments)), []);
  assert.equal(runsOf(segments).length, 1);

  const { createdAt } = await recorder.call<CameraDto>('GET', `/cameras/${cause}`);
  const now = Date.now();
  const { spans, gaps } = await recorder.timeline(cause, createdAt, now);
  assert.equal(spans.length, 1);
  const [span] = spans;
  assert.ok(span && Math.abs(span.from - first) <= 1 && Math.abs(span.to - end) <= 1, 'the index says the same');
  assert.deepEqual(gaps, [
    { from: createdAt, to: span.from, cause },
    { from: span.to, to: gaps[1]?.to, cause },
  ]);
  assert.ok((gaps[1]?.to ?? 0) >= now, 'until now');
}

test('"record now until" records just that, from the keyframe before, whatever keeps the camera from it else', async () => {
  await Promise.all([recordNowUntil('paused'), recordNowUntil('schedule')]);
});

test('"do not record until" leaves out just that, and does not touch the stream', async () => {
  await recorder.untilRecorded('always', 'some seconds', (segments) => framesOf(segments).length > 2 * gopFrames);
  const { askedAt, answeredAt, until } = await override('always', false, 4_211);
  await recorder.untilState('always', 'live');
  const { wanted } = await recorder.call<{ wanted: Array<{ from: number; to: number }> }>(
    'GET',
    `/cameras/always/schedule?from=${askedAt}&to=${until + 60_000}`,
  );
  assert.deepEqual(wanted.at(-1), { from: until, to: until + 60_000 });
  await untilOver('always');
  await recorder.untilState('always', 'recording');
  const segments = await recorder.untilRecorded('always', 'a second after the pause', (recorded) => {
    return (framesOf(recorded).at(-1)?.shownAtMs ?? 0) > until + 1_000;
  });
  assert.equal(runsOf(segments).length, 1, 'one connection');

  const { gaps } = await recorder.timeline('always', askedAt - 1_000, until + 1_000);
  assert.deepEqual(
    gaps.map(({ cause }) => cause),
    ['paused'],
  );
  const [gap] = gaps;
  assert.ok(gap && gap.from >= askedAt && gap.from <= answeredAt + cutMs, `from ${(gap?.from ?? 0) - askedAt} ms on`);
  assert.ok(gap.to <= until && gap.to > until - gopMs - cutMs, `until ${gap.to - until} ms`);
});
