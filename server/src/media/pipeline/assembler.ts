import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { AccessUnit, AudioConfig, VideoConfig } from '../access-unit.ts';
import type { Chunk, RunInfo } from '../chunk.ts';
import { Chunker, codecStringOf, initSegment, reorderDepth } from '../fmp4/index.ts';
import { parseCaps, type Sample } from '../gst/index.ts';
import type { LiveFrame } from '../live-frame.ts';
import { MediaClock } from './media-clock.ts';
import { RunClock } from './run-clock.ts';

/** Receives a camera's media; `onRun` comes before the run's first chunk, `onRunEnd` after its last. */
export interface MediaConsumer {
  onRun(run: RunInfo): void;
  /** Each frame as it comes; `onChunk` has them again. */
  onFrame?(frame: LiveFrame): void;
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
  /** Reorder depths learned from earlier runs, by codec configuration, for those that do not tell; shared over reconnects. */
  learnedDepths: Map<string, number>;
  consumer: MediaConsumer;
}

/** So much is looked at before it is decided where the first frames belong; a chunk is not complete before. */
const beginningNs = 300e6;
/** Longest wait of video for the first sound. */
const audioWaitNs = 1e9;
/** Sound kept until the first picture's time is known: a few seconds of it. */
const maxHeldSound = 200;
/** No sound comes before its time: this much too early, the camera did not tell how its tracks belong together. */
const audioAheadNs = 300e6;
/** A network stall delays sound less, or ends the stream. */
const audioBehindNs = 6e9;

/** A frame with its own time, and when it came. */
interface Arrived {
  unit: AccessUnit;
  arrivedNs: number;
}

/**
 * Turns the samples of one pipeline into runs of chunks. A new run begins, always at a keyframe, when the video or
 * audio configuration changes, sound first appears, the system clock steps, or frames turn out to be reordered.
 */
export class Assembler {
  readonly #options: AssemblerOptions;
  readonly #videoCaps = new ConfigReader(readVideoConfig);
  readonly #audioCaps = new ConfigReader(readAudioConfig);
  /** From the first keyframe on, while the sound's configuration is waited for, and where the first frames belong. */
  #held: Arrived[] = [];
  #heldConfig: VideoConfig | null = null;
  #heldSound: Arrived[] = [];
  #sawVideo = false;
  #run: { chunker: Chunker; video: VideoConfig; audio: AudioConfig | null; depthKey: string; depth: number } | null =
    null;
  /** Why the next keyframe begins a new run; null while this one can go on. */
  #newRun: RunInfo['startedBy'] | null = 'connection';
  readonly #clock: RunClock;
  readonly #mediaClock = new MediaClock();
  /** Reorder depths that this connection has needed, against what the parameter sets say: its time may have faltered. */
  readonly #neededDepths = new Map<string, number>();
  /** Moves sound whose time jumped apart from the picture's. */
  #audioShiftNs = 0;

  constructor(options: AssemblerOptions) {
    this.#options = options;
    this.#clock = new RunClock(options.clock, options.runningTimeNs);
  }

  /** Frames have come, but none to begin with. */
  get waitsForKeyframe(): boolean {
    return this.#sawVideo && !this.#run && this.#held.length === 0;
  }

