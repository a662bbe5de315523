import type { AudioConfig } from '../access-unit.ts';
import { videoTimescale } from '../fmp4/index.ts';
import { silenceOf } from '../remux/plan.ts';
import { SoundTrack } from '../remux/sound.ts';
import type { SourceHead } from '../remux/source.ts';
import type { MuxFrame } from '../remux/writer.ts';
import type { Cue, CueMaker } from './cues.ts';
import type { SourceFrame, SourceSound } from './gops.ts';

/** A picture on its way into a file. */
export interface OutFrame {
  source: SourceFrame;
  /** The source's, or what was encoded anew of it. */
  data: Buffer;
  /** As the source's times. */
  dts: number;
  /** Ticks until the next one. */
  duration: number;
  keyframe: boolean;
  anew: boolean;
}

interface TimelineOptions {
  /** null: the file has no sound. */
  audio: AudioConfig | null;
  speed: number;
  /** null: the times are not told. */
  cues: CueMaker | null;
}

export type Placed = { frame: MuxFrame; of: OutFrame | null } | { cue: Cue };

/** AAC-LC: samples of a frame. */
const usualFrameSamples = 1_024;

/**
 * Places pictures and sound in a file, one run and one stretch behind the other: gaps take no playing time. In a timelapse
 * time runs faster.
 */
export class ExportTimeline {
  readonly #audio: AudioConfig | null;
  readonly #speed: number;
  readonly #cues: CueMaker | null;
  #sound: SoundTrack | null = null;
  #waiting: SourceSound[] = [];
  #runId = '';
  /** Of the run's media time 0, ticks of the source's speed; null before the first picture. */
  #shift: number | null = null;
  /** Of the first picture: it is decoded at 0, and shown then. */
  #origin = 0;
  #shownUntil = 0;
  #lastDts = -1;
  #fromMs = 0;
  #toMs = 0;

  constructor({ audio, speed, cues }: TimelineOptions) {
    this.#audio = audio;
    this.#speed = speed;
    this.#cues = cues;
  }

  /** UTC of the first picture, Unix milliseconds with fraction. */
  get fromMs(): number {
    return this.#fromMs;
  }

  /** UTC of the end of the last picture. */
  get toMs(): number {
    return this.#toMs;
  }

  /** When the first picture is shown. */
  get originNs(): number {
    return this.#nsOf(this.#origin);
  }

  get durationMs(): number {
    return this.#nsOf(this.#shownUntil - this.#origin) / 1e6;
  }

  /** Pictures of one run, in decoding order, as many as are shown in disorder; and sound that lies among or behind them. */
  *place(frames: readonly OutFrame[], sounds: readonly SourceSound[], head: SourceHead): Generator<Placed, void> {
    for (const [at, frame] of frames.entries()) {
      if (this.#shift === null || head.info.runId !== this.#runId || this.#breaks(frame)) {
        yield* this.#beginStretch(frames.slice(at), head);
      }
      yield { frame: this.#picture(frame), of: frame };
    }
    if (head.info.runId !== this.#runId) return;
    this.#waiting.push(...sounds);
    yield* this.#soundUntilEnd(head);
    if (this.#cues) for (const cue of this.#cues.extend(this.#toMs)) yield { cue };
  }

  /** What is left. */
  *end(): Generator<Placed, void> {
    if (this.#cues) for (const cue of this.#cues.end()) yield { cue };
  }

  /** Whether footage is missing before this picture, or was left out since it does not belong to the export. */
  #breaks({ source }: OutFrame): boolean {
    return source.afterHole || source.dts + (this.#shift ?? 0) > this.#shownUntil + videoTimescale;
  }

  *#beginStretch(frames: readonly OutFrame[], { info, audio }: SourceHead): Generator<Placed, void> {
    const firstPts = Math.min(...frames.map(({ source }) => source.pts));
    const firstMs = Math.min(...frames.map(({ source }) => source.shownMs));
    if (this.#shift === null) {
      this.#origin = firstPts - Math.min(...frames.map(({ dts }) => dts));
      this.#shownUntil = this.#origin;
      this.#fromMs = firstMs;
      if (this.#audio) {
        const frameNs = (usualFrameSamples * 1e9) / this.#audio.sampleRate;
        this.#sound = new SoundTrack(silenceOf(this.#audio), frameNs, this.#nsOf(this.#origin));
      }
    }
    this.#shift = this.#shownUntil - firstPts;
    const firstSound = (firstPts * (audio?.sampleRate ?? 1)) / videoTimescale;
    this.#waiting = info.runId === this.#runId ? this.#waiting.filter(({ pts }) => pts >= firstSound) : [];
    this.#runId = info.runId;
    this.#toMs = firstMs;
    if (this.#cues) for (const cue of this.#cues.begin(firstMs, this.#nsOf(this.#shownUntil))) yield { cue };
  }

  #picture({ source, data, dts, duration, keyframe }: OutFrame): MuxFrame {
    const shift = this.#shift ?? 0;
    // Two runs may be decoded with different delays.
    this.#lastDts = Math.max(dts + shift, this.#lastDts + 1);
    const pts = source.pts + shift;
    this.#shownUntil = Math.max(this.#shownUntil, pts + duration);
    this.#toMs = Math.max(this.#toMs, source.shownMs + (duration * 1_000) / videoTimescale);
    const times = { ptsNs: this.#nsOf(pts), dtsNs: this.#nsOf(this.#lastDts), durationNs: this.#nsOf(duration) };
    return { track: 'video', data, ...times, keyframe };
  }

  *#soundUntilEnd(head: SourceHead): Generator<Placed, void> {
    const sound = this.#sound;
    if (!sound) return;
    const endNs = this.#nsOf(this.#shownUntil);
    const rate = head.audio?.sampleRate ?? 1;
    const later: SourceSound[] = [];
    for (const sample of this.#waiting) {
      const beginNs = this.#nsOf(this.#shift ?? 0) + (sample.pts * 1e9) / rate;
      if (beginNs >= endNs) later.push(sample);
      else {
        const durationNs = (sample.duration * 1e9) / rate;
        for (const frame of sound.add({ data: sample.data, beginNs, durationNs })) yield { frame, of: null };
      }
    }
    this.#waiting = later;
    if (!head.audio) for (const frame of sound.silenceUntil(endNs)) yield { frame, of: null };
  }

  #nsOf(ticks: number): number {
    return (ticks * 1e9) / videoTimescale / this.#speed;
  }
}
