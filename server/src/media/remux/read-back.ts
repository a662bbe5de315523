import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchiveFormat } from '@nightjar/contract';
import { NvrError } from '../../shared/errors.ts';
import { type AppSink, Pipeline } from '../gst/index.ts';
import { failureOf } from './failure.ts';
import { type FilePrint, slicesOfStream, TrackPrint } from './fingerprint.ts';

/** What the file should be. */
interface Expected {
  format: ArchiveFormat;
  codec: 'h264' | 'h265';
  print: FilePrint;
  onFrames?(share: number): void;
}

const pollMs = 1;
/** Without a frame for so long, a track is missing or the demuxer hangs. */
const patienceMs = 120_000;
/** Of a time in a file: Matroska has milliseconds, transport streams 1/90 ms. */
const toleranceMs = 1.5;
/** GStreamer may take a longer step between pictures of a transport stream for a new beginning of time. */
const steadyStepMs = 300;

/**
 * Reads a file with a demuxer and compares each track's frames: their number, their bytes, their times.
 *
 * @throws {NvrError} `disk_error` when it is not what was written; what the demuxer reports.
 */
export async function verify(path: string, expected: Expected): Promise<void> {
  const { format, print } = expected;
  const found = await readPrint(path, expected);
  const jumps = format === 'ts' ? longSteps(print.video) : 0;
  const what = difference(print.video, found.video, jumps);
  if (what) throw notWhole(`of the pictures, ${what}`);
  const audio = print.audio && found.audio && difference(print.audio, found.audio, jumps);
  if (audio) throw notWhole(`of the sound, ${audio}`);
}

function longSteps(print: TrackPrint): number {
  let count = 0;
  let before = 0;
  for (const time of print.timesMs()) {
    if (Math.abs(time - before) > steadyStepMs) count += 1;
    before = time;
  }
  return count;
}

const notWhole = (what: string) =>
  new NvrError('disk_error', `The file that was written is not whole when read back: ${what}. It was removed.`);

/**
 * What is other than expected; null when nothing is.
 *
 * @param jumps how often the time that is found may jump.
 */
function difference(expected: TrackPrint, found: TrackPrint, jumps: number): string | null {
  if (expected.frames !== found.frames) return `${found.frames} frames are there and ${expected.frames} were written`;
  if (expected.digest !== found.digest) return 'some differ from what was recorded';
  const times = found.timesMs();
  let shiftMs = 0;
  let jumpsLeft = jumps;
  for (const wanted of expected.timesMs()) {
    const is = times.next().value ?? Number.NaN;
    if (Math.abs(is - wanted - shiftMs) <= toleranceMs) continue;
    if (jumpsLeft === 0) return `one is at ${is.toFixed(1)} ms and should be at ${wanted.toFixed(1)} ms`;
    jumpsLeft -= 1;
    shiftMs = is - wanted;
  }
  return null;
}

async function readPrint(path: string, { format, codec, print, onFrames }: Expected): Promise<FilePrint> {
  await using pipeline = new Pipeline(descriptionOf(format, codec, print.audio !== null));
  pipeline.set('in', 'location', path);
  const video = pipeline.appSink('v');
  const audio = print.audio ? pipeline.appSink('a') : null;
  const found: FilePrint = { video: new TrackPrint(), audio: print.audio ? new TrackPrint() : null };
  const pictureOf = format === 'ts' ? (data: Buffer) => slicesOfStream(data, codec) : (data: Buffer) => [data];
  await pipeline.setState('playing');
  let aliveAt = performance.now();
  for (let ended = false; ; ) {
    for (let message = pipeline.pollBus(); message; message = pipeline.pollBus()) {
      // Of a file that we have just written, a demuxer has nothing to complain about.
      if (message.type === 'error' || message.type === 'warning') throw failureOf(message);
      if (message.type === 'eos') ended = true;
    }
    const pictures = take(video, found.video, pictureOf);
    const sounds = audio && found.audio ? take(audio, found.audio, (data) => [data]) : 0;
    if (pictures > 0) onFrames?.(Math.min(found.video.frames / Math.max(print.video.frames, 1), 1));
    if (pictures + sounds > 0) aliveAt = performance.now();
    if (ended && video.eos && (audio?.eos ?? true)) return found;
    if (performance.now() - aliveAt > patienceMs) throw notWhole('it cannot be read to its end');
    await sleep(pollMs);
  }
}

/** How many frames were there. */
function take(sink: AppSink, print: TrackPrint, payloadOf: (data: Buffer) => Buffer[]): number {
  const before = print.frames;
  for (let sample = sink.pull(); sample; sample = sink.pull()) print.add(payloadOf(sample.data), sample.ptsNs ?? 0);
  return print.frames - before;
}

const demuxers: Record<ArchiveFormat, string> = { mp4: 'qtdemux', ts: 'tsdemux', mkv: 'matroskademux' };

function descriptionOf(format: ArchiveFormat, codec: string, hasAudio: boolean): string {
  const ts = format === 'ts';
  const sink = 'queue ! appsink sync=false wait-on-eos=false max-buffers=200';
  const sound = ts ? 'd. ! audio/mpeg ! aacparse ! audio/mpeg,stream-format=raw' : 'd.audio_0';
  return [
    `filesrc name=in ! ${demuxers[format]} name=d`,
    `${ts ? `d. ! video/x-${codec}` : 'd.video_0'} ! ${sink} name=v`,
    ...(hasAudio ? [`${sound} ! ${sink} name=a`] : []),
  ].join(' ');
}
