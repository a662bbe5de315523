import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import type { UnixMs } from '@nightjar/contract';
import { record, startRecorder } from '../../testing/recorder.ts';
import { makeStream } from '../../testing/streams.ts';
import { readInit, samplesOf } from '../media/fmp4/index.ts';

const origin = Date.parse('2026-11-22T12:00:00Z');
const at = (seconds: number) => (origin + seconds * 1_000) as UnixMs;

test('the keyframe of a moment: the picture at or before it, alone and without sound, and when it was shown', async (t) => {
  const stream = await makeStream({ seconds: 4, gopFrames: 50, bFrames: 2, audio: 'mono' });
  const recorder = await startRecorder(t, { now: at(0), cameras: ['yard'] });
  await record(recorder, { cameraId: 'yard', stream, startMs: at(0), repeat: 20 });
  recorder.clock.now = at(100);
  const ask = (seconds: number) => recorder.app.inject(`/api/v1/cameras/yard/keyframe.mp4?at=${at(seconds)}`);
  for (const [asked, shown] of [
    [0, 0],
    [1.9, 0],
    [2, 2],
    [63.5, 62],
    [79.9, 78],
  ] as const) {
    const { statusCode, headers, rawPayload } = await ask(asked);
    assert.equal(statusCode, 200);
    assert.equal(headers['x-frame-at'], String(at(shown)), `asked for ${asked} s`);
    assert.match(String(headers['cache-control']), /immutable/);
    assert.match(String(headers['content-type']), /^video\/mp4; codecs="avc1\.\w{6}"$/);
    assert.equal(readInit(rawPayload).audio, null);
    const [sample, ...others] = samplesOf(rawPayload);
    assert.deepEqual([others.length, sample?.dts, sample?.pts], [0, 0, 0]);
    const keyframes = stream.units.filter(({ track, unit }) => track === 'video' && unit.keyframe);
    const recorded = keyframes.find(({ unit }) => unit.ptsNs === (shown % 4) * 1e9);
    assert.ok(recorded && sample?.data.equals(recorded.unit.data));
  }
  const near = await ask(-1);
  assert.deepEqual([near.headers['x-frame-at'], near.headers['cache-control']], [String(at(0)), 'no-store']);
  assert.deepEqual(
    [(await ask(90)).json().code, (await ask(-10)).json().code],
    ['footage_not_found', 'footage_not_found'],
  );
  const { segments } = await recorder.index.footage('yard', { from: at(0), to: at(1) });
  rmSync(recorder.index.fileOf(segments[0] as (typeof segments)[number]));
  for (let time = 0; time < 2; time += 1) {
    const gone = await ask(1);
    assert.deepEqual([gone.statusCode, gone.json().code], [404, 'footage_not_found']);
  }
});