  video(sample: Sample): void {
    if (sample.ptsNs === null) return;
    const config = this.#videoCaps.read(sample.caps);
    if (!config) return;
    this.#sawVideo = true;
    const arrived = { unit: accessUnit(sample, sample.ptsNs), arrivedNs: this.#clock.nowNs() };
    if (config !== (this.#run?.video ?? this.#heldConfig)) this.#changeVideo(config);
    if (this.#run) {
      const unit = this.#corrected(arrived);
      if (unit.keyframe && this.#newRun) this.#startRun(config, unit);
      else this.#emit(this.#run.chunker.pushVideo(unit));
      this.#checkReordering();
      return;
    }
    if (this.#held.length === 0 && !sample.keyframe) return;
    this.#held.push(arrived);
    this.#startWhenReady();
  }

  audio(sample: Sample): void {
    if (sample.ptsNs === null) return;
    const config = this.#audioCaps.read(sample.caps);
    if (!config) return;
    const arrived = { unit: accessUnit(sample, sample.ptsNs), arrivedNs: this.#clock.nowNs() };
    if (!this.#run) this.#holdSound(arrived);
    else if (config === this.#run.audio) this.#pushSound(arrived);
    else this.#newRun ??= 'configuration';
  }

  #holdSound(sound: Arrived): void {
    this.#heldSound.push(sound);
    if (this.#heldSound.length > maxHeldSound) this.#heldSound.shift();
  }

  #pushSound({ unit, arrivedNs }: Arrived): void {
    if (!this.#run?.audio) return;
    const delayNs = (this.#options.audioDelaySamples * 1e9) / this.#run.audio.sampleRate;
    unit.ptsNs = this.#correctAudio(unit.ptsNs, arrivedNs) - delayNs;
    this.#run.chunker.pushAudio(unit);
  }

  /** Sound follows the picture's clock, so that the two stay in step; only a jump of its own is taken out. */
  #correctAudio(ptsNs: number, arrivedNs: number): number {
    const inStepNs = ptsNs + this.#options.audioShiftNs() + this.#mediaClock.shiftNs;
    const correctedNs = inStepNs + this.#audioShiftNs;
    const jumped = correctedNs - arrivedNs > audioAheadNs || arrivedNs - correctedNs > audioBehindNs;
    if (jumped) this.#audioShiftNs += arrivedNs - correctedNs;
    return inStepNs + this.#audioShiftNs;
  }

  /** Call about once a second: ends the run when the system clock was set. True when it was. */
  check(): boolean {
    this.#startWhenReady();
    const isSet = this.#clock.check();
    if (isSet) this.#newRun = 'clock';
    return isSet;
  }

  /** The pipeline has ended: what is pending becomes the last chunk. */
  end(): void {
    this.#startHeld();
    this.#endRun();
  }

  /** Another resolution or codec: frames up to the next keyframe belong to neither run. */
  #changeVideo(config: VideoConfig): void {
    this.#startHeld();
    this.#endRun();
    this.#heldConfig = config;
    this.#newRun ??= 'configuration';
  }

  #startWhenReady(): void {
    const [first] = this.#held;
    if (!first) return;
    const heldNs = this.#clock.nowNs() - first.arrivedNs;
    const waitsForSound = this.#options.expectsAudio && this.#audioCaps.current === null && heldNs < audioWaitNs;
    const isBegun = this.#mediaClock.begun || heldNs >= beginningNs;
    if (isBegun && !waitsForSound) this.#startHeld();
  }

  #startHeld(): void {
    const [first, ...rest] = this.#held;
    if (!first || !this.#heldConfig) return;
    const sound = this.#heldSound;
    this.#mediaClock.begin(this.#held.map(({ unit: { ptsNs }, arrivedNs }) => ({ ptsNs, arrivedNs })));
    this.#held = [];
    this.#heldSound = [];
    this.#startRun(this.#heldConfig, this.#corrected(first));
    for (const each of sound) this.#pushSound(each);
    for (const each of rest) this.#emit(this.#run?.chunker.pushVideo(this.#corrected(each)) ?? []);
  }

  #corrected({ unit, arrivedNs }: Arrived): AccessUnit {
    unit.ptsNs = this.#mediaClock.correct(unit.ptsNs, arrivedNs, this.#run?.depth !== 0);
    return unit;
  }

  #startRun(video: VideoConfig, first: AccessUnit): void {
    this.#endRun();
    const { cameraId, learnedDepths, consumer } = this.#options;
    const audio = this.#audioCaps.current;
    const depthKey = video.codecData.toString('base64');
    const toldDepth = reorderDepth(video);
    const depth = this.#neededDepths.get(depthKey) ?? toldDepth ?? learnedDepths.get(depthKey) ?? 0;
    const startedBy = this.#clock.check() ? 'clock' : (this.#newRun ?? 'configuration');
    const { anchor } = this.#clock;
    const runId = randomUUID();
    let early: LiveFrame[] | null = [];
    const onFrame = (frame: LiveFrame) => (early ? void early.push(frame) : consumer.onFrame?.(frame));
    const chunker = new Chunker({ runId, video, audio, anchor, reorderDepth: depth, onFrame });
    this.#run = { chunker, video, audio, depthKey, depth };
    this.#newRun = null;
    const codecStrings = [codecStringOf(video.codec, video.codecData)];
    if (audio) codecStrings.push(codecStringOf(audio.codec, audio.codecData));
    // The first frame tells the chunker when media time 0 is: before it, where frames are reordered.
    const chunks = chunker.pushVideo(first);
    const startMs = chunker.startMs ?? anchor.utcMs;
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
    for (const frame of early) consumer.onFrame?.(frame);
    early = null;
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
    this.#neededDepths.set(depthKey, chunker.learnedReorderDepth);
    this.#options.learnedDepths.set(depthKey, chunker.learnedReorderDepth);
    this.#newRun = 'configuration';
  }

  #emit(chunks: Chunk[]): void {
    for (const chunk of chunks) this.#options.consumer.onChunk(chunk);
  }
}

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
