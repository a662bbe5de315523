import type { AppSrc } from '../../src/media/gst/index.ts';
import type { RtspMedia } from '../../src/media/gst/rtsp-media.ts';
import type { AudioClip, Clip, VideoClip } from './clip.ts';
import type { Payloaders } from './launch.ts';
import { type FrameStamp, stampNal } from './stamp.ts';

/** A new stream is not checked for having been taken down before it is this old. */
const BRING_UP_MS = 2_000;
/** Never reached: a buffer that is there for the server's DESCRIBE and is not sent. */
const NEVER_MS = 3_600_000;

/** What the mount decides while its streams run, and what they report. */
export interface StreamControl {
  readonly frozen: boolean;
  readonly muted: boolean;
  readonly withoutPicture: boolean;
  readonly withoutKeyframes: boolean;
  /** Of the RTP timestamps, above that of the wall clock. */
  readonly ratePpm: number;
  /** @param drawn The number in the picture. */
  onSent(frame: number, drawn: number): void;
  onPlay(): void;
}

interface StreamOptions {
  clip: Clip;
  /** Begin with any frame, so that the loop keeps to the wall clock; else with a keyframe. */
  aligned: boolean;
  /** Elements that make RTP timestamps. */
  payloaders: Payloaders;
  audioDelayMs: number;
  /** Number of the first frame. */
  firstFrame: number;
  control: StreamControl;
}

/** Feeds one `RtspMedia` from a clip in step with the wall clock, from its first client until its last. */
export class Stream {
  readonly #media: RtspMedia;
  readonly #options: StreamOptions;
  readonly #control: StreamControl;
  readonly #videoSource: AppSrc;
  readonly #audioSource: AppSrc | null;
  /** Unix time of running time 0. */
  readonly #originMs: number;
  readonly #audio: AudioClip | null;
  #frame: number;
  #video: VideoClip;
  #nextVideo: VideoClip | null = null;
  #videoAt: Position;
  #audioAt: Position | null = null;
  #waitForKeyframe = false;
  #ended = false;
  /** From capture to sending: from the first frame, made for the DESCRIBE, to the client's PLAY. Null until then. */
  #latencyMs: number | null = null;
  /** Loop time + this = Unix time. */
  readonly #shiftMs: number;
  readonly startedFrozen: boolean;
  readonly startedWithoutPicture: boolean;
  /** Up to when RTP timestamps have run at a wrong rate. */
  #ratedMs: number;
  /** All shifts of the time stamps so far. */
  #shiftedMs = 0;

