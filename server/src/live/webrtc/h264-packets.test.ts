import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { RtpHeader, RtpPacket } from 'werift';
import { waitFor } from '../../../testing/wait.ts';
import { Pipeline } from '../../media/gst/index.ts';
import { h264Payloads, parameterSetsOf } from './h264-packets.ts';

const maxBytes = 1_150;
const sps = Buffer.from('6742c01e8c8d40501e900f08846a', 'hex');
const pps = Buffer.from('68ce3c80', 'hex');

/** A NAL unit of this type, of bytes that look like no start code. */
const unit = (type: number, length: number) =>
  Buffer.from([0x60 | type, ...Array.from({ length: length - 1 }, (_, at) => 1 + ((at * 7) % 250))]);

const accessUnit = (...units: Buffer[]) =>
  Buffer.concat(
    units.flatMap((nal) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(nal.length);
      return [length, nal];
    }),
  );

const typeOf = (payload: Buffer) => (payload[0] ?? 0) & 0x1f;

test('small units share a packet, large ones are spread, none is too large', () => {
  const payloads = h264Payloads(accessUnit(unit(6, 40), unit(5, 5_000)), [sps, pps], maxBytes);
  assert.equal(typeOf(payloads[0] ?? Buffer.alloc(0)), 24, 'SPS, PPS and SEI together');
  assert.ok(payloads.slice(1).every((payload) => typeOf(payload) === 28));
  assert.ok(payloads.every(({ length }) => length <= maxBytes));
  const [first, last] = [payloads[1]?.[1] ?? 0, payloads.at(-1)?.[1] ?? 0];
  assert.deepEqual([first & 0xc0, last & 0xc0], [0x80, 0x40], 'start and end are marked');
});

test('a unit of the largest size goes alone, one byte more in two', () => {
  assert.deepEqual(h264Payloads(accessUnit(unit(1, maxBytes)), [], maxBytes), [unit(1, maxBytes)]);
  assert.equal(h264Payloads(accessUnit(unit(1, maxBytes + 1)), [], maxBytes).length, 2);
});

test('delimiters and filler are left out, parameter sets of its own are not doubled', () => {
  assert.deepEqual(h264Payloads(accessUnit(unit(9, 2), unit(1, 100), unit(12, 500)), [], maxBytes), [unit(1, 100)]);
  const [only, ...others] = h264Payloads(accessUnit(sps, pps, unit(5, 100)), [sps, pps], maxBytes);
  assert.deepEqual(others, []);
  assert.equal(only?.length, 1 + 2 + sps.length + 2 + pps.length + 2 + 100);
});

test('what is cut off is left out', () => {
  const whole = accessUnit(unit(1, 50), unit(1, 60));
  assert.deepEqual(h264Payloads(whole.subarray(0, -1), [], maxBytes), [unit(1, 50)]);
  assert.deepEqual(h264Payloads(Buffer.alloc(0), [], maxBytes), []);
  assert.deepEqual(h264Payloads(Buffer.from([0, 0, 0, 0, 0]), [], maxBytes), []);
});

test('the parameter sets are those of the decoder configuration', () => {
  const set = (nal: Buffer) => Buffer.concat([Buffer.from([0, nal.length]), nal]);
  const record = Buffer.concat([Buffer.from('0142c01effe1', 'hex'), set(sps), Buffer.from([1]), set(pps)]);
  assert.deepEqual(parameterSetsOf(record).map(Buffer.from), [sps, pps]);
  assert.deepEqual(parameterSetsOf(record.subarray(0, -1)).map(Buffer.from), [sps]);
  assert.deepEqual(parameterSetsOf(Buffer.alloc(0)), []);
});

test('GStreamer puts together again what was taken apart', { timeout: 60_000 }, async () => {
  const units = [
    [sps, pps, unit(6, 40), unit(5, 30_000)],
    [unit(1, 900)],
    [unit(6, 40), unit(1, 1_151), unit(1, 4_000)],
    [unit(1, 80)],
  ];
  await using pipeline = new Pipeline(
    'appsrc name=in format=time ! rtph264depay ! video/x-h264,stream-format=byte-stream,alignment=nal ! appsink name=out sync=false',
  );
  const source = pipeline.appSrc('in');
  const sink = pipeline.appSink('out');
  source.setCaps('application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload=96');
  await pipeline.setState('playing');
  let sequenceNumber = 0;
  for (const [at, nals] of units.entries()) {
    const payloads = h264Payloads(accessUnit(...nals), [], maxBytes);
    for (const [index, payload] of payloads.entries()) {
      const marker = index === payloads.length - 1;
      const header = new RtpHeader({
        payloadType: 96,
        sequenceNumber: sequenceNumber++,
        timestamp: at * 3_600,
        marker,
      });
      source.push(new RtpPacket(header, payload).serialize(), { ptsNs: at * 40_000_000 });
    }
  }
  source.endOfStream();
  const received: Buffer[] = [];
  await waitFor('the end', async () => {
    for (let sample = sink.pull(); sample; sample = sink.pull()) received.push(Buffer.from(sample.data));
    await sleep(5);
    return sink.eos;
  });
  const startCode = Buffer.from([0, 0, 0, 1]);
  assert.deepEqual(Buffer.concat(received), Buffer.concat(units.flat().flatMap((nal) => [startCode, nal])));
});
