import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RecorderInfo, type SourceDto, Type } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { demoMounts, demoSubstream, type MountOptions } from '../testing/camera/options.ts';
import type { Camera } from './camera/camera.ts';
import type { CameraStore } from './camera/store.ts';
import { NvrError } from './shared/errors.ts';
import type { Logger } from './shared/logger.ts';
import { type App, failures } from './shared/route.ts';

interface DemoParts {
  cameras: CameraStore;
  /** Where the drawn pictures are kept; drawing them takes seconds, once. */
  cacheDir: string;
  log: Logger;
}

type DemoSource = RecorderInfo['demoSources'][number];

const maxDemoCameras = 16;
const resumeWithinMs = 2_000;
const pathOf = (number: number) => `demo-${number}`;

/** Simulated cameras for a first look, in a process of their own that is started when the first is wanted. */
export class DemoCameras {
  readonly #parts: DemoParts;
  readonly #sources = new Map<number, Promise<DemoSource>>();
  readonly #substreams = new Map<number, Promise<string>>();
  #ready: DemoSource[] = [];
  /** Just added: they get a substream. */
  readonly #added = new Set<number>();
  #process: Promise<SimulatedCameras> | null = null;
  #closing = false;

  constructor(parts: DemoParts) {
    this.#parts = parts;
  }

  /** Serves those that an earlier start added. Resolves when they can be recorded, or soon, if that takes longer. */
  async resume(): Promise<void> {
    const numbers = this.#parts.cameras.list().map(({ source }) => demoNumberOf(source));
    const serving = this.#serveAll(numbers.filter((number) => number !== null));
    await Promise.race([serving, sleep(resumeWithinMs, undefined, { ref: false })]);
  }

  /** Adds those of the first `count` that are not there yet. Returns at once. */
  start(count: number): void {
    void this.#serveAll(
      Array.from({ length: count }, (_, i) => i + 1),
      { add: true },
    );
  }

  /** One after the other: the first picture is there sooner than if all were drawn at once. Substreams come after that. */
  async #serveAll(numbers: number[], { add = false } = {}): Promise<void> {
    for (const number of numbers) await this.#serve(number, add);
    void this.#serveSubstreams(numbers);
  }

  async #serveSubstreams(numbers: number[]): Promise<void> {
    for (const number of numbers) await this.#serveSubstream(number);
  }

  sources(): DemoSource[] {
    return this.#ready;
  }

  /** Starts one that no camera uses yet. @throws {NvrError} `busy` when all are used. */
  offer(): Promise<DemoSource> {
    const used = new Set(this.#parts.cameras.list().map(({ source }) => demoNumberOf(source)));
    const free = Array.from({ length: maxDemoCameras }, (_, i) => i + 1).find((number) => !used.has(number));
    if (free === undefined) throw new NvrError('busy', `All ${maxDemoCameras} demo cameras are in use.`);
    return this.#source(free);
  }

  async close(): Promise<void> {
    this.#closing = true;
    const running = await this.#process?.catch(() => null);
    await running?.stop();
  }

  async #serve(number: number, add: boolean): Promise<void> {
    const { cameras, log } = this.#parts;
    try {
      const { name, url } = await this.#source(number);
      if (this.#closing) return;
      const existing = cameras.list().filter(({ source }) => demoNumberOf(source) === number);
      // The port may be another than last time.
      for (const { id, source } of existing) if (source.url !== url) await cameras.update(id, { source: { url } });
      if (add && existing.length === 0 && !cameras.get(pathOf(number))) {
        await cameras.create({ id: pathOf(number), name, group: 'Demo', source: { url } });
        this.#added.add(number);
      }
    } catch (error) {
      if (!this.#closing) log.error({ err: error, number }, 'a demo camera could not be started');
    }
  }

  /** Of cameras that are new, or have it from an earlier start: who took it away does not get it again. */
  async #serveSubstream(number: number): Promise<void> {
    const { cameras, log } = this.#parts;
    const users = cameras.list().filter(({ source, substream }) => {
      return demoNumberOf(source) === number && (this.#added.has(number) || isDemoSubstream(substream, number));
    });
    try {
      if (users.length === 0 || this.#closing) return;
      const url = await this.#substream(number);
      for (const { id } of users) if (!this.#closing) await cameras.update(id, { substream: { url } });
      this.#added.delete(number);
    } catch (error) {
      if (!this.#closing) log.error({ err: error, number }, 'the substream of a demo camera could not be started');
    }
  }

  #source(number: number): Promise<DemoSource> {
    const known = this.#sources.get(number);
    if (known) return known;
    const source = this.#open(number);
    this.#sources.set(number, source);
    source.then(
      (ready) => this.#ready.push(ready),
      () => this.#sources.delete(number),
    );
    return source;
  }

  /** On the port of last time, if it is free, so that the cameras' addresses still hold. */
  async #startProcess(): Promise<SimulatedCameras> {
    const { cameras, cacheDir } = this.#parts;
    const known = cameras.list().find(({ source }) => demoNumberOf(source) !== null);
    const port = known ? Number(new URL(known.source.url).port) : 0;
    return startCameras({ mounts: [], cacheDir, port: (await isFree(port)) ? port : 0 });
  }

  #substream(number: number): Promise<string> {
    const known = this.#substreams.get(number);
    if (known) return known;
    const url = this.#startedProcess().then((running) => running.add(demoSubstream(mountOf(number))));
    this.#substreams.set(number, url);
    url.catch(() => this.#substreams.delete(number));
    return url;
  }

  #startedProcess(): Promise<SimulatedCameras> {
    this.#process ??= this.#startProcess();
    return this.#process;
  }

  async #open(number: number): Promise<DemoSource> {
    const mount = mountOf(number);
    const running = await this.#startedProcess();
    const name = (mount.name ?? '').toLowerCase().replace(/^\w/, (first) => first.toUpperCase());
    return { name, url: await running.add(mount) };
  }
}

function mountOf(number: number): MountOptions {
  const mount = demoMounts(number).at(-1);
  if (!mount) throw new Error(`no demo camera ${number}`);
  return { ...mount, path: pathOf(number) };
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return true;
  } catch {
    return false; // whatever the reason, another port is taken then
  } finally {
    server.close();
  }
}

/** Which demo camera a source is; null for a real one. */
function demoNumberOf({ url }: Pick<Camera['source'] | SourceDto, 'url'>): number | null {
  const number = /^rtsp:\/\/127\.0\.0\.1:\d+\/demo-(\d+)$/.exec(url)?.[1];
  return number === undefined ? null : Number(number);
}

const isDemoSubstream = (substream: Camera['substream'], number: number): boolean =>
  substream !== null && new RegExp(`^rtsp://127\\.0\\.0\\.1:\\d+/demo-${number}-sub$`).test(substream.url);

export function demoRoutes(app: App, { demo }: { demo: Pick<DemoCameras, 'offer'> }): void {
  app.post(
    '/demo',
    {
      schema: {
        tags: ['Cameras'],
        summary: 'Start a simulated camera',
        description:
          'Answers the address of one that no camera uses yet; add it as any other. The first takes some seconds.',
        response: {
          200: Type.Object({ name: Type.String(), url: Type.String() }),
          ...failures('busy'),
        },
      },
    },
    () => demo.offer(),
  );
}