  constructor(media: RtspMedia, options: StreamOptions) {
    const { clip } = options;
    this.#media = media;
    this.#options = options;
    this.#control = options.control;
    this.#frame = options.firstFrame;
    this.#video = clip.video;
    this.#audio = clip.audio;
    this.startedFrozen = options.control.frozen;
    this.startedWithoutPicture = options.control.withoutPicture;
    this.#videoSource = media.appSrc('video');
    this.#audioSource = clip.audio === null ? null : media.appSrc('audio');
    this.#videoSource.setCaps(clip.video.caps);
    if (clip.audio !== null) this.#audioSource?.setCaps(clip.audio.caps);
    this.#originMs = wallMs() - media.runningTimeNs() / 1e6;
    const now = wallMs();
    this.#videoAt = positionAt(this.#video, now);
    if (!options.aligned) stepBackToKeyframe(this.#video, this.#videoAt);
    this.#shiftMs = options.aligned ? 0 : now - timeAt(this.#video, this.#videoAt, 'dueMs');
    this.#ratedMs = now;
    if (this.startedFrozen || this.startedWithoutPicture) this.#pushBeyond();
    else while (!this.#pushVideo());
    if (clip.audio !== null) this.#startAudio(clip.audio, now - this.#shiftMs + options.audioDelayMs);
    media.onPlay(() => {
      this.#latencyMs = wallMs() - now;
      options.control.onPlay();
    });
  }

  /** Its last client left. */
  get ended(): boolean {
    return this.#ended;
  }

  /** From the next keyframe; both clips have the same frame times. */
  switchTo(video: VideoClip): void {
    this.#nextVideo = video;
  }

  /** Back at most to the stream's beginning: before it GStreamer knows no time, and sends nothing. */
  shiftTimestamps(wishedMs: number): void {
    const least = this.#originMs - wallMs() - this.#shiftedMs + firstMs;
    const ms = wishedMs < 0 ? Math.max(wishedMs, Math.min(0, least)) : wishedMs;
    this.#shiftedMs += ms;
    const { video, audio } = this.#options.payloaders;
    this.#media.shiftTimestamps('video', video, ms * 1e6);
    if (audio !== null) this.#media.shiftTimestamps('audio', audio, ms * 1e6);
  }

  /** Hands over all that is due; call every few milliseconds. */
  tick(): void {
    if (this.#ended) return;
    if (this.#latencyMs === null || this.startedFrozen) {
      if (wallMs() - this.#originMs > BRING_UP_MS && this.#media.stopped) this.end();
      return;
    }
    this.#keepRate();
    const until = wallMs() - this.#latencyMs - this.#shiftMs;
    while (!this.#ended && timeAt(this.#video, this.#videoAt, 'dueMs') <= until) this.#pushVideo();
    while (!this.#ended && this.#audio && this.#audioAt && timeAt(this.#audio, this.#audioAt, 'ptsMs') <= until) {
      this.#pushAudio(this.#audio, this.#audioAt);
    }
  }

  end(): void {
    this.#ended = true;
    this.#media.release();
  }

  /** A little each time, so that they run rather than jump. */
  #keepRate(): void {
    const now = wallMs();
    const { ratePpm } = this.#control;
    if (ratePpm !== 0) this.shiftTimestamps(((now - this.#ratedMs) * ratePpm) / 1e6);
    this.#ratedMs = now;
  }

  /** False when the frame is left out. */
  #pushVideo(): boolean {
    const frame = this.#video.frames[this.#videoAt.index];
    if (frame === undefined) throw new Error('position outside the clip');
    const { frozen, withoutPicture, withoutKeyframes } = this.#control;
    const silent = frozen || withoutPicture || this.startedWithoutPicture;
    if (silent) this.#waitForKeyframe = true;
    if (frame.keyframe || withoutKeyframes) this.#waitForKeyframe &&= silent;
    const sent = !this.#waitForKeyframe && !(frame.keyframe && withoutKeyframes);
    if (sent) {
      if (frame.keyframe) this.#switchClip();
      this.#send();
    }
    advance(this.#video, this.#videoAt);
    return sent;
  }

  #send(): void {
    const frame = this.#video.frames[this.#videoAt.index];
    if (frame === undefined) throw new Error('position outside the clip');
    const captureMs = timeAt(this.#video, this.#videoAt, 'ptsMs') + this.#shiftMs;
    const data = stamped(this.#video, frame, { wallMs: captureMs, frame: this.#frame });
    const ptsNs = Math.max(0, captureMs - this.#originMs) * 1e6;
    const result = this.#videoSource.push(data, { ptsNs, keyframe: frame.keyframe });
    const drawn = Math.round((frame.ptsMs * this.#video.frames.length) / this.#video.durationMs);
    if (result === 'ok') this.#control.onSent(this.#frame++, drawn);
    else this.end();
  }

  #switchClip(): void {
    if (this.#nextVideo === null) return;
    this.#video = this.#nextVideo;
    this.#nextVideo = null;
    this.#videoSource.setCaps(this.#video.caps);
  }

  #startAudio(audio: AudioClip, fromMs: number): void {
    const position = positionAt(audio, fromMs);
    if (!this.#control.muted && !this.startedFrozen) {
      this.#audioAt = position;
      this.#pushAudio(audio, position);
    } else {
      this.#audioSource?.push(audio.frames[0]?.data ?? Buffer.alloc(0), { ptsNs: NEVER_MS * 1e6 });
    }
  }

  #pushAudio(audio: AudioClip, position: Position): void {
    const frame = audio.frames[position.index];
    const ptsMs = timeAt(audio, position, 'ptsMs') + this.#shiftMs - this.#originMs;
    const durationNs = (audio.durationMs / audio.frames.length) * 1e6;
    if (frame !== undefined && !this.#control.muted && !this.#control.frozen) {
      const result = this.#audioSource?.push(frame.data, { ptsNs: Math.max(0, ptsMs) * 1e6, durationNs });
      if (result !== 'ok') this.end();
    }
    advance(audio, position);
  }

  #pushBeyond(): void {
    this.#videoSource.push(this.#video.frames[0]?.data ?? Buffer.alloc(0), { ptsNs: NEVER_MS * 1e6 });
  }
}

/** A place in a clip that repeats for ever; round 0 began at the Unix epoch. */
interface Position {
  round: number;
  index: number;
}

/** The first picture after a jump back is not before the stream's beginning, whatever waits to be sent. */
const firstMs = 100;

type Looped = { durationMs: number; frames: Array<{ ptsMs: number; dueMs?: number }> };

/** The first frame at or after `ms`. */
function positionAt(clip: Looped, ms: number): Position {
  const position = { round: Math.floor(ms / clip.durationMs), index: 0 };
  while (timeAt(clip, position, 'dueMs') < ms) advance(clip, position);
  return position;
}

function stepBackToKeyframe(clip: VideoClip, position: Position): void {
  while (clip.frames[position.index]?.keyframe === false) position.index -= 1;
}

function advance(clip: Looped, position: Position): void {
  position.index += 1;
  if (position.index < clip.frames.length) return;
  position.index = 0;
  position.round += 1;
}

/** Milliseconds since the epoch when the loop is not shifted. */
function timeAt(clip: Looped, { round, index }: Position, field: 'ptsMs' | 'dueMs'): number {
  const frame = clip.frames[index];
  return round * clip.durationMs + (frame?.[field] ?? frame?.ptsMs ?? 0);
}

function stamped(clip: VideoClip, { data, stampOffset }: VideoClip['frames'][number], stamp: FrameStamp): Buffer {
  const nal = stampNal(clip.codec, stamp);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(nal.length);
  return Buffer.concat([data.subarray(0, stampOffset), length, nal, data.subarray(stampOffset)]);
}

let offsetMs = performance.timeOrigin;

/** Unix milliseconds with fraction: as even as the monotonic clock, following steps of the system clock. */
export function wallMs(): number {
  const ms = performance.now() + offsetMs;
  const system = Date.now();
  if (Math.abs(ms - system) < 5) return ms;
  offsetMs += system - ms;
  return system;
}
