import { setTimeout as sleep } from 'node:timers/promises';
import { GstError, Pipeline, parseCaps, type Sample } from '../../src/media/gst/index.ts';
import { type AudioClip, type Clip, finishVideo, type VideoClip } from './clip.ts';
import type { Mount } from './options.ts';
import { Picture } from './picture.ts';
import { Scene } from './scene.ts';
import { drawSound, SOUND_LOOP_SECONDS } from './sound.ts';
import type { VideoCodec } from './stamp.ts';

type Progress = (fraction: number) => void;

/** Draws and encodes the mount's picture; a closed GOP at the loop's start, keyframes every `gopFrames` exactly. */
export async function encodeVideo(mount: Mount, onProgress: Progress = () => undefined): Promise<VideoClip> {
  const { width, height, fps, video, loopSeconds } = mount;
  const total = fps * loopSeconds;
  const picture = mount.picture === 'scene' ? new Scene(mount) : new Picture(mount);
  const raw = `video/x-raw,format=I420,width=${width},height=${height},framerate=${fps}/1,interlace-mode=progressive`;
  await using pipeline = new Pipeline(
    `appsrc name=src format=time caps="${raw}" ! ${encoder(mount)} ! appsink name=sink sync=false`,
  );
  const samples = await run(pipeline, total, (index) => {
    onProgress(index / total);
    return { data: picture.draw(index), ptsNs: (index * 1e9) / fps, durationNs: 1e9 / fps };
  });
  const frameMs = 1000 / fps;
  const firstNs = Math.min(...samples.map((sample) => sample.ptsNs ?? 0));
  const frames = samples.map(({ data, keyframe, ptsNs }) => ({
    data,
    keyframe,
    ptsMs: Math.round(((ptsNs ?? 0) - firstNs) / 1e6 / frameMs) * frameMs,
  }));
  return finishVideo(video, samples[0]?.caps ?? '', loopSeconds * 1000, frames);
}

function encoder({ video, bitrateKbps, gopFrames, bFrames }: Mount): string {
  const common = `speed-preset=superfast bitrate=${bitrateKbps} key-int-max=${gopFrames}`;
  const keyframes = `keyint=${gopFrames}:min-keyint=${gopFrames}:scenecut=0:open-gop=0`;
  if (video === 'h264') {
    const reorder = `bframes=${bFrames} b-adapt=false b-pyramid=false`;
    return `x264enc ${common} ${reorder} threads=2 rc-lookahead=5 vbv-buf-capacity=1000 option-string="${keyframes}" ! h264parse ! video/x-h264,stream-format=avc,alignment=au`;
  }
  const reorder = `bframes=${bFrames}:b-adapt=0:b-pyramid=0:rc-lookahead=${Math.max(5, bFrames + 1)}`;
  return `x265enc ${common} option-string="${keyframes}:${reorder}:log-level=none" ! h265parse ! video/x-h265,stream-format=hvc1,alignment=au`;
}

/** Each codec's frame, and how late its encoder's output is against its input, in samples. */
const codecs = {
  aac: {
    rate: 16_000,
    frame: 1024,
    delay: 1024,
    encode: 'avenc_aac bitrate=48000 ! aacparse ! audio/mpeg,mpegversion=4,stream-format=raw',
  },
  opus: { rate: 48_000, frame: 960, delay: 312, encode: 'opusenc bitrate=32000 frame-size=20' },
  pcma: { rate: 8_000, frame: 160, delay: 0, encode: 'alawenc' },
  pcmu: { rate: 8_000, frame: 160, delay: 0, encode: 'mulawenc' },
};

/** Encodes the sound; its loop joins without a click, since it is cut from the middle of several rounds. */
export async function encodeAudio(codec: AudioClip['codec'], look: number): Promise<AudioClip> {
  const { rate, frame, delay, encode } = codecs[codec];
  const perLoop = (rate * SOUND_LOOP_SECONDS) / frame;
  const sound = drawSound(rate, SOUND_LOOP_SECONDS * 3, look);
  const raw = `audio/x-raw,format=S16LE,layout=interleaved,rate=${rate},channels=1`;
  await using pipeline = new Pipeline(
    `appsrc name=src format=time caps="${raw}" ! audioconvert ! ${encode} ! appsink name=sink sync=false`,
  );
  const samples = await run(pipeline, perLoop * 3, (index) => ({
    data: sound.subarray(index * frame * 2, (index + 1) * frame * 2),
    ptsNs: (index * frame * 1e9) / rate,
    durationNs: (frame * 1e9) / rate,
  }));
  const wholeFrames = Math.floor(delay / frame);
  const frameMs = (frame * 1000) / rate;
  const frames = samples.slice(perLoop + wholeFrames, perLoop * 2 + wholeFrames).map(({ data }, i) => ({
    data,
    ptsMs: i * frameMs - ((delay % frame) * 1000) / rate,
  }));
  if (frames.length !== perLoop) throw new Error(`${codec}: ${samples.length} frames instead of ${perLoop * 3}`);
  return { codec, caps: samples[0]?.caps ?? '', durationMs: SOUND_LOOP_SECONDS * 1000, frames };
}

