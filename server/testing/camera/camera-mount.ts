import type { RtspServer } from '../../src/media/gst/rtsp-server.ts';
import type { Clip, VideoClip } from './clip.ts';
import { launchOf, payloadersOf } from './launch.ts';
import type { Fault, FaultValue, Mount, SentFrames, SentPicture } from './options.ts';
import { Stream, type StreamControl, wallMs } from './stream.ts';

const keptPictures = 10_000;

/** One simulated camera on its server, with its faults. */
export class CameraMount implements StreamControl {
  readonly #mount: Mount;
  readonly #server: RtspServer;
  readonly #path: string;
  readonly #streams = new Set<Stream>();
  readonly #sound: Clip['audio'];
  #clip: Clip;
  #second: VideoClip | null;
  #found = true;
  #password: string;
  /** Clients are thrown out so long after they begin to play. */
  #stormMs: number | null = null;
  #sent: SentFrames = { firstFrame: -1, lastFrame: -1, frames: 0 };
  #sentPictures: SentPicture[] = [];
  frozen = false;
  muted = false;
  withoutPicture = false;
  withoutKeyframes = false;
  ratePpm = 0;

  constructor(mount: Mount, server: RtspServer, clip: Clip, second: VideoClip | null) {
    this.#mount = mount;
    this.#server = server;
    this.#path = `/${mount.path}`;
    this.#clip = clip;
    this.#sound = clip.audio;
    this.#second = second;
    this.#password = mount.password ?? '';
    this.#serve();
  }

  get sent(): SentFrames {
    return { ...this.#sent };
  }

  /** When the newest pictures were sent, oldest first. */
  get sentPictures(): SentPicture[] {
    return [...this.#sentPictures];
  }

  onSent(frame: number, drawn: number): void {
    this.#sentPictures.push({ drawn, atMs: wallMs() });
    if (this.#sentPictures.length > 2 * keptPictures) this.#sentPictures = this.#sentPictures.slice(-keptPictures);
    if (this.#sent.frames++ === 0) this.#sent.firstFrame = frame;
    this.#sent.lastFrame = Math.max(this.#sent.lastFrame, frame);
  }

  onPlay(): void {
    if (this.#stormMs !== null) setTimeout(() => this.#server.closeClients(this.#path), this.#stormMs);
  }

  /** True while there is a stream to feed. */
  tick(): boolean {
    for (const stream of this.#streams) {
      stream.tick();
      if (stream.ended) this.#streams.delete(stream);
    }
    return this.#streams.size > 0;
  }

  fault(fault: Fault, value: FaultValue): void {
    switch (fault) {
      case 'freeze':
        this.frozen = true;
        return;
      case 'unfreeze':
        this.frozen = false;
        this.#throwOut(({ startedFrozen }) => startedFrozen);
        return;
      case 'drop':
        this.#server.closeClients(this.#path);
        return;
      case 'refuse':
        this.#server.stopListening();
        return;
      case 'accept':
        this.#server.listen();
        return;
      case 'not-found':
        this.#found = false;
        this.#server.unmount(this.#path);
        return;
      case 'found':
        this.#serve();
        return;
      case 'storm':
      case 'calm':
        this.#stormMs = fault === 'storm' ? Number(value) : null;
        return;
      case 'password':
        this.#password = String(value);
        this.#serve();
        return;
      case 'jump':
        for (const stream of this.#streams) stream.shiftTimestamps(Number(value));
        return;
      case 'rate':
        this.ratePpm = Number(value);
        return;
      case 'mute':
      case 'unmute':
        this.muted = fault === 'mute';
        return;
      case 'no-picture':
        this.withoutPicture = true;
        return;
      case 'picture':
        this.withoutPicture = false;
        this.#throwOut(({ startedWithoutPicture }) => startedWithoutPicture);
        return;
      case 'no-keyframes':
      case 'keyframes':
        this.withoutKeyframes = fault === 'no-keyframes';
        return;
      case 'no-audio':
      case 'audio':
        this.#clip = { ...this.#clip, audio: fault === 'audio' ? this.#sound : null };
        if (this.#found) this.#serve();
        return;
      case 'resolution': {
        const video = this.#swapClips();
        for (const stream of this.#streams) stream.switchTo(video);
        return;
      }
      case 'codec':
        this.#swapClips();
        this.#serve();
        this.#throwOut(() => true);
        return;
    }
  }

  #serve(): void {
    const { user, protocols, audioDelayMs, aligned } = this.#mount;
    this.#found = true;
    const clip = this.#clip;
    this.#server.mount(this.#path, {
      launch: launchOf(this.#mount, clip),
      shared: true,
      protocols,
      credentials: user === undefined ? null : { user, password: this.#password },
      onMedia: (media) => {
        const payloaders = payloadersOf(this.#mount, clip);
        const firstFrame = this.#sent.lastFrame + 1;
        const current = { video: this.#clip.video, audio: clip.audio };
        this.#streams.add(
          new Stream(media, { clip: current, aligned, payloaders, audioDelayMs, firstFrame, control: this }),
        );
      },
    });
  }

  /** Where the sink waits for a buffer that will never be due, nothing else helps. */
  #throwOut(concerned: (stream: Stream) => boolean): void {
    for (const stream of this.#streams) {
      if (!concerned(stream)) continue;
      this.#server.closeClients(this.#path);
      stream.end();
    }
  }

  #swapClips(): VideoClip {
    if (this.#second === null) throw new Error(`${this.#mount.path} has no secondClip`);
    const video = this.#second;
    this.#second = this.#clip.video;
    this.#clip = { ...this.#clip, video };
    return video;
  }
}
