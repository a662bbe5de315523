import { setTimeout as sleep } from 'node:timers/promises';
import { NvrError } from '../shared/errors.ts';
import { readInit, samplesOf } from './fmp4/index.ts';
import { type AppSink, Pipeline, type Sample } from './gst/index.ts';
import { asNvrError } from './pipeline/failures.ts';
import type { StillRequest } from './protocol.ts';

const timeoutMs = 8_000;
const jpegQuality = 85;
/** Of pictures that are scaled. */
const smallJpegQuality = 75;

const decoders = {
  h264: { caps: 'video/x-h264,stream-format=avc,alignment=au', elements: 'h264parse ! avdec_h264' },
  h265: { caps: 'video/x-h265,stream-format=hvc1,alignment=au', elements: 'h265parse ! avdec_h265' },
} as const;

interface Frame {
  ptsNs: number;
  keyframe: boolean;
  data: Buffer;
}

/**
 * Decodes one frame to JPEG, at full resolution unless a width is given. Only the frames it depends on are decoded.
 * @throws {NvrError} `snapshot_failed` when the chunks hold no decodable frame.
 */
export async function stillPicture({ init, chunks, targetTicks, width }: StillRequest): Promise<Buffer> {
  const { video } = readInit(init);
  const samples = chunks.flatMap((chunk) => samplesOf(chunk)).filter(({ track }) => track === 'video');
  const shown = samples.filter(({ pts }) => targetTicks === null || pts <= targetTicks);
  const target = shown.reduce((newest, sample) => Math.max(newest, sample.pts), samples[0]?.pts ?? 0);
  const last = samples.findIndex(({ pts }) => pts === target);
  const frames = samples
    .slice(0, last + 1)
    .map(({ pts, keyframe, data }) => ({ ptsNs: ticksToNs(pts), keyframe, data }));
  try {
    const picture = await decodeLast(frames, ticksToNs(target), video);
    return await encodeJpeg(picture, width);
  } catch (error) {
    throw new NvrError('snapshot_failed', 'The picture cannot be decoded.', { cause: asNvrError(error) });
  }
}

const ticksToNs = (ticks: number) => Math.round((ticks * 1e9) / 90_000);

async function decodeLast(
  frames: Frame[],
  targetNs: number,
  video: { codec: 'h264' | 'h265'; codecData: Buffer; width: number; height: number },
): Promise<Sample> {
  const { caps, elements } = decoders[video.codec];
  // Without reordering the last picture out is the wanted one, and the others need not be copied.
  const reordered = frames.some(({ ptsNs }, index) => ptsNs < (frames[index - 1]?.ptsNs ?? 0));
  const keep = reordered ? 'max-buffers=2' : 'max-buffers=1 drop=true';
  await using pipeline = new Pipeline(
    `appsrc name=in format=time ! ${elements} ! videoconvert ! video/x-raw,format=I420 ! appsink name=out sync=false wait-on-eos=false ${keep}`,
  );
  const source = pipeline.appSrc('in');
  const sink = pipeline.appSink('out');
  source.setCaps(
    `${caps},width=${video.width},height=${video.height},codec_data=(buffer)${video.codecData.toString('hex')}`,
  );
  await pipeline.setState('playing');
  for (const { data, ...times } of frames) source.push(data, times);
  source.endOfStream();
  let best: Sample | null = null;
  for await (const picture of pictures(pipeline, sink, reordered)) {
    if (!best || (picture.ptsNs ?? 0) <= targetNs) best = picture;
  }
  if (!best) throw new Error('no picture was decoded');
  return best;
}

async function encodeJpeg(picture: Sample, width?: number): Promise<Buffer> {
  const scaled =
    width === undefined
      ? `jpegenc quality=${jpegQuality}`
      : `videoscale ! video/x-raw,width=[1,${width}],pixel-aspect-ratio=1/1 ! jpegenc quality=${smallJpegQuality}`;
  await using pipeline = new Pipeline(
    `appsrc name=in format=time ! videoconvert ! ${scaled} ! appsink name=out sync=false wait-on-eos=false`,
  );
  const source = pipeline.appSrc('in');
  const sink = pipeline.appSink('out');
  source.setCaps(picture.caps);
  await pipeline.setState('playing');
  source.push(picture.data, { ptsNs: 0 });
  source.endOfStream();
  for await (const { data } of pictures(pipeline, sink, true)) return data;
  throw new Error('no JPEG was encoded');
}

/** What arrives at `sink` until its end; with `whileRunning` false, only what is left there at the end. */
async function* pictures(pipeline: Pipeline, sink: AppSink, whileRunning: boolean): AsyncGenerator<Sample, void> {
  const deadline = performance.now() + timeoutMs;
  let ended = false;
  while (!(ended && sink.eos)) {
    for (let message = pipeline.pollBus(); message; message = pipeline.pollBus()) {
      if (message.type === 'error') throw new Error(`${message.element}: ${message.message} ${message.debug}`);
      if (message.type === 'eos') ended = true;
    }
    if (whileRunning || ended) for (let sample = sink.pull(); sample; sample = sink.pull()) yield sample;
    if (performance.now() > deadline) throw new Error('decoding took too long');
    if (!(ended && sink.eos)) await sleep(5);
  }
}
