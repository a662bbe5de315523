import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../../testing/wait.ts';
import { Pipeline } from '../gst/index.ts';
import { Pusher } from './push.ts';

test('what is stamped as it arrives waits until the pipeline plays, and gets its running time', async () => {
  await using pipeline = new Pipeline(
    'appsrc name=src is-live=true format=time do-timestamp=true ! appsink name=out sync=false',
  );
  const sink = pipeline.appSink('out');
  const pusher = new Pusher(pipeline, new AbortController().signal);
  const pushed = pusher.untilPlaying().then(() => {
    assert.ok(pipeline.isPlaying);
    return pusher.push(Buffer.from('a picture'));
  });
  assert.equal(pipeline.isPlaying, false);
  await pipeline.setState('playing');
  assert.equal(await pushed, true);
  const sample = await waitFor('the picture', () => sink.pull());
  assert.ok((sample.ptsNs ?? Number.NaN) <= (pipeline.clockTimeNs() ?? 0), `${sample.ptsNs} ns`);
});

test('nobody waits for a pipeline that is no more wanted', async () => {
  await using pipeline = new Pipeline('appsrc name=src ! appsink name=out');
  const stop = new AbortController();
  const waiting = new Pusher(pipeline, stop.signal).untilPlaying();
  stop.abort();
  await waiting;
  assert.equal(pipeline.isPlaying, false);
});
