import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { AccessUnit, AudioConfig, VideoConfig } from '../access-unit.ts';
import type { Chunk, RunInfo } from '../chunk.ts';
import { Chunker, codecStringOf, initSegment, reorderDepth } from '../fmp4/index.ts';
import { parseCaps, type Sample } from '../gst/index.ts';
import { MediaClock } from './media-clock.ts';

/** Receives a camera's media; `onRun` comes before the run's first chunk, `onRunEnd` after its last. */
export interface MediaConsumer {
  onRun(run: RunInfo): void;
  onChunk(chunk: Chunk): void;
  onRunEnd(): void;
}

export interface AssemblerOptions {
  cameraId: string;
  clock: Clock;
  /** Running time of the pipeline now, ns: the clock of all time stamps. */
  runningTimeNs: () => number;
  /** Sound is on its way: wait a little for its configuration before the first run. */
  expectsAudio: boolean;
  /** What puts sound in step with the picture; see `LipSync`. */
  audioShiftNs: () => number;
  /** Encoder delay to take off audio time stamps, samples. */
  audioDelaySamples: number;
  /** Reorder depths learned from earlier runs, by codec configuration; shared over reconnects. */
  learnedDepths: Map<string, number>;
  consumer: MediaConsumer;
}

/** Longest wait of video for the first sound, media time. */
const audioWaitNs = 1e9;
/** No sound comes before its time: this much too early, the camera did not tell how its tracks belong together. */
const audioAheadNs = 300e6;
/** A network stall delays sound less, or ends the stream. */
const audioBehindNs = 6e9;
/** A system clock that moved this far against the monotonic one was set, not slewed. */
const clockStepMs = 500;
/** Anchors closer than this are one clock; keeping the old one makes runs of one pipeline meet exactly. */
const sameAnchorMs = 50;

interface Anchor {
  utcMs: number;
  ptsNs: number;
}

/**
 * Turns the samples of one pipeline into runs of chunks. A new run begins, always at a keyframe, when the video or
 * audio configuration changes, sound first appears, the system clock steps, or frames turn out to be reordered.
 */
export class Assembler {
  readonly #options: AssemblerOptions;
  readonly #videoCaps = new ConfigReader(readVideoConfig);
  readonly #audioCaps = new ConfigReader(readAudioConfig);
  /** From the first keyframe on, while the sound's configuration is waited for. */
  #held: AccessUnit[] = [];
  #run: { chunker: Chunker; video: VideoConfig; audio: AudioConfig | null; depthKey: string; depth: number } | null =
    null;
  #anchor: Anchor | null = null;
  /** Why the next keyframe begins a new run; null while this one can go on. */
  #newRun: RunInfo['startedBy'] | null = 'connection';
  readonly #clock = new MediaClock();
  /** Moves sound whose time jumped apart from the picture's. */
  #audioShiftNs = 0;

  constructor(options: AssemblerOptions) {
    this.#options = options;
  }

