import type { AppSrc } from '../media/gst/index.ts';
import type { RtspMedia } from '../media/gst/rtsp-media.ts';
import { audioCaps, parameterSetsOf, videoCaps } from './access-units.ts';
import type { OutputFrame, StreamConfig } from './protocol.ts';

/** A frame as it goes to all readers. Pictures are byte streams. */
export type ReaderFrame = OutputFrame;

const msToNs = 1e6;
/** Running time of the first picture; what goes before it, for the DESCRIBE, fits in. */
const firstMs = 1_000;
/** A frame of AAC lasts 1024 samples. */
const soundFrame = 1024;
/** Between runs whose times do not follow on each other. */
const breakMs = 40;
/** The clock is corrected when it is wrong by more. */
const clockToleranceMs = 20;
/** Handed to GStreamer at a time, and each few milliseconds: what is past goes faster than it came, yet not as one burst. */
const maxQueuedBytes = 256 * 1024;
const bytesATurn = 32 * 1024;
/** A reader who is further behind is too slow. */
const maxDelayMs = 5_000;
/** Media that are not up by then have been given up. */
const bringUpMs = 2_000;

/** Feeds one client: from the newest keyframe on as fast as it takes it, then each frame as it comes. */
export class Reader {
  readonly #media: RtspMedia;
  readonly #video: AppSrc;
  readonly #audio: AppSrc | null;
  readonly #createdMs = performance.now();
  readonly #queue: Array<{ frame: ReaderFrame; sinceMs: number }> = [];
  /** Running time = UTC + this; null before the first picture. */
  #shiftMs: number | null = null;
  #newestMs = { video: Number.NEGATIVE_INFINITY, audio: Number.NEGATIVE_INFINITY };
  #playing = false;
  #over = false;

  /**
   * @param silence A frame of sound without a sound; needed when there is sound.
   * @param onPlay The client wants frames: they are to be given from a keyframe on.
   */
  constructor(media: RtspMedia, config: StreamConfig, silence: Buffer | null, onPlay: () => void) {
    this.#media = media;
    media.setRunningTime(firstMs * msToNs);
    this.#video = media.appSrc('video');
    this.#video.setCaps(videoCaps(config.video));
    // Packets of the first picture: the same time, and no marker.
    this.#video.push(parameterSetsOf(config.video), { ptsNs: firstMs * msToNs });
    this.#audio = config.audio && silence ? media.appSrc('audio') : null;
    if (config.audio && silence) {
      const frameMs = (soundFrame * 1000) / config.audio.sampleRate;
      this.#audio?.setCaps(audioCaps(config.audio));
      this.#audio?.push(silence, { ptsNs: (firstMs - frameMs) * msToNs, durationNs: frameMs * msToNs });
    }
    media.onPlay(() => {
      this.#playing = true;
      onPlay();
    });
  }

  get media(): RtspMedia {
    return this.#media;
  }

  get playing(): boolean {
    return this.#playing && !this.#over;
  }

  /** The client has left. */
  get over(): boolean {
    return this.#over;
  }

  /** Whether it does not take what it is given. */
  get tooSlow(): boolean {
    const [oldest] = this.#queue;
    return oldest !== undefined && performance.now() - oldest.sinceMs > maxDelayMs;
  }

  take(frame: ReaderFrame): void {
    this.#queue.push({ frame, sinceMs: performance.now() });
  }

  /** Hands on what is due; call after `take` and every few milliseconds. */
  pump(): void {
    let bytes = 0;
    for (let [next] = this.#queue; next && bytes < bytesATurn; [next] = this.#queue) {
      if (this.#over || this.#video.queuedBytes > maxQueuedBytes) return;
      this.#queue.shift();
      bytes += next.frame.data.length;
      this.#push(next.frame);
    }
  }

  /** Notices that the client is gone. */
  check(): void {
    if (performance.now() - this.#createdMs > bringUpMs && this.#media.stopped) this.end();
  }

  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#queue.length = 0;
    this.#media.release();
  }

  #push(frame: ReaderFrame): void {
    const { track, keyframe, data } = frame;
    if (track === 'video' && keyframe) this.#keepTime(frame.utcMs);
    if (this.#shiftMs === null) return;
    const atMs = frame.utcMs + this.#shiftMs;
    if (atMs < firstMs || (track === 'audio' && atMs <= this.#newestMs.audio)) return;
    this.#newestMs[track] = Math.max(this.#newestMs[track], atMs);
    const source = track === 'video' ? this.#video : this.#audio;
    const result = source?.push(data, { ptsNs: atMs * msToNs, keyframe, marker: true });
    if (result !== undefined && result !== 'ok') this.end();
  }

  /**
   * Before each keyframe: its time follows on the one before, and running time is what makes sender reports tell the UTC of
   * each frame.
   */
  #keepTime(utcMs: number): void {
    const newestMs = Math.max(this.#newestMs.video, this.#newestMs.audio);
    const runningMs = this.#media.runningTimeNs() / msToNs;
    const ageMs = Date.now() - utcMs;
    if (this.#shiftMs === null) this.#shiftMs = firstMs - utcMs;
    else if (utcMs + this.#shiftMs <= this.#newestMs.video || utcMs + this.#shiftMs > runningMs + 1000) {
      this.#shiftMs = newestMs + breakMs - utcMs;
    }
    const wantedMs = utcMs + this.#shiftMs + ageMs;
    if (Math.abs(wantedMs - runningMs) > clockToleranceMs) this.#media.setRunningTime(wantedMs * msToNs);
  }
}
