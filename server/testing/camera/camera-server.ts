import { setTimeout as sleep } from 'node:timers/promises';
import { RtspServer } from '../../src/media/gst/rtsp-server.ts';
import { cached } from './cache.ts';
import { CameraMount } from './camera-mount.ts';
import type { AudioClip, Clip, VideoClip } from './clip.ts';
import { encodeAudio, encodeVideo, readFile } from './encode.ts';
import { type Mount, type MountOptions, withDefaults } from './options.ts';

const TICK_MS = 5;
/** While no client plays: all there is to do is to answer requests. */
const IDLE_TICK_MS = 15;
const SESSION_CLEANUP_MS = 2_000;

type AuthMethod = 'basic' | 'digest' | null;

export interface CameraServerOptions {
  host: string;
  /** Of the first kind of authentication asked for; the others get any free port. 0: any free port. */
  port: number;
  /** Encoded clips are kept here. */
  cacheDir: string;
  /** A picture is being made; `fraction` from 0 to 1. */
  onProgress(path: string, fraction: number): void;
}

/** Simulated cameras in this process: a server each for mounts without, with Basic and with Digest authentication. */
export class CameraServer {
  readonly #options: CameraServerOptions;
  readonly #servers = new Map<AuthMethod, RtspServer>();
  readonly #mounts = new Map<string, CameraMount>();
  #tickTimer: NodeJS.Timeout;
  readonly #cleanUpTimer: NodeJS.Timeout;

  constructor(options: CameraServerOptions) {
    this.#options = options;
    this.#tickTimer = setTimeout(() => this.#tick(), TICK_MS);
    this.#cleanUpTimer = setInterval(() => this.#cleanUp(), SESSION_CLEANUP_MS);
  }

  /** Opens the port for this kind of authentication, unless it is open. @throws when it is taken. */
  listen(method: AuthMethod): RtspServer {
    const known = this.#servers.get(method);
    if (known !== undefined) return known;
    const port = this.#servers.size === 0 ? this.#options.port : 0;
    const server = new RtspServer({ address: this.#options.host, port, method });
    server.listen();
    this.#servers.set(method, server);
    return server;
  }

  /** Makes (or loads) the clip, then serves it; resolves with the URL, without credentials. */
  async add(options: MountOptions): Promise<string> {
    const mount = withDefaults(options);
    const server = this.listen(mount.user === undefined ? null : (mount.authMethod ?? 'digest'));
    const clip = await this.#clipOf(mount);
    const second = mount.secondClip === undefined ? null : await this.#videoOf({ ...mount, ...mount.secondClip });
    this.#mounts.set(mount.path, new CameraMount(mount, server, clip, second));
    return `rtsp://${this.#options.host}:${server.port}/${mount.path}`;
  }

  /** @throws when there is no such mount. */
  get(path: string): CameraMount {
    const mount = this.#mounts.get(path);
    if (mount === undefined) throw new Error(`no mount ${path}`);
    return mount;
  }

  async close(): Promise<void> {
    for (const server of this.#servers.values()) {
      server.stopListening();
      server.closeClients(null);
    }
    await sleep(IDLE_TICK_MS * 3);
    clearTimeout(this.#tickTimer);
    clearInterval(this.#cleanUpTimer);
  }

  #tick(): void {
    RtspServer.iterate();
    let playing = false;
    for (const mount of this.#mounts.values()) playing = mount.tick() || playing;
    this.#tickTimer = setTimeout(() => this.#tick(), playing ? TICK_MS : IDLE_TICK_MS);
  }

  #cleanUp(): void {
    for (const server of this.#servers.values()) server.cleanUpSessions();
  }

  async #clipOf(mount: Mount): Promise<Clip> {
    const { audio, file, look } = mount;
    if (file !== undefined) return readFile(file, audio !== 'none');
    if (audio === 'none') return { video: await this.#videoOf(mount), audio: null };
    const sound = await cached<AudioClip>(this.#options.cacheDir, { audio, look }, () => encodeAudio(audio, look));
    return { video: await this.#videoOf(mount), audio: sound };
  }

  #videoOf(mount: Mount): Promise<VideoClip> {
    const { video, width, height, fps, gopFrames, bitrateKbps, bFrames, loopSeconds, name, look, picture } = mount;
    const key = { video, width, height, fps, gopFrames, bitrateKbps, bFrames, loopSeconds, name, look, picture };
    const report = (fraction: number) => this.#options.onProgress(mount.path, fraction);
    return cached(this.#options.cacheDir, key, () => encodeVideo(mount, report));
  }
}
