import { type RecorderInfo, type SourceDto, Type } from '@nightjar/contract';
import { type SimulatedCameras, startCameras } from '../testing/camera/index.ts';
import { demoMounts } from '../testing/camera/options.ts';
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
const pathOf = (number: number) => `demo-${number}`;

/** Simulated cameras for a first look, in a process of their own that is started when the first is wanted. */
export class DemoCameras {
  readonly #parts: DemoParts;
  readonly #sources = new Map<number, Promise<DemoSource>>();
  #ready: DemoSource[] = [];
  #process: Promise<SimulatedCameras> | null = null;
  #closing = false;

  constructor(parts: DemoParts) {
    this.#parts = parts;
  }

  /** Serves those that an earlier start added, and adds more until there are `count`. Returns at once. */
  start(count: number): void {
    const { cameras } = this.#parts;
    const wanted = new Set(Array.from({ length: count }, (_, i) => i + 1));
    for (const camera of cameras.list()) {
      const number = demoNumberOf(camera.source);
      if (number !== null) wanted.add(number);
    }
    void this.#serveAll(
      [...wanted].sort((a, b) => a - b),
      count,
    );
  }

  /** One after the other: the first picture is there sooner than if all were drawn at once. */
  async #serveAll(numbers: number[], count: number): Promise<void> {
    for (const number of numbers) await this.#serve(number, number <= count);
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
      }
    } catch (error) {
      if (!this.#closing) log.error({ err: error, number }, 'a demo camera could not be started');
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

  async #open(number: number): Promise<DemoSource> {
    const mount = demoMounts(number).at(-1);
    if (!mount) throw new Error(`no demo camera ${number}`);
    this.#process ??= startCameras({ mounts: [], cacheDir: this.#parts.cacheDir });
    const running = await this.#process;
    const name = (mount.name ?? '').toLowerCase().replace(/^\w/, (first) => first.toUpperCase());
    return { name, url: await running.add({ ...mount, path: pathOf(number) }) };
  }
}

/** Which demo camera a source is; null for a real one. */
function demoNumberOf({ url }: Pick<Camera['source'] | SourceDto, 'url'>): number | null {
  const number = /^rtsp:\/\/127\.0\.0\.1:\d+\/demo-(\d+)$/.exec(url)?.[1];
  return number === undefined ? null : Number(number);
}

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
