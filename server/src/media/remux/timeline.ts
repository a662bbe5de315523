import type { AudioConfig } from '../access-unit.ts';
import type { Sample } from '../fmp4/index.ts';
import { videoTimescale } from '../fmp4/layout.ts';
import { silenceOf } from './plan.ts';
import { SoundTrack } from './sound.ts';
import type { SourceHead } from './source.ts';
import type { MuxFrame } from './writer.ts';

/** AAC-LC: samples of a frame. */
const usualFrameSamples = 1_024;

/**
 * Places the samples of runs in one file: the time in it is the time of the recorder's clock since its first picture,
 * gaps included. Where the clock was set back, a run begins right behind the one before it.
 */
export class OutputTimeline {
  readonly #audio: AudioConfig | null;
  /** UTC of time 0 of the file. */
  #originMs: number | null = null;
  #runId = '';
  /** Of the run's media time 0 in the file. */
  #runNs = 0;
  #firstShownNs = 0;
  #shownUntilNs = 0;
  #decodedUntilNs = 0;
  #sound: SoundTrack | null = null;
  #toMs = 0;

  constructor(audio: AudioConfig | null) {
    this.#audio = audio;
  }

  /** UTC of the first picture, Unix milliseconds with fraction. */
  get fromMs(): number {
    return (this.#originMs ?? 0) + this.#firstShownNs / 1e6;
  }

  /** UTC of the end of the last picture. */
  get toMs(): number {
    return this.#toMs;
  }

  /** The samples of a block, pictures first, the very first a keyframe; if `soundOnly`, the sound before the last picture's end. */
  *place(samples: readonly Sample[], head: SourceHead, soundOnly = false): Generator<MuxFrame, void> {
    if (!soundOnly) for (const sample of samples) if (sample.track === 'video') yield this.#video(sample, head);
    const sound = this.#sound;
    if (!sound) return;
    for (const sample of samples) {
      if (sample.track === 'audio') yield* this.#placeSound(sound, sample, head, soundOnly);
    }
    if (!head.audio) yield* sound.silenceUntil(this.#decodedUntilNs);
  }

  #video(sample: Sample, head: SourceHead): MuxFrame {
    if (this.#originMs === null) this.#begin(sample, head);
    if (head.info.runId !== this.#runId) this.#enter(sample, head);
    const ptsNs = this.#runNs + nsOf(sample.pts, videoTimescale);
    const dtsNs = this.#runNs + nsOf(sample.dts, videoTimescale);
    const durationNs = nsOf(sample.duration, videoTimescale);
    this.#decodedUntilNs = dtsNs + durationNs;
    this.#shownUntilNs = Math.max(this.#shownUntilNs, ptsNs + durationNs);
    const endMs = head.info.runStartMs + ((sample.pts + sample.duration) * 1_000) / videoTimescale;
    this.#toMs = Math.max(this.#toMs, endMs);
    return { track: 'video', data: sample.data, ptsNs, dtsNs, durationNs, keyframe: sample.keyframe };
  }

  #begin(first: Sample, { info }: SourceHead): void {
    this.#originMs = info.runStartMs + (first.dts * 1_000) / videoTimescale;
    this.#firstShownNs = nsOf(first.pts - first.dts, videoTimescale);
    if (!this.#audio) return;
    const frameNs = (usualFrameSamples * 1e9) / this.#audio.sampleRate;
    this.#sound = new SoundTrack(silenceOf(this.#audio), frameNs, this.#firstShownNs);
  }

  #enter(first: Sample, { info }: SourceHead): void {
    this.#runId = info.runId;
    this.#runNs = (info.runStartMs - (this.#originMs ?? 0)) * 1e6;
    const beginNs = this.#runNs + nsOf(first.dts, videoTimescale);
    this.#runNs += Math.max(this.#decodedUntilNs - beginNs, 0);
  }

  *#placeSound(
    sound: SoundTrack,
    { data, pts, duration }: Sample,
    head: SourceHead,
    onlyBeforeEnd: boolean,
  ): Generator<MuxFrame, void> {
    const rate = head.audio?.sampleRate;
    if (rate === undefined || head.info.runId !== this.#runId) return;
    const beginNs = this.#runNs + nsOf(pts, rate);
    if (onlyBeforeEnd && beginNs >= this.#shownUntilNs) return;
    yield* sound.add({ data, beginNs, durationNs: nsOf(duration, rate) });
  }
}

const nsOf = (ticks: number, timescale: number): number => (ticks * 1e9) / timescale;
