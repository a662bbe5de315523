import type { SocketMessage } from '../src/live/ws/socket-viewer.ts';
import { samplesOf } from '../src/media/fmp4/index.ts';
import type { LiveFrame } from '../src/media/live-frame.ts';
import { readFrameStamp, type VideoCodec } from './camera/index.ts';
import { waitFor } from './wait.ts';

/** Head of a request for a WebSocket (RFC 6455), of one who speaks it by hand. @param more Further header lines. */
export const upgradeRequest = (host: string, path: string, more: string[] = []): string =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...more,
    '\r\n',
  ].join('\r\n');

/** Watches a camera over the recorder's WebSocket and keeps what comes. */
export class FragmentViewer implements Disposable {
  readonly said: SocketMessage[] = [];
  readonly frames: LiveFrame[] = [];
  readonly inits: Buffer[] = [];
  closedWith: number | null = null;
  /** When the first fragment came, milliseconds after this was made. */
  firstFragmentMs: number | null = null;
  readonly #socket: WebSocket;
  #initIsNext = false;

  constructor(url: string) {
    const startedMs = performance.now();
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.addEventListener('close', ({ code }) => {
      this.closedWith = code;
    });
    this.#socket.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') {
        const message = JSON.parse(data) as SocketMessage;
        this.said.push(message);
        if (message.type === 'run') this.#initIsNext = true;
        return;
      }
      const bytes = Buffer.from(data as ArrayBuffer);
      if (this.#initIsNext) this.inits.push(bytes);
      else this.frames.push(...samplesOf(bytes));
      if (!this.#initIsNext) this.firstFragmentMs ??= performance.now() - startedMs;
      this.#initIsNext = false;
    });
  }

  get runs(): number {
    return this.said.filter(({ type }) => type === 'run').length;
  }

  /** Of the pictures, as the simulated camera stamped them. */
  counters(codec: VideoCodec): number[] {
    return this.frames
      .filter(({ track }) => track === 'video')
      .map(({ data }) => readFrameStamp(data, codec)?.frame ?? -1);
  }

  /** Resolves when so many more pictures have come. */
  async more(pictures: number): Promise<void> {
    const count = () => this.frames.filter(({ track }) => track === 'video').length;
    const wanted = count() + pictures;
    await waitFor(`${pictures} more pictures`, () => count() >= wanted);
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}
