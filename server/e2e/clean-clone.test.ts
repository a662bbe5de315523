import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraDto, CameraStatus } from '@nightjar/contract';

const root = path.resolve(import.meta.dirname, '../..');
const minute = 60_000;

/** Commands of the README that begin with `./nightjar`, without their options' dress. */
function readmeCommand(name: string): string[] {
  const readme = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  const [, command] = readme.match(new RegExp(`^(\\./nightjar ${name}\\b.*)$`, 'm')) ?? [];
  assert.ok(command, `README.md has no line "./nightjar ${name}"`);
  return command.trim().split(/\s+/);
}

/** A clone of what is committed, as a newcomer has it; nothing but the machine's own packages is there. */
class Clone {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar-clone-'));
  readonly dataDir = path.join(this.folder, 'recordings of a newcomer');
  readonly checkout = path.join(this.folder, 'nightjar');

  constructor() {
    execFileSync('git', ['clone', '--quiet', `file://${root}`, this.checkout]);
  }

  run([command = '', ...args]: string[]): Run {
    // As a newcomer's shell has it: nothing of the test runner's, nothing that this checkout's launcher has set.
    const ours = ['NODE_TEST_CONTEXT', 'NODE_COMPILE_CACHE', 'XDG_CACHE_HOME', 'NIGHTJAR_DATA', 'PATH'];
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.includes(name)));
    const PATH = (process.env.PATH ?? '')
      .split(':')
      .filter((folder) => !folder.startsWith(root))
      .join(':');
    const child = spawn(command, args, {
      cwd: this.checkout,
      env: { ...env, PATH },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Run(child);
  }

  remove(): void {
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}

class Run {
  readonly startedAt = performance.now();
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  output = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    this.exited = once(child, 'close').then(([code]) => code);
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
  }

  /** The address that the recorder prints once it serves. */
  async address(limitMs: number): Promise<string> {
    const match = () => this.output.match(/http:\/\/[\d.]+:\d+/)?.[0];
    await until(
      () => match() !== undefined || this.#child.exitCode !== null,
      limitMs,
      () => this.output,
    );
    return match() ?? assert.fail(`the recorder ended: ${this.output}`);
  }

  async stop(): Promise<number | null> {
    this.#child.kill('SIGTERM');
    return this.exited;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

async function until(
  condition: () => boolean | Promise<boolean>,
  limitMs: number,
  detail: () => string = () => '',
): Promise<void> {
  for (const deadline = performance.now() + limitMs; !(await condition()); await sleep(50)) {
    if (performance.now() > deadline) assert.fail(`waited ${limitMs} ms in vain\n${detail()}`);
  }
}

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  assert.equal(response.status, 200, url);
  return (await response.json()) as T;
}

async function recordingCameras(address: string): Promise<string[]> {
  const cameras = await get<CameraDto[]>(`${address}/api/v1/cameras`);
  const statuses = await Promise.all(
    cameras.map(({ id }) => get<CameraStatus>(`${address}/api/v1/cameras/${id}/status`)),
  );
  return statuses.filter(({ state }) => state === 'recording').map(({ cameraId }) => cameraId);
}

/** `GET /api/v1/cameras/{id}` for each route that the page lists. */
function documentedRoutes(): string[] {
  const page = fs.readFileSync(path.join(root, 'docs/reference/api.md'), 'utf8');
  return [...page.matchAll(/`((?:GET|POST|PUT|PATCH|DELETE|OPTIONS) \/[^`]*)`/g)].map(([, route = '']) => route).sort();
}

async function servedRoutes(address: string): Promise<string[]> {
  interface OpenApi {
    paths: Record<string, Record<string, unknown>>;
  }
  const { paths } = await get<OpenApi>(`${address}/api/v1/openapi.json`);
  return Object.entries(paths).flatMap(([route, methods]) =>
    Object.keys(methods)
      .filter((method) => method !== 'head')
      .map((method) => `${method.toUpperCase()} ${route}`),
  );
}

describe('a clean clone', () => {
  let clone: Clone;
  let run: Run | undefined;

  before(() => {
    clone = new Clone();
  });
  after(async () => {
    run?.kill();
    await run?.exited;
    clone.remove();
  });

  const start = () => [...readmeCommand('start'), '--port', '0', '--rtsp-port', '0', '--data', clone.dataDir];

  test('records three simulated cameras after the command of the README', { timeout: 10 * minute }, async () => {
    run = clone.run(start());
    const address = await run.address(5 * minute);
    assert.match(run.output, /npm packages into node_modules/);
    assert.match(run.output, /Web pages into web\/dist/);
    assert.equal((await fetch(`${address}/healthz`)).status, 200);
    const { output } = run;
    await until(
      async () => (await recordingCameras(address)).length === 3,
      3 * minute,
      () => output,
    );
    const page = await fetch(address);
    assert.match(await page.text(), /<div id="root">/);
  });

  test('serves the routes that the documents list', async () => {
    assert.ok(run);
    const address = await run.address(minute);
    const served = await servedRoutes(address);
    const reference = ['GET /api/docs', 'GET /api/v1/openapi.json']; // do not describe themselves
    assert.deepEqual([...served, ...reference].sort(), documentedRoutes());
  });

  test('ends on SIGTERM with every file closed', { timeout: minute }, async () => {
    assert.equal(await run?.stop(), 0, run?.output);
    assert.notDeepEqual(fs.globSync('recordings/*/*/*.mp4', { cwd: clone.dataDir }), []);
  });

  test('starts the second time without installing or building anything', { timeout: 2 * minute }, async (t) => {
    run = clone.run(start());
    await run.address(30_000);
    const tookMs = performance.now() - run.startedAt;
    t.diagnostic(`the second start took ${Math.round(tookMs)} ms`);
    assert.doesNotMatch(run.output, /\[\d\/\d\]|npm|vite/);
    assert.ok(tookMs < 10_000, `the second start took ${Math.round(tookMs)} ms`);
    assert.equal(await run.stop(), 0, run.output);
  });

  test('leaves the checkout as it was', () => {
    const status = execFileSync('git', ['status', '--porcelain'], { cwd: clone.checkout, encoding: 'utf8' });
    assert.equal(status, '');
  });

  test('runs its tests with the command of the README', { timeout: 5 * minute }, async () => {
    run = clone.run([...readmeCommand('test'), 'scripts/structure.test.ts']);
    assert.equal(await run.exited, 0, run.output);
    assert.match(run.output.trimEnd(), /^\d+ passed, 0 failed, 0 skipped$/m);
  });
});
