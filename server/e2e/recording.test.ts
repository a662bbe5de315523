import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { SourceInput } from '@nightjar/contract';
import { type MountOptions, type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { complaintsAbout, loudnessOf, lumaOf, risesOf } from '../testing/media-tools.ts';
import { breaksIn, countersOf, framesOf, type RecordedSegment, recordedMs } from '../testing/recorded.ts';
import { RecorderProcess, temporaryDataDir } from '../testing/recorder-process.ts';
import { smallCamera, smallCameraFrameMs } from '../testing/small-camera.ts';

interface Case {
  mount: MountOptions;
  source?: Partial<SourceInput>;
  /** Of the recording. */
  codec?: 'h264' | 'h265';
  transport?: 'tcp' | 'udp';
  hasAudio?: boolean;
}

const user = { user: 'viewer', password: 'correct horse "battery"' };
const credentials = { username: user.user, password: user.password };

const cases: Record<string, Case> = {
  'H.264 and AAC over TCP': {
    mount: smallCamera('tcp', { audio: 'aac' }),
    source: { transport: 'tcp' },
    hasAudio: true,
  },
  'H.264 over UDP': { mount: smallCamera('udp'), source: { transport: 'udp' }, transport: 'udp' },
  'H.264 over TCP when the transport is left to us': { mount: smallCamera('auto'), source: { transport: 'auto' } },
  'H.264 over UDP when the camera has no TCP': {
    mount: smallCamera('auto-udp', { protocols: ['udp'] }),
    transport: 'udp',
  },
  'H.265 and AAC': { mount: smallCamera('h265', { video: 'h265', audio: 'aac' }), codec: 'h265', hasAudio: true },
  'H.265 over UDP': {
    mount: smallCamera('h265-udp', { video: 'h265' }),
    source: { transport: 'udp' },
    codec: 'h265',
    transport: 'udp',
  },
  'H.264 with B-frames': {
    mount: smallCamera('b-frames', { bFrames: 2, gopFrames: 15, audio: 'aac' }),
    hasAudio: true,
  },
  'H.265 with B-frames': {
    mount: smallCamera('h265-b-frames', { video: 'h265', bFrames: 2, gopFrames: 15 }),
    codec: 'h265',
  },
  'H.264 without parameter sets in the SDP': { mount: smallCamera('no-sprop', { parameterSetsInSdp: false }) },
  'H.265 without parameter sets in the SDP': {
    mount: smallCamera('h265-no-sprop', { video: 'h265', parameterSetsInSdp: false }),
    codec: 'h265',
  },
  'G.711 A-law sound': { mount: smallCamera('pcma', { audio: 'pcma' }), hasAudio: true },
  'G.711 µ-law sound over UDP': {
    mount: smallCamera('pcmu', { audio: 'pcmu' }),
    source: { transport: 'udp' },
    transport: 'udp',
    hasAudio: true,
  },
  'Opus sound': { mount: smallCamera('opus', { audio: 'opus' }), hasAudio: true },
  'sound that begins two seconds after the picture': {
    mount: smallCamera('late', { audio: 'aac', audioDelayMs: 2_000 }),
    hasAudio: true,
  },
  'Basic authentication': { mount: smallCamera('basic', { ...user, authMethod: 'basic' }), source: credentials },
  'Digest authentication': { mount: smallCamera('digest', { ...user, authMethod: 'digest' }), source: credentials },
};

const idOf = ({ mount }: Case) => mount.path;
const wantedMs = 6_000;

const data = temporaryDataDir();
let cameras: SimulatedCameras;
let recorder: RecorderProcess;
const recordings = new Map<string, RecordedSegment[]>();
/** Number of the newest frame that each camera had sent a while before the recording ended. */
const sent = new Map<string, number>();

before(async () => {
  cameras = await startCameras({ mounts: Object.values(cases).map(({ mount }) => mount) });
  recorder = await RecorderProcess.start({ dataDir: data.path });
  for (const one of Object.values(cases)) {
    const id = idOf(one);
    await recorder.addCamera({ id, name: id, source: { url: cameras.url(id), ...one.source } });
  }
  for (const one of Object.values(cases)) {
    const id = idOf(one);
    await recorder.untilRecorded(id, 'six seconds recorded', (segments) => recordedMs(segments) >= wantedMs);
    const { lastFrame } = await cameras.sent(id);
    sent.set(id, lastFrame);
    await recorder.untilRecorded(id, 'all recorded that was sent', (now) => Math.max(...countersOf(now)) >= lastFrame);
  }
  for (const one of Object.values(cases)) {
    const status = await recorder.status(idOf(one));
    assert.equal(status.state, 'recording', JSON.stringify(status));
    assert.equal(status.state === 'recording' && status.media.transport, one.transport ?? 'tcp', idOf(one));
  }
  assert.equal(await recorder.stop(), 0);
  for (const one of Object.values(cases)) recordings.set(idOf(one), await recorder.recorded(idOf(one)));
});

after(async () => {
  await recorder?.[Symbol.asyncDispose]();
  await cameras?.stop();
  data[Symbol.dispose]();
});

const recordingOf = (one: Case): RecordedSegment[] => recordings.get(idOf(one)) ?? [];

for (const [name, one] of Object.entries(cases)) {
  test(`${name}: each frame is on disk once, in order, and every file plays`, async () => {
    const segments = recordingOf(one);
    const counters = countersOf(segments);
    assert.deepEqual(breaksIn(counters), []);
    assert.ok((counters.at(-1) ?? 0) >= (sent.get(idOf(one)) ?? Infinity), 'the newest frames are missing');
    for (const segment of segments) {
      assert.equal(segment.scan.video.codec, one.codec ?? 'h264');
      assertWellFormed(segment);
      assert.deepEqual(await complaintsAbout(segment.file, { hasAudio: segment.scan.audio !== null }), []);
    }
    assertContinuous(segments);
    assert.equal(segments.at(-1)?.scan.audio !== null, one.hasAudio ?? false, 'sound');
    if (one.hasAudio) assert.ok((segments.at(-1)?.audio.length ?? 0) > 10, 'sound in the file');
  });
}

/** What the file format promises of each segment. */
function assertWellFormed({ file, chunks, frames, audio, scan }: RecordedSegment): void {
  assert.equal(scan.validBytes, scan.fileBytes, `${file}: a torn tail`);
  assert.equal(chunks[0]?.keyframe, true, `${file}: begins with a keyframe`);
  for (const { duration } of chunks) {
    assert.ok(duration / 90 <= 500 + smallCameraFrameMs, `${file}: a chunk of ${duration / 90} ms`);
  }
  for (const { pts, dts } of frames) assert.ok(pts >= dts, `${file}: shown at ${pts}, decoded at ${dts}`);
  for (const track of [frames, audio]) {
    for (const [at, { dts }] of track.entries()) {
      const before = track[at - 1];
      assert.ok(before === undefined || dts > before.dts, `${file}: decode times ${before?.dts}, ${dts}`);
    }
  }
}

/**
 * The recorder's times of the frames are as far apart as the camera's, across runs and segments. Sender reports may make
 * GStreamer move the picture once, to meet the sound, by less than a frame.
 */
function assertContinuous(segments: RecordedSegment[]): void {
  const offsets = framesOf(segments).map(({ shownAtMs, stamp }) => shownAtMs - (stamp?.wallMs ?? Number.NaN));
  const spread = Math.max(...offsets) - Math.min(...offsets);
  assert.ok(spread < smallCameraFrameMs, `the recorded times stray by ${spread} ms from the camera's`);
  const [offset = Number.NaN] = offsets;
  assert.ok(Math.abs(offset) < 1_500, `the first frame is stamped ${offset} ms from its capture`);
}

const sounding = Object.keys(cases).filter((name) => cases[name]?.hasAudio);
for (const name of sounding) {
  test(`${name}: flash and beep stay within 40 ms of each other`, async () => {
    const segment = recordingOf(cases[name] as Case).at(-1);
    assert.ok(segment?.scan.audio);
    const flashes = risesOf(await lumaOf(segment.file, 'iw/4:ih/2:iw*3/4:0'), 170);
    const beeps = risesOf(await loudnessOf(segment.file, segment.scan.audio.sampleRate), -20);
    assert.ok(flashes.length >= 3, `${flashes.length} flashes`);
    // Sound that begins with the file has no beginning to be found.
    for (const flash of flashes.slice(0, -1).filter((atS) => atS > 0.5)) {
      const nearest = Math.min(...beeps.map((beep) => Math.abs(beep - flash)));
      assert.ok(nearest <= 0.04, `flash at ${flash} s, beeps at ${beeps.join(', ')} s`);
    }
  });
}
