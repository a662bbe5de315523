import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type AppSink,
  type BusMessage,
  elementExists,
  GstError,
  gstVersion,
  Pipeline,
  parseCaps,
  type Sample,
} from './index.ts';

const patienceMs = 30_000;

/** Pulls until `count` samples came. */
async function pull(sink: AppSink, count: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  const deadline = performance.now() + patienceMs;
  while (samples.length < count && performance.now() < deadline) {
    const sample = sink.pull();
    if (sample === null) await sleep(2);
    else samples.push(sample);
  }
  assert.equal(samples.length, count);
  return samples;
}

async function message<T extends BusMessage['type']>(pipeline: Pipeline, type: T): Promise<BusMessage & { type: T }> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const found = pipeline.pollBus();
    if (found?.type === type) return found as BusMessage & { type: T };
    if (found === null) await sleep(2);
  }
  throw new Error(`no ${type} message`);
}

function parseError(description: string): GstError {
  try {
    new Pipeline(description);
  } catch (error) {
    if (error instanceof GstError) return error;
    throw error;
  }
  throw new Error('no error');
}

const picture = 'videotestsrc is-live=true name=source ! video/x-raw,width=64,height=48,framerate=50/1';
const h264 =
  'x264enc name=encoder tune=zerolatency key-int-max=1000 ! h264parse ! video/x-h264,stream-format=avc,alignment=au';

test('GStreamer is there and says which', () => {
  assert.match(gstVersion(), /^GStreamer 1\.\d+/);
  assert.equal(elementExists('rtspsrc'), true);
  assert.equal(elementExists('no-such-element'), false);
});

test('a description that does not parse says why', () => {
  const codes = ['videotestsrc ! ! fakesink', 'no-such-element ! fakesink', 'fakesrc nothing=1 ! fakesink', ''].map(
    (description) => [parseError(description).domain, parseError(description).code],
  );
  assert.deepEqual(
    codes,
    [0, 1, 2, 6].map((code) => ['gst_parse_error', code]),
  );
});

test('samples carry data, running time, keyframe flag and one caps string', async () => {
  await using pipeline = new Pipeline(`${picture} ! ${h264} ! appsink name=sink sync=false`);
  const sink = pipeline.appSink('sink');
  assert.equal(sink.pull(), null);
  await pipeline.setState('playing');
  const samples = await pull(sink, 10);
  assert.deepEqual(
    samples.map(({ keyframe }) => keyframe),
    [true, ...Array<boolean>(9).fill(false)],
  );
  const [first, second] = samples;
  assert.ok(first && second);
  assert.equal(first.caps, second.caps);
  assert.equal(parseCaps(first.caps).fields.width, 64);
  assert.ok(Buffer.isBuffer(parseCaps(first.caps).fields.codec_data));
  assert.equal(first.data.readUInt32BE(0) + 4 <= first.data.length, true);
  // x264enc's own timestamps begin at 1000 h.
  const now = pipeline.clockTimeNs();
  assert.ok(first.ptsNs !== null && now !== null && first.ptsNs >= 0 && first.ptsNs <= now);
  assert.ok(Math.abs((second.ptsNs ?? 0) - first.ptsNs - 20e6) < 1e6);
  assert.equal(first.durationNs, 20e6);
  assert.equal(first.ntpUnixMs, null);
});

test('caps follow a change in the stream', async () => {
  await using pipeline = new Pipeline('appsrc name=src format=time ! appsink name=sink sync=false');
  const source = pipeline.appSrc('src');
  const sink = pipeline.appSink('sink');
  await pipeline.setState('playing');
  const seen: string[] = [];
  for (const width of [64, 32, 64]) {
    source.setCaps(`video/x-test,width=${width}`);
    assert.equal(
      source.push(Buffer.from([width]), { ptsNs: 1e9, dtsNs: 5e8, durationNs: 2e7, keyframe: width === 64 }),
      'ok',
    );
    const [sample] = await pull(sink, 1);
    assert.deepEqual(sample?.data, Buffer.from([width]));
    assert.deepEqual(
      [sample?.ptsNs, sample?.dtsNs, sample?.durationNs, sample?.keyframe],
      [1e9, 5e8, 2e7, width === 64],
    );
    seen.push(sample?.caps ?? '');
  }
  assert.deepEqual(
    seen,
    [64, 32, 64].map((width) => `video/x-test, width=(int)${width}`),
  );
  source.endOfStream();
  await message(pipeline, 'eos');
  assert.equal(sink.eos, true);
  assert.equal(source.push(Buffer.alloc(1), { ptsNs: 0 }), 'eos');
});

