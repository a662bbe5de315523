import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { CamerasOptions, Reply, Request } from './ipc.ts';
import type { Fault, FaultValue, MountOptions, SentFrames, SentPicture } from './options.ts';

export type { CamerasOptions } from './ipc.ts';
export type { AudioCodec, Fault, FaultValue, MountOptions, SentFrames, SentPicture } from './options.ts';
export { type FrameStamp, readFrameStamp, type VideoCodec } from './stamp.ts';

/**
 * Starts simulated cameras in a process of their own; resolves when all serve.
 * @param inside what runs a command elsewhere when put before it, as in another network.
 * @throws when the port is taken or a picture cannot be made.
 */
export async function startCameras(options: CamerasOptions, inside: string[] = []): Promise<SimulatedCameras> {
  const [execPath = process.execPath, ...before] = [...inside, process.execPath];
  const child = fork(new URL('./main.ts', import.meta.url), {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    ...(inside.length > 0 && { execPath, execArgv: before }),
  });
  const link = new Link(child);
  try {
    const urls = (await link.request({ type: 'start', options })) as Record<string, string>;
    return new SimulatedCameras(child, link, urls);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

export class SimulatedCameras implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #link: Link;
  readonly #urls: Record<string, string>;

  constructor(child: ChildProcess, link: Link, urls: Record<string, string>) {
    this.#child = child;
    this.#link = link;
    this.#urls = urls;
  }

  /** For SIGSTOP and SIGCONT: a camera that does not even answer. */
  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** One more camera, beside those that serve. Resolves to its address when it serves, too. */
  async add(mount: MountOptions): Promise<string> {
    Object.assign(this.#urls, await this.#link.request({ type: 'start', options: { mounts: [mount] } }));
    return this.url(mount.path);
  }

  /** Without credentials. */
  url(path: string): string {
    const url = this.#urls[path];
    if (url === undefined) throw new Error(`no mount ${path}`);
    return url;
  }

  /** @param value see `FaultValue`. Resolves when the fault is in effect. */
  async fault(path: string, fault: Fault, value: FaultValue = 0): Promise<void> {
    await this.#link.request({ type: 'fault', path, fault, value });
  }

  async sent(path: string): Promise<SentFrames> {
    return (await this.#link.request({ type: 'sent', path })) as SentFrames;
  }

  /** The newest minutes of pictures, oldest first. */
  async sentPictures(path: string): Promise<SentPicture[]> {
    return (await this.#link.request({ type: 'sent-pictures', path })) as SentPicture[];
  }

  /** Ends the process without a goodbye to clients. Idempotent. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

type Body<T> = T extends unknown ? Omit<T, 'id'> : never;

/** Requests to the child; all that wait are refused when it ends. */
class Link {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #lastId = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (reply: Reply) => {
      this.#waiting.get(reply.id)?.(reply);
      this.#waiting.delete(reply.id);
    });
    child.on('exit', () => {
      for (const [id, settle] of this.#waiting) settle({ id, ok: false, error: 'the simulated camera ended' });
      this.#waiting.clear();
    });
  }

  request(body: Body<Request>): Promise<Extract<Reply, { ok: true }>['value']> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, (reply) => (reply.ok ? resolve(reply.value) : reject(new Error(reply.error))));
      this.#child.send({ ...body, id } as Request, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}
