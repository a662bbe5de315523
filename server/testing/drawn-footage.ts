import type { TestContext } from 'node:test';
import { parseCaps } from '../src/media/gst/index.ts';
import { encodeVideo } from './camera/encode.ts';
import { type MountOptions, withDefaults } from './camera/options.ts';
import { record, startRecorder } from './recorder.ts';
import type { TestStream } from './streams.ts';

/** One loop of a simulated camera as a stream. Each picture shows the number of its frame (`readFrameNumber`). */
export async function drawnStream(options: MountOptions): Promise<TestStream> {
  const mount = withDefaults(options);
  const { caps, frames } = await encodeVideo(mount);
  const { codec_data: codecData } = parseCaps(caps).fields;
  if (!Buffer.isBuffer(codecData)) throw new Error(`caps without codec_data: ${caps}`);
  const { video: codec, width, height } = mount;
  const units = frames.map(({ data, ptsMs, keyframe }) => ({
    track: 'video' as const,
    unit: { ptsNs: Math.round(ptsMs * 1e6), keyframe, data, cameraUnixMs: null },
  }));
  return { video: { codec, width, height, codecData }, audio: null, units };
}

interface DrawnFootage {
  cameraId: string;
  stream: TestStream;
  /** Unix ms. */
  startMs: number;
  /** How often the loop is recorded in a row. */
  repeat: number;
}

/** Makes a data folder as a recorder leaves it that has recorded this: real files, in no time. The cameras are off. */
export async function layDrawnFootage(dataDir: string, footage: readonly DrawnFootage[]): Promise<void> {
  const whenDone: Array<() => unknown> = [];
  // Of a test's context it is only asked to be told of the end.
  const t = { after: (callback: () => unknown) => whenDone.push(callback) } as unknown as TestContext;
  const last = Math.max(...footage.map(({ startMs }) => startMs));
  const recorder = await startRecorder(t, { dataDir, now: last + 3_600_000 });
  for (const id of new Set(footage.map(({ cameraId }) => cameraId))) {
    const source = { url: `rtsp://127.0.0.1:9/${id}` };
    await recorder.cameras.create({ id, name: id, source, recording: { mode: 'off' } });
  }
  for (const piece of footage) await record(recorder, piece);
  for (const callback of whenDone) await callback();
}