  video(sample: Sample): void {
    if (sample.ptsNs === null) return;
    const config = this.#videoCaps.read(sample.caps);
    if (!config) return;
    const ptsNs = this.#clock.correct(sample.ptsNs, this.#options.runningTimeNs());
    const unit = accessUnit(sample, ptsNs);
    if (this.#run && config !== this.#run.video) this.#changeVideo();
    if (this.#run) {
      if (unit.keyframe && this.#newRun) this.#startRun(config, unit);
      else this.#emit(this.#run.chunker.pushVideo(unit));
      this.#checkReordering();
      return;
    }
    if (this.#held.length === 0 && !unit.keyframe) return;
    this.#held.push(unit);
    this.#startWhenReady(config);
  }

  audio(sample: Sample): void {
    if (sample.ptsNs === null) return;
    const config = this.#audioCaps.read(sample.caps);
    if (!config) return;
    if (this.#run && config !== this.#run.audio) {
      this.#newRun ??= 'configuration';
      return;
    }
    const delayNs = (this.#options.audioDelaySamples * 1e9) / config.sampleRate;
    this.#run?.chunker.pushAudio(accessUnit(sample, this.#correctAudio(sample.ptsNs) - delayNs));
  }

  /** Sound follows the picture's clock, so that the two stay in step; only a jump of its own is taken out. */
  #correctAudio(ptsNs: number): number {
    const arrivedNs = this.#options.runningTimeNs();
    const inStepNs = ptsNs + this.#options.audioShiftNs() + this.#clock.shiftNs;
    const correctedNs = inStepNs + this.#audioShiftNs;
    const jumped = correctedNs - arrivedNs > audioAheadNs || arrivedNs - correctedNs > audioBehindNs;
    if (jumped) this.#audioShiftNs += arrivedNs - correctedNs;
    return inStepNs + this.#audioShiftNs;
  }

  /** Call about once a second: ends the run when the system clock was set. True when it was. */
  checkClock(): boolean {
    if (!this.#anchor || this.#newRun === 'clock') return false;
    const stepped = Math.abs(distanceMs(this.#anchor, this.#anchorNow())) > clockStepMs;
    if (stepped) this.#newRun = 'clock';
    return stepped;
  }

  /** The pipeline has ended: what is pending becomes the last chunk. */
  end(): void {
    const config = this.#videoCaps.current;
    if (!this.#run && config && this.#held.length > 0) this.#startHeld(config);
    this.#endRun();
  }

  /** Another resolution or codec: frames up to the next keyframe belong to neither run. */
  #changeVideo(): void {
    this.#endRun();
    this.#held = [];
    this.#newRun ??= 'configuration';
  }

  #startWhenReady(config: VideoConfig): void {
    const first = this.#held[0];
    const last = this.#held.at(-1);
    if (!first || !last) return;
    const waiting = this.#options.expectsAudio && this.#audioCaps.current === null;
    if (!waiting || last.ptsNs - first.ptsNs >= audioWaitNs) this.#startHeld(config);
  }

  #startHeld(config: VideoConfig): void {
    const [first, ...rest] = this.#held;
    this.#held = [];
    if (!first) return;
    this.#startRun(config, first);
    for (const unit of rest) this.#emit(this.#run?.chunker.pushVideo(unit) ?? []);
  }

  #startRun(video: VideoConfig, first: AccessUnit): void {
    this.#endRun();
    const { cameraId, learnedDepths, consumer } = this.#options;
    const audio = this.#audioCaps.current;
    const depthKey = video.codecData.toString('base64');
    const depth = learnedDepths.get(depthKey) ?? reorderDepth(video) ?? 0;
    const startedBy = this.checkClock() ? 'clock' : (this.#newRun ?? 'configuration');
    const now = this.#anchorNow();
    if (!this.#anchor || Math.abs(distanceMs(this.#anchor, now)) > sameAnchorMs) this.#anchor = now;
    const runId = randomUUID();
    const chunker = new Chunker({
      runId,
      video,
      audio,
      anchor: this.#anchor,
      reorderDepth: depth,
    });
    this.#run = { chunker, video, audio, depthKey, depth };
    this.#newRun = null;
    const codecStrings = [codecStringOf(video.codec, video.codecData)];
    if (audio) codecStrings.push(codecStringOf(audio.codec, audio.codecData));
    // The first frame tells the chunker when media time 0 is: before it, where frames are reordered.
    const chunks = chunker.pushVideo(first);
    const startMs = chunker.startMs ?? this.#anchor.utcMs;
    consumer.onRun({
      runId,
      cameraId,
      startMs,
      startedBy,
      video,
      audio,
      codecStrings,
      init: initSegment(video, audio),
    });
    this.#emit(chunks);
  }

  #endRun(): void {
    if (!this.#run) return;
    this.#emit(this.#run.chunker.flush());
    this.#run = null;
    this.#options.consumer.onRunEnd();
  }

  #checkReordering(): void {
    if (!this.#run) return;
    const { chunker, depthKey, depth } = this.#run;
    if (this.#newRun || chunker.learnedReorderDepth <= depth) return;
    this.#options.learnedDepths.set(depthKey, chunker.learnedReorderDepth);
    this.#newRun = 'configuration';
  }

  #emit(chunks: Chunk[]): void {
    for (const chunk of chunks) this.#options.consumer.onChunk(chunk);
  }

  #anchorNow(): Anchor {
    return { utcMs: this.#options.clock.nowMs(), ptsNs: this.#options.runningTimeNs() };
  }
}

/** How far apart two anchors put the same instant. */
const distanceMs = (a: Anchor, b: Anchor) => b.utcMs - a.utcMs - (b.ptsNs - a.ptsNs) / 1e6;

const accessUnit = ({ keyframe, data, ntpUnixMs }: Sample, ptsNs: number): AccessUnit => ({
  ptsNs,
  keyframe,
  data,
  cameraUnixMs: ntpUnixMs,
});

/** Reads a configuration from caps once per change; gives the same object while the configuration is the same. */
class ConfigReader<Config extends { codecData: Buffer }> {
  readonly #read: (caps: string) => Config | null;
  #caps = '';
  current: Config | null = null;

  constructor(read: (caps: string) => Config | null) {
    this.#read = read;
  }

  read(caps: string): Config | null {
    if (caps === this.#caps) return this.current;
    this.#caps = caps;
    const next = this.#read(caps);
    if (next && !(this.current && sameConfig(this.current, next))) this.current = next;
    return this.current;
  }
}

function sameConfig(a: { codecData: Buffer }, b: { codecData: Buffer }): boolean {
  const { codecData: aData, ...aRest } = a;
  const { codecData: bData, ...bRest } = b;
  return aData.equals(bData) && JSON.stringify(aRest) === JSON.stringify(bRest);
}

function readVideoConfig(caps: string): VideoConfig | null {
  const { name, fields } = parseCaps(caps);
  const { width, height, codec_data: codecData } = fields;
  if (typeof width !== 'number' || typeof height !== 'number' || !Buffer.isBuffer(codecData)) return null;
  return { codec: name === 'video/x-h265' ? 'h265' : 'h264', width, height, codecData };
}

function readAudioConfig(caps: string): AudioConfig | null {
  const { rate, channels, codec_data: codecData } = parseCaps(caps).fields;
  if (typeof rate !== 'number' || typeof channels !== 'number' || !Buffer.isBuffer(codecData)) return null;
  return { codec: 'aac', sampleRate: rate, channels, codecData };
}