test('properties are set from text and read by kind; unknown ones throw', async () => {
  await using pipeline = new Pipeline(`${picture} ! ${h264} ! identity name=identity ! fakesink`);
  pipeline.set('encoder', 'bitrate', 1234);
  assert.equal(pipeline.getNumber('encoder', 'bitrate'), 1234);
  pipeline.set('source', 'pattern', 'ball');
  assert.equal(pipeline.getNumber('source', 'pattern'), 18);
  pipeline.set('source', 'is-live', false);
  assert.equal(pipeline.getNumber('source', 'is-live'), 0);
  pipeline.set('encoder', 'option-string', 'a "b" ü');
  assert.equal(pipeline.getString('encoder', 'option-string'), 'a "b" ü');
  assert.match(pipeline.getStructure('identity', 'stats'), /^application\/x-identity-stats/);
  assert.throws(() => pipeline.set('encoder', 'nothing', 1), /no property nothing/);
  assert.throws(() => pipeline.getNumber('nobody', 'bitrate'), /no element nobody/);
  assert.throws(() => pipeline.getNumber('encoder', 'option-string'), /not a number/);
  assert.throws(() => pipeline.appSink('encoder'), /no appsink encoder/);
  assert.equal(pipeline.hasElement('encoder'), true);
  assert.equal(pipeline.hasElement('nobody'), false);
});

test('a keyframe comes when asked for, the end of the stream too', async () => {
  await using pipeline = new Pipeline(`${picture} ! ${h264} ! appsink name=sink sync=false`);
  const sink = pipeline.appSink('sink');
  await pipeline.setState('playing');
  await pull(sink, 5);
  assert.equal(pipeline.forceKeyUnit('encoder'), true);
  const samples = await pull(sink, 10);
  assert.equal(samples.filter(({ keyframe }) => keyframe).length, 1);
  assert.equal(pipeline.sendEos(), true);
  await message(pipeline, 'eos');
});

test('errors arrive with domain, code and element, without credentials', async () => {
  await using pipeline = new Pipeline('rtspsrc name=src location=rtsp://admin:s3cret@127.0.0.1:9/a ! fakesink');
  await pipeline.setState('playing');
  const seen: BusMessage[] = [];
  const deadline = performance.now() + patienceMs;
  while (seen.at(-1)?.type !== 'error' && performance.now() < deadline) {
    const next = pipeline.pollBus();
    if (next === null) await sleep(2);
    else seen.push(next);
  }
  const error = seen.at(-1);
  assert.ok(error?.type === 'error');
  assert.deepEqual([error.domain, error.code, error.element], ['gst-resource-error-quark', 7, 'src']);
  assert.match(error.message, /./);
  assert.match(error.debug, /gstrtspsrc/);
  assert.match(JSON.stringify(seen), /127\.0\.0\.1:9/);
  assert.doesNotMatch(JSON.stringify(seen), /s3cret/);
});

test('a lone element is a pipeline, too', async () => {
  await using pipeline = new Pipeline('videotestsrc name=only');
  assert.equal(pipeline.hasElement('only'), true);
  assert.equal(await pipeline.setState('ready'), 'success');
});

test('close may come at any moment, and twice; what is asked afterwards is harmless', async () => {
  const pipeline = new Pipeline(`${picture} ! ${h264} ! appsink name=sink sync=false`);
  const sink = pipeline.appSink('sink');
  const started = pipeline.setState('playing');
  const closed = pipeline.close();
  assert.equal(pipeline.close(), closed);
  await Promise.all([started, closed]);
  assert.equal(await pipeline.setState('playing'), 'failure');
  assert.deepEqual(
    [sink.pull(), sink.eos, pipeline.pollBus(), pipeline.clockTimeNs(), pipeline.sendEos()],
    [null, true, null, null, false],
  );
  assert.throws(() => pipeline.getNumber('encoder', 'bitrate'), /no element/);
});

test('structures are read of all elements of a kind; lost packets are counted in them', async () => {
  const packets = 'videotestsrc is-live=true num-buffers=50 ! video/x-raw,width=64,height=48 ! rtpvrawpay mtu=200';
  const drop = 'identity drop-probability=0.2 ! rtpjitterbuffer latency=0';
  await using pipeline = new Pipeline(
    `${packets} ! tee name=all all. ! queue ! fakesink name=sent sync=false async=false all. ! queue ! ${drop} ! fakesink async=false`,
  );
  assert.deepEqual(pipeline.getStructures('no-such-element', 'stats'), []);
  await pipeline.setState('playing');
  await message(pipeline, 'eos');
  const [stats, ...others] = pipeline.getStructures('rtpjitterbuffer', 'stats');
  assert.deepEqual(others, []);
  const { fields } = parseCaps(String(stats));
  const sent = Number(/rendered=\(guint64\)(\d+)/.exec(pipeline.getStructure('sent', 'stats'))?.[1]);
  const [pushed, lost] = [Number(fields['num-pushed']), Number(fields['num-lost'])];
  assert.ok(lost > 0.1 * sent && lost < 0.3 * sent, `${lost} of ${sent}`);
  assert.ok(Math.abs(pushed + lost - sent) <= 20, `${pushed} + ${lost} of ${sent}`);
});
