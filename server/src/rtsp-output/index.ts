import { isIP } from 'node:net';
import type { CameraStore } from '../camera/store.ts';
import type { LiveHub } from '../live/hub.ts';
import type { LiveViewers } from '../live/viewers.ts';
import type { RunInfo } from '../media/chunk.ts';
import type { Logger } from '../shared/logger.ts';
import { readStreamId, streamIdOf } from '../shared/stream-id.ts';
import { ServerChild } from './child.ts';
import type { FromServer, StreamConfig } from './protocol.ts';
import { Subscription } from './subscription.ts';

interface RtspOutputParts {
  host: string;
  /** 0: there is no RTSP output. */
  port: number;
  /** null: open to everyone who reaches the port. */
  credentials: { user: string; password: string } | null;
  cameras: Pick<CameraStore, 'get' | 'list' | 'onChange'>;
  live: Pick<LiveHub, 'stream'>;
  viewers: Pick<LiveViewers, 'set'>;
  log: Logger;
}

const minRestartMs = 250;
const maxRestartMs = 30_000;
/** A server that lived so long did not die of being started. */
const steadyMs = 60_000;

/**
 * Serves every stream at `rtsp://HOST:PORT/ID` and `/ID/sub`, from the live media in memory. The server is a process of its
 * own; when it dies it is started again, and readers reconnect. Frames cross to it while somebody reads.
 */
export class RtspOutput {
  readonly #parts: RtspOutputParts;
  /** All streams, and what is known of them, whether or not the camera is there now; null before it first was. */
  readonly #streams = new Map<string, StreamConfig | null>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #wanted = new Set<string>();
  #child: ServerChild | null = null;
  #restart: NodeJS.Timeout | null = null;
  #restartMs = minRestartMs;
  #closed = false;

  constructor(parts: RtspOutputParts) {
    this.#parts = parts;
  }

  /** null: there is none. */
  get port(): number | null {
    return this.#parts.port || null;
  }

  start(): void {
    const { host, port, credentials, cameras, log } = this.#parts;
    if (port === 0) return;
    cameras.onChange(({ camera }) => this.#follow(camera.id));
    for (const { id } of cameras.list()) this.#follow(id);
    if (!credentials && !isLoopback(host)) {
      log.warn({ host, port }, 'RTSP output is open to the network without a password; set NIGHTJAR_RTSP_PASSWORD');
    }
    this.#spawn();
  }

  /** Of the server's process, while it is there. */
  get pids(): number[] {
    const pid = this.#child?.pid;
    return pid === undefined ? [] : [pid];
  }

  /** A camera's stream begins: this is what readers are told of it. */
  onRun(run: RunInfo): void {
    const { cameraId: streamId, video, audio } = run;
    // A removed camera's last words.
    if (!this.#streams.has(streamId)) return;
    this.#configure(streamId, { video, audio });
    if (this.#wanted.has(streamId)) this.#subscribe(streamId);
  }

  close(): void {
    this.#closed = true;
    if (this.#restart) clearTimeout(this.#restart);
    for (const streamId of [...this.#subscriptions.keys()]) this.#unsubscribe(streamId);
    this.#child?.kill();
  }

  /** The streams of a camera come and go with its settings. */
  #follow(cameraId: string): void {
    const camera = this.#parts.cameras.get(cameraId);
    const streams = { main: camera, sub: camera?.substream };
    for (const name of ['main', 'sub'] as const) {
      const streamId = streamIdOf(cameraId, name);
      if (!streams[name]) this.#remove(streamId);
      else if (!this.#streams.has(streamId)) this.#configure(streamId, null);
    }
  }

  #remove(streamId: string): void {
    if (!this.#streams.delete(streamId)) return;
    this.#wanted.delete(streamId);
    this.#unsubscribe(streamId);
    this.#child?.send({ type: 'remove', streamId });
  }

  #spawn(): void {
    const { host, port, credentials, log } = this.#parts;
    const startedMs = performance.now();
    const child = new ServerChild({
      onMessage: (message) => this.#onMessage(message),
      onExit: (reason) => this.#onExit(reason, performance.now() - startedMs),
      onOutput: (line) => log.debug({ part: 'rtsp' }, line),
    });
    this.#child = child;
    child.send({ type: 'listen', host, port, credentials });
    for (const [streamId, config] of this.#streams) this.#announce(streamId, config);
  }

  #onExit(reason: string, livedMs: number): void {
    this.#child = null;
    this.#wanted.clear();
    for (const streamId of [...this.#subscriptions.keys()]) this.#unsubscribe(streamId);
    this.#parts.viewers.set('rtsp', 0);
    if (this.#closed) return;
    this.#restartMs = livedMs > steadyMs ? minRestartMs : Math.min(this.#restartMs * 2, maxRestartMs);
    this.#parts.log.error({ reason }, 'the RTSP server died and is started again; recordings are not concerned');
    this.#restart = setTimeout(() => this.#spawn(), this.#restartMs);
  }

  #onMessage(message: FromServer): void {
    const { host, port, log, viewers } = this.#parts;
    switch (message.type) {
      case 'listening':
        log.info({ host, port: message.port }, 'RTSP output is ready');
        return;
      case 'not-listening':
        log.error(
          { host, port },
          `no RTSP output: ${message.reason}; free the port, or choose another with --rtsp-port (0: none)`,
        );
        return;
      case 'asked':
        this.#find(message.streamId);
        return;
      case 'wanted':
        this.#onWanted(message.streamId, message.wanted);
        return;
      case 'alive':
        viewers.set('rtsp', message.readers);
        return;
      case 'log':
        log[message.level]({ part: 'rtsp' }, message.message);
        return;
    }
  }

  /** A substream may be connected for viewers only: this makes it be. */
  #find(streamId: string): void {
    if (!this.#streams.has(streamId)) return;
    const { cameraId, stream } = readStreamId(streamId);
    this.#parts.live.stream(cameraId, stream);
  }

  #onWanted(streamId: string, wanted: boolean): void {
    // It may be removed by now.
    if (wanted && this.#streams.has(streamId)) {
      this.#wanted.add(streamId);
      this.#subscribe(streamId);
    } else {
      this.#wanted.delete(streamId);
      this.#unsubscribe(streamId);
    }
  }

  #subscribe(streamId: string): void {
    if (this.#subscriptions.has(streamId)) return;
    const { cameraId, stream } = readStreamId(streamId);
    const child = this.#child;
    if (!child) return;
    const subscription = new Subscription(this.#parts.live.stream(cameraId, stream), {
      get waitingBytes() {
        return child.waitingBytes;
      },
      run: ({ video, audio }) => this.#configure(streamId, { video, audio }),
      frames: (frames, bytes) => child.send({ type: 'frames', streamId, frames }, bytes),
      end: () => this.#subscriptions.delete(streamId),
    });
    this.#subscriptions.set(streamId, subscription);
  }

  #unsubscribe(streamId: string): void {
    this.#subscriptions.get(streamId)?.close();
    this.#subscriptions.delete(streamId);
  }

  #configure(streamId: string, config: StreamConfig | null): void {
    this.#streams.set(streamId, config);
    this.#announce(streamId, config);
  }

  #announce(streamId: string, config: StreamConfig | null): void {
    const { cameraId, stream } = readStreamId(streamId);
    const path = stream === 'sub' ? `/${cameraId}/sub` : `/${cameraId}`;
    this.#child?.send({ type: 'stream', streamId, path, config });
  }
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
