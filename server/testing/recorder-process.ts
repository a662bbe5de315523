import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type {
  CameraCreate,
  CameraDto,
  CameraPatch,
  CameraStatus,
  FootageSummary,
  ProbeResult,
  SourceInput,
  Timeline,
} from '@nightjar/contract';
import { commandLine, descendants, isRunning, openFiles } from './processes.ts';
import { type RecordedSegment, recordedSegments } from './recorded.ts';
import { waitFor } from './wait.ts';

const main = path.resolve(import.meta.dirname, '../src/main.ts');
const compileCache = path.join(tmpdir(), 'nightjar-compile-cache');
const startMs = 60_000;
const stopMs = 30_000;

export interface RecorderProcessOptions {
  /** Continue in this folder. */
  dataDir: string;
  /** IANA name; default UTC. */
  timeZone?: string;
  /** Further arguments of `start`. */
  args?: string[];
}

export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

type StateOf<State extends CameraStatus['state']> = Extract<CameraStatus, { state: State }>;

/** A folder for recordings that is gone after the test. */
export const temporaryDataDir = (): Disposable & { path: string } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightjar-e2e-'));
  return {
    path: folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** The real recorder in a process of its own, on any free port, and its API. */
export class RecorderProcess implements AsyncDisposable {
  readonly dataDir: string;
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #output: string[];
  #workers: number[] = [];

  private constructor(child: ChildProcess, output: string[], url: string, dataDir: string) {
    this.#child = child;
    this.#output = output;
    this.url = url;
    this.dataDir = dataDir;
  }

  /** Resolves when it serves. @throws with what it printed, when it does not. */
  static async start({ dataDir, timeZone = 'UTC', args = [] }: RecorderProcessOptions): Promise<RecorderProcess> {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const child = spawn(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        main,
        'start',
        '--data',
        dataDir,
        '--port',
        '0',
        '--rtsp-port',
        '0',
      ].concat(['--log', 'debug'], args),
      // As the launcher sets it.
      { env: { NODE_COMPILE_CACHE: compileCache, ...env, TZ: timeZone }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => output.push(text));
    }
    const said = () => output.join('');
    const url = await waitFor(
      'the recorder serves',
      () => {
        if (child.exitCode !== null) throw new Error(`the recorder ended: ${said()}`);
        return / is ready: (\S+)/.exec(said())?.[1];
      },
      { withinMs: startMs, everyMs: 20, details: said },
    );
    return new RecorderProcess(child, output, url, dataDir);
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** All that it printed, log lines included. */
  get log(): string {
    return this.#output.join('');
  }

  /** The newest lines, without those of requests. */
  logTail(lines: number): string {
    const said = this.log.split('\n').filter((line) => !line.includes('"msg":"answered"'));
    return said.slice(-lines).join('\n');
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Media worker processes, also those that decode stills. */
  workerPids(): number[] {
    this.#workers = descendants(this.pid).filter((pid) => commandLine(pid).includes('media/worker.ts'));
    return this.#workers;
  }

  /** The worker that writes this camera's files; undefined while none is open. */
  workerOf(cameraId: string): number | undefined {
    const folder = path.join(this.dataDir, 'recordings', cameraId) + path.sep;
    return this.workerPids().find((pid) => openFiles(pid).some((file) => file.startsWith(folder)));
  }

  /** Ends it as an operator would; resolves with its exit code. */
  async stop(): Promise<number | null> {
    if (!this.running) return this.#child.exitCode;
    const exited = once(this.#child, 'exit', { signal: AbortSignal.timeout(stopMs) });
    this.#child.kill('SIGTERM');
    await exited;
    return this.#child.exitCode;
  }

  /** Ends the main process at once. Resolves when its workers have noticed and ended. */
  async kill(): Promise<void> {
    const workers = this.workerPids();
    if (this.running) {
      const exited = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await exited;
    }
    await waitFor('the workers of a killed recorder end', () => !workers.some(isRunning));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => this.kill());
  }

  /** A request to the API; `path` below `/api/v1`. Failures are answers, too. */
  async request<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${this.url}/api/v1${path}`, { method, ...json });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as T };
  }

  /** @throws unless it succeeds. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request<T>(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Bytes of an answer that is no JSON. */
  async bytes(path: string): Promise<Answer<Buffer>> {
    const response = await fetch(`${this.url}/api/v1${path}`);
    return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
  }

  addCamera(camera: CameraCreate): Promise<CameraDto> {
    return this.call('POST', '/cameras', camera);
  }

  updateCamera(id: string, patch: CameraPatch): Promise<CameraDto> {
    return this.call('PATCH', `/cameras/${id}`, patch);
  }

  deleteCamera(id: string, footage: 'keep' | 'delete' = 'keep'): Promise<void> {
    return this.call('DELETE', `/cameras/${id}?footage=${footage}`);
  }

  setRecording(id: string, mode: 'continuous' | 'off'): Promise<CameraDto> {
    return this.call('PUT', `/cameras/${id}/recording`, { mode });
  }

  status(id: string): Promise<CameraStatus> {
    return this.call('GET', `/cameras/${id}/status`);
  }

  timeline(id: string, from: number, to: number): Promise<Timeline> {
    return this.call('GET', `/cameras/${id}/timeline?from=${Math.floor(from)}&to=${Math.ceil(to)}`);
  }

  footage(id: string): Promise<FootageSummary> {
    return this.call('GET', `/cameras/${id}/footage`);
  }

  probe<T = ProbeResult>(source: SourceInput): Promise<Answer<T>> {
    return this.request('POST', '/probe', source);
  }

  /** Resolves with the status once its state is this one, and `accepts` it. */
  async untilState<State extends CameraStatus['state']>(
    id: string,
    state: State,
    accepts: (status: StateOf<State>) => boolean = () => true,
  ): Promise<StateOf<State>> {
    let seen: CameraStatus | null = null;
    const ask = async () => {
      const status = await this.status(id);
      seen = status;
      return status.state === state && accepts(status as StateOf<State>) ? (status as StateOf<State>) : null;
    };
    const details = () => `${JSON.stringify(seen)}\n${this.#logTail()}`;
    return waitFor(`${id} is ${state}`, ask, { withinMs: 60_000, details });
  }

  /** All that is on disk of a camera now, oldest first. */
  recorded(id: string): Promise<RecordedSegment[]> {
    return recordedSegments(this.dataDir, id);
  }

  /** Resolves with what is on disk as soon as `enough` says so. */
  async untilRecorded(
    id: string,
    what: string,
    enough: (segments: RecordedSegment[]) => boolean,
  ): Promise<RecordedSegment[]> {
    const ask = async () => {
      const segments = existsSync(path.join(this.dataDir, 'recordings', id)) ? await this.recorded(id) : [];
      return enough(segments) ? segments : null;
    };
    const details = () => this.#logTail();
    return waitFor(`${id}: ${what}`, ask, { withinMs: 60_000, everyMs: 200, details });
  }

  #logTail(): string {
    return this.logTail(40);
  }
}
