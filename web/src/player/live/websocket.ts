import type { ErrorCode } from '@nightjar/contract';
import { liveUrl } from '../../api/media-urls.ts';
import { CatchUp } from './catch-up.ts';
import { mutedMime, muteMedia } from './fragments.ts';
import { MediaFeed, type Run } from './media-feed.ts';
import { canPlay } from './media-source.ts';
import type { LiveTransport, TransportOptions } from './transport.ts';

/** What the recorder says in text messages; media are binary ones. */
type Message =
  | { type: 'run'; mime: string; startMs: number; nowMs: number }
  | { type: 'gap' }
  | { type: 'clock'; nowMs: number }
  | { type: 'error'; code: ErrorCode; message: string };

const steerEveryMs = 100;

/** fMP4 over a WebSocket into Media Source Extensions: each frame as it comes, played at the rate that keeps it young. */
export function openWebSocket(options: TransportOptions): LiveTransport {
  return new WebSocketTransport(options);
}

class WebSocketTransport implements LiveTransport {
  readonly #options: TransportOptions;
  readonly #socket: WebSocket;
  readonly #feed: MediaFeed;
  readonly #catchUp: CatchUp;
  readonly #steering: number;
  #receivedBytes = 0;
  #run: Run | null = null;
  #ready = false;
  #ended = false;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { video, source, withSound } = options;
    this.#catchUp = new CatchUp(withSound);
    const address = new URL(liveUrl(source, 'ws'), location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.#socket = new WebSocket(address);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') this.#onMessage(JSON.parse(data) as Message);
      else this.#onMedia(data);
    };
    this.#socket.onclose = () => this.#fail({ code: 'offline', message: 'The connection to the recorder broke.' });
    this.#feed = new MediaFeed({
      video,
      onAppend: (endS) => {
        if (endS !== null) this.#catchUp.onArrival(endS, performance.now());
      },
      onFailure: (failure) => this.#fail(failure),
    });
    video.addEventListener('waiting', this.#onDry);
    this.#steering = window.setInterval(() => this.#steer(), steerEveryMs);
  }

  latencyMs(): number | null {
    const { video, clock } = this.#options;
    const shownMs = video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? this.#feed.utcMs(video.currentTime) : null;
    return shownMs === null ? null : clock.nowMs - shownMs;
  }

  receivedBytes(): number {
    return this.#receivedBytes;
  }

  destroy(): void {
    this.#ended = true;
    window.clearInterval(this.#steering);
    const { video } = this.#options;
    video.removeEventListener('waiting', this.#onDry);
    video.playbackRate = 1;
    this.#socket.onmessage = null;
    this.#socket.close();
    this.#feed.destroy();
  }

  #onMessage(message: Message): void {
    switch (message.type) {
      case 'run': {
        this.#options.clock.hear(message.nowMs, Date.now());
        const mime = this.#options.withSound ? message.mime : mutedMime(message.mime);
        if (!canPlay(mime)) this.#fail({ code: 'unsupported', message: 'This browser cannot play the video format.' });
        this.#run = { mime, startMs: message.startMs };
        this.#catchUp.onRun();
        return;
      }
      case 'clock':
        this.#options.clock.hear(message.nowMs, Date.now());
        return;
      case 'error':
        this.#fail({ code: message.code, message: message.message });
        return;
      case 'gap':
        // The hole is jumped over when it is reached.
        return;
    }
  }

  #onMedia(bytes: ArrayBuffer): void {
    this.#receivedBytes += bytes.byteLength;
    if (!this.#options.withSound && !muteMedia(bytes)) return;
    if (this.#run) {
      this.#feed.begin(this.#run, bytes);
      this.#run = null;
      return;
    }
    this.#feed.append(bytes);
    if (this.#ready) return;
    this.#ready = true;
    this.#options.onReady();
  }

  readonly #onDry = (): void => this.#catchUp.onDry(performance.now());

  #steer(): void {
    const { video } = this.#options;
    const { endS } = this.#feed;
    if (endS === null || video.seeking) return;
    const pastHoleS = this.#feed.pastHoleS;
    const { rate, jump } = this.#catchUp.step(video.currentTime, endS, performance.now());
    if (jump || pastHoleS !== null) video.currentTime = Math.max(pastHoleS ?? 0, endS - this.#catchUp.targetS);
    if (video.playbackRate !== rate) video.playbackRate = rate;
  }

  #fail(failure: Parameters<TransportOptions['onFailure']>[0]): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#options.onFailure(failure);
  }
}
