import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { c } from './ffi.ts';
import { Pipeline } from './index.ts';

const CYCLES = 500;
/** What the first cycles load and cache is not a leak. */
const WARM_UP = 100;
/** A leaked pipeline of this size costs more than 100 KiB; the heap's own swing is about 2 MiB. */
const ALLOWED_KIB = 6_000;

const text =
  'videotestsrc is-live=true ! video/x-raw,width=64,height=48,framerate=200/1 ! x264enc name=encoder tune=zerolatency speed-preset=ultrafast threads=1 ! h264parse ! video/x-h264,stream-format=avc,alignment=au ! appsink name=video sync=false ' +
  'audiotestsrc is-live=true samplesperbuffer=160 ! alawenc ! appsink name=audio sync=false';

/** Starts a pipeline, uses all of the binding that allocates, stops it. */
async function cycle(): Promise<void> {
  await using pipeline = new Pipeline(text);
  const sinks = [pipeline.appSink('video'), pipeline.appSink('audio')];
  await pipeline.setState('playing');
  for (const sink of sinks) {
    for (let pulled = 0; pulled < 3; ) {
      if (sink.pull() !== null) pulled += 1;
      else await sleep(1);
    }
  }
  pipeline.set('encoder', 'bitrate', pipeline.getNumber('encoder', 'bitrate') + 1);
  pipeline.getString('encoder', 'option-string');
  pipeline.getStructure('video', 'stats');
  pipeline.forceKeyUnit('encoder');
  while (pipeline.pollBus() !== null);
  assert.throws(() => new Pipeline('no-such-element'));
}

function measure(): { privateKib: number; files: number; threads: number } {
  c.mallocTrim(0);
  const [, dirty] = /Private_Dirty:\s+(\d+)/.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? [];
  return {
    privateKib: Number(dirty),
    files: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
  };
}

test(`${CYCLES} starts and stops leave memory, files and threads as they were`, { timeout: 300_000 }, async () => {
  for (let i = 0; i < WARM_UP; i++) await cycle();
  const before = measure();
  for (let i = WARM_UP; i < CYCLES; i++) await cycle();
  const after = measure();
  const report = `${JSON.stringify(before)} → ${JSON.stringify(after)}`;
  assert.ok(after.privateKib - before.privateKib < ALLOWED_KIB, report);
  assert.ok(after.files <= before.files + 2, report);
  assert.ok(after.threads <= before.threads + 2, report);
});