const parsers = {
  h264: 'h264parse ! video/x-h264,stream-format=avc,alignment=au',
  h265: 'h265parse ! video/x-h265,stream-format=hvc1,alignment=au',
};

/**
 * Reads the first video and, when wanted, the first sound of an MP4. The loop is as long as its video.
 * @throws when it has no H.264 or H.265 video.
 */
export async function readFile(path: string, withAudio: boolean): Promise<Clip> {
  const readVideo = (codec: VideoCodec) => readTrack(path, 'video_0', parsers[codec]);
  let codec: VideoCodec = 'h264';
  const video = await readVideo(codec).catch(() => {
    codec = 'h265';
    return readVideo(codec);
  });
  const times = video.map(({ ptsNs }) => (ptsNs ?? 0) / 1e6);
  const first = Math.min(...times);
  const frameMs = (Math.max(...times) - first) / Math.max(1, times.length - 1);
  const durationMs = frameMs * times.length;
  const frames = video.map(({ data, keyframe }, i) => ({ data, keyframe, ptsMs: (times[i] ?? 0) - first }));
  const clip = finishVideo(codec, video[0]?.caps ?? '', durationMs, frames);
  return { video: clip, audio: withAudio ? await readSound(path, first, durationMs) : null };
}

async function readSound(path: string, firstVideoMs: number, durationMs: number): Promise<AudioClip | null> {
  const parser = 'aacparse ! audio/mpeg,mpegversion=4,stream-format=raw';
  // No AAC track: a silent camera.
  const samples = await readTrack(path, 'audio_0', parser).catch(() => []);
  const caps = samples[0]?.caps;
  if (caps === undefined) return null;
  const frameMs = 1_024_000 / Number(parseCaps(caps).fields.rate);
  const frames = samples
    .map(({ data, ptsNs }) => ({ data, ptsMs: (ptsNs ?? 0) / 1e6 - firstVideoMs }))
    .filter(({ ptsMs }) => ptsMs >= 0 && ptsMs + frameMs <= durationMs);
  return { codec: 'aac', caps, durationMs, frames };
}

async function readTrack(path: string, pad: string, parser: string): Promise<Sample[]> {
  const location = path.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const queue = 'queue max-size-buffers=0 max-size-bytes=0 max-size-time=0';
  await using pipeline = new Pipeline(
    `filesrc location="${location}" ! qtdemux name=d d.${pad} ! ${queue} ! ${parser} ! appsink name=sink sync=false`,
  );
  const samples = await run(pipeline, 0, () => null);
  if (samples.length === 0) throw new Error(`${path} has no ${pad} for ${parser}`);
  return samples;
}

type Input = { data: Uint8Array; ptsNs: number; durationNs: number };

/** Feeds `total` buffers made by `make` into `src` (if any), and resolves with all that comes out of `sink`. */
async function run(pipeline: Pipeline, total: number, make: (index: number) => Input | null): Promise<Sample[]> {
  const source = total > 0 ? pipeline.appSrc('src') : null;
  const sink = pipeline.appSink('sink');
  const samples: Sample[] = [];
  await pipeline.setState('playing');
  for (let index = 0; !sink.eos; ) {
    for (let sample = sink.pull(); sample !== null; sample = sink.pull()) samples.push(sample);
    throwOnError(pipeline);
    if (source !== null && index < total && pipeline.getNumber('src', 'current-level-buffers') < 8) {
      const input = make(index++);
      if (input !== null) source.push(input.data, input);
      if (index === total) source.endOfStream();
      // Other mounts are served meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
    } else {
      await sleep(2);
    }
  }
  return samples;
}

function throwOnError(pipeline: Pipeline): void {
  for (let message = pipeline.pollBus(); message !== null; message = pipeline.pollBus()) {
    if (message.type === 'error') throw new GstError(message);
  }
}
