import type { RtspServer } from '../../src/media/gst/rtsp-server.ts';
import type { Clip, VideoClip } from './clip.ts';
import { launchOf, payloadersOf } from './launch.ts';
import type { Fault, Mount, SentFrames } from './options.ts';
import { Stream, type StreamControl } from './stream.ts';

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
  #sent: SentFrames = { firstFrame: -1, lastFrame: -1, frames: 0 };
  frozen = false;
  muted = false;

  constructor(mount: Mount, server: RtspServer, clip: Clip, second: VideoClip | null) {
    this.#mount = mount;
    this.#server = server;
    this.#path = `/${mount.path}`;
    this.#clip = clip;
    this.#sound = clip.audio;
    this.#second = second;
    this.#serve();
  }

  get sent(): SentFrames {
    return { ...this.#sent };
  }

  onSent(frame: number): void {
    if (this.#sent.frames++ === 0) this.#sent.firstFrame = frame;
    this.#sent.lastFrame = Math.max(this.#sent.lastFrame, frame);
  }

  /** True while there is a stream to feed. */
  tick(): boolean {
    for (const stream of this.#streams) {
      stream.tick();
      if (stream.ended) this.#streams.delete(stream);
    }
    return this.#streams.size > 0;
  }

  /** @param ms  for `jump` only. */
  fault(fault: Fault, ms: number): void {
    switch (fault) {
      case 'freeze':
        this.frozen = true;
        return;
      case 'unfreeze':
        this.#unfreeze();
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
      case 'jump':
        for (const stream of this.#streams) stream.shiftTimestamps(ms);
        return;
      case 'mute':
      case 'unmute':
        this.muted = fault === 'mute';
        return;
      case 'no-audio':
      case 'audio':
        this.#clip = { ...this.#clip, audio: fault === 'audio' ? this.#sound : null };
        if (this.#found) this.#serve();
        return;
      case 'resolution':
        this.#swapClips();
        return;
    }
  }

  #serve(): void {
    const { user, password, protocols, audioDelayMs, aligned } = this.#mount;
    this.#found = true;
    const clip = this.#clip;
    this.#server.mount(this.#path, {
      launch: launchOf(this.#mount, clip),
      protocols,
      credentials: user === undefined ? null : { user, password: password ?? '' },
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

  #unfreeze(): void {
    this.frozen = false;
    for (const stream of this.#streams) {
      if (!stream.startedFrozen) continue;
      // Its sink waits for a buffer that will never be due.
      this.#server.closeClients(this.#path);
      stream.end();
    }
  }

  #swapClips(): void {
    if (this.#second === null) throw new Error(`${this.#mount.path} has no secondClip`);
    const video = this.#second;
    this.#second = this.#clip.video;
    this.#clip = { ...this.#clip, video };
    for (const stream of this.#streams) stream.switchTo(video);
  }
}
