import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementExists, Pipeline } from '../gst/index.ts';
import { planAudio } from './audio.ts';
import { type PipelinePlan, pipelineText } from './description.ts';

const audioOf = (encoding: string) =>
  planAudio({ encoding, payloadType: 97, sampleRate: 8000, channels: 1 }, elementExists);
const encode = {
  encoder: 'x264enc',
  settings: { mode: 'encode', bitrateKbps: 1000, fps: 10, height: 361, keyframeSeconds: 2, overlay: null },
} as const;

test('GStreamer takes the pipeline of every kind of camera', async () => {
  const encodings = ['MPEG4-GENERIC', 'MP4A-LATM', 'PCMA', 'PCMU', 'G722', 'G726-32', 'OPUS', 'L16', 'MPA', 'AC3'];
  for (const encoding of encodings) {
    const audio = audioOf(encoding);
    assert.ok(typeof audio !== 'string', `${encoding}: ${audio}`);
    for (const codec of ['h264', 'h265'] as const) {
      const plan: PipelinePlan = { transport: 'tcp', video: { codec, fps: null }, encode: null, audio };
      for (const each of [plan, { ...plan, encode, audio: null, transport: 'udp' as const }]) {
        await using pipeline = new Pipeline(pipelineText(each));
        assert.equal(pipeline.hasElement('video'), true);
        assert.equal(pipeline.hasElement('audio'), each.audio !== null);
        assert.equal(pipeline.hasElement('overlay'), each.encode !== null);
      }
    }
  }
});

test('JPEG is encoded over either transport', async () => {
  for (const transport of ['tcp', 'udp'] as const) {
    const plan: PipelinePlan = { transport, video: { codec: 'jpeg', fps: null }, encode, audio: null };
    await using pipeline = new Pipeline(pipelineText(plan));
    assert.equal(pipeline.hasElement('encoder'), true);
  }
});

test('sound that cannot be recorded says why, and AAC is not re-encoded', () => {
  assert.match(String(audioOf('X-SECRET')), /X-SECRET.*not supported/);
  const missing = planAudio({ encoding: 'PCMA', payloadType: 8, sampleRate: 8000, channels: 1 }, () => false);
  assert.match(String(missing), /GStreamer element rtppcmadepay/);
  const aac = audioOf('MPEG4-GENERIC');
  assert.ok(typeof aac !== 'string' && !aac.text.includes('enc') && aac.delaySamples === 0);
});

test('only properties that every supported GStreamer has are in the text', () => {
  const plan: PipelinePlan = { transport: 'tcp', video: { codec: 'h264', fps: null }, encode: null, audio: null };
  assert.doesNotMatch(pipelineText(plan), /add-reference-timestamp-meta/, 'rtspsrc has it since 1.22');
});
