import { silentFrame } from '../media/fmp4/silence.ts';
import type { RtspMedia } from '../media/gst/rtsp-media.ts';
import type { RtspServer } from '../media/gst/rtsp-server.ts';
import { byteStreamOf, parameterSetsOf } from './access-units.ts';
import { launchOf, launchOfNothing } from './launch.ts';
import type { OutputFrame, StreamConfig } from './protocol.ts';
import { Reader, type ReaderFrame } from './reader.ts';

interface FeedOptions {
  server: RtspServer;
  streamId: string;
  /** Begins with `/`. */
  path: string;
  credentials: { user: string; password: string } | null;
  onWanted(wanted: boolean): void;
  /** Somebody would read it, but what it is is not known. */
  onAsked(): void;
  log(message: string): void;
}

/** A stream on its way to its readers: its mount, the newest group of pictures while there is a reader, and the readers. */
export class Feed {
  readonly #options: FeedOptions;
  readonly #readers = new Set<Reader>();
  #config: StreamConfig | null;
  /** Since the newest keyframe. */
  #gop: ReaderFrame[] = [];
  /** In front of the next keyframe. */
  #newParameterSets: Buffer | null = null;
  #wanted = false;

  constructor(options: FeedOptions, config: StreamConfig | null) {
    this.#options = options;
    this.#config = config && playable(config);
    this.#mount();
  }

  get playing(): number {
    return [...this.#readers].filter(({ playing }) => playing).length;
  }

  /** Any reader at all: there is something to be pumped. */
  get busy(): boolean {
    return this.#readers.size > 0;
  }

  /** The next frames are of this kind. Readers go on, unless their session cannot carry it. */
  configure(given: StreamConfig): void {
    const config = playable(given);
    const before = this.#config;
    this.#config = config;
    const sameSets = before?.video.codecData.equals(config.video.codecData);
    const sameSession = sessionOf(config) === sessionOf(before);
    if (sameSets && sameSession) return;
    this.#newParameterSets = parameterSetsOf(config.video);
    this.#mount();
    if (sameSession || !before) return;
    this.#options.log('has another codec or other sound: its readers are disconnected');
    this.#closeAll();
  }

  onFrames(frames: readonly OutputFrame[]): void {
    for (const frame of frames) {
      const ready = this.#prepare(frame);
      if (ready.track === 'video' && ready.keyframe) this.#gop = [];
      else if (this.#gop.length === 0) continue;
      this.#gop.push(ready);
      for (const reader of this.#readers) if (reader.playing) reader.take(ready);
    }
    this.pump();
  }

  pump(): void {
    for (const reader of this.#readers) reader.pump();
  }

  /** Lets go who has left or does not keep up. Call now and then. */
  check(): void {
    const { server, path, log } = this.#options;
    for (const reader of this.#readers) {
      reader.check();
      if (reader.tooSlow) {
        log('a reader is too slow and is disconnected');
        server.closeClientsOf(path, reader.media);
        reader.end();
      }
      if (reader.over) this.#readers.delete(reader);
    }
    this.#tellWanted();
  }

  remove(): void {
    this.#options.server.unmount(this.#options.path);
    this.#closeAll();
  }

  #prepare(frame: OutputFrame): ReaderFrame {
    if (frame.track === 'audio') return frame;
    const stream = byteStreamOf(frame.data);
    if (!frame.keyframe || !this.#newParameterSets) return { ...frame, data: stream };
    const data = Buffer.concat([this.#newParameterSets, stream]);
    this.#newParameterSets = null;
    return { ...frame, data };
  }

  #mount(): void {
    const { server, path, credentials, onAsked } = this.#options;
    const config = this.#config;
    server.mount(path, {
      launch: config ? launchOf(config) : launchOfNothing,
      protocols: ['tcp', 'udp'],
      shared: false,
      credentials,
      onMedia: (media) => {
        if (config) {
          this.#admit(media, config);
          return;
        }
        media.release();
        onAsked();
      },
    });
  }

  #admit(media: RtspMedia, config: StreamConfig): void {
    const silence = config.audio && silentFrame(config.audio.channels);
    const reader: Reader = new Reader(media, config, silence, () => this.#onPlay(reader, config));
    this.#readers.add(reader);
  }

  #onPlay(reader: Reader, config: StreamConfig): void {
    // It asked before the stream became another.
    if (sessionOf(config) !== sessionOf(this.#config)) {
      setImmediate(() => this.#close(reader));
      return;
    }
    for (const frame of this.#gop) reader.take(frame);
    this.#tellWanted();
  }

  #close(reader: Reader): void {
    this.#options.server.closeClientsOf(this.#options.path, reader.media);
    reader.end();
  }

  #closeAll(): void {
    for (const reader of this.#readers) this.#close(reader);
    this.#readers.clear();
    this.#gop = [];
    this.#tellWanted();
  }

  #tellWanted(): void {
    const wanted = this.playing > 0;
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (!wanted) this.#gop = [];
    this.#options.onWanted(wanted);
  }
}

/** Surround sound has no silence to begin with, and no camera has been seen to send it. */
function playable({ video, audio }: StreamConfig): StreamConfig {
  return { video, audio: audio && silentFrame(audio.channels) ? audio : null };
}

/** What cannot change without a new DESCRIBE. */
function sessionOf(config: StreamConfig | null): string {
  if (!config) return 'unknown';
  const { video, audio } = config;
  return `${video.codec} ${audio ? `${audio.sampleRate} ${audio.channels} ${audio.codecData.toString('hex')}` : 'silent'}`;
}
