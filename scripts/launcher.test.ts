import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { options } from '../server/src/config/options.ts';
import { root } from './source-files.ts';

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A checkout with the real launcher and tiny contents; `npm` is a script that makes what `npm ci` would. */
class Checkout {
  readonly folder: string;
  readonly #bin: string;

  constructor(t: TestContext) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'nightjar launcher ')); // a space, as in real paths
    t.after(() => fs.rmSync(this.folder, { recursive: true, force: true }));
    fs.cpSync(path.join(root, 'nightjar'), path.join(this.folder, 'nightjar'));
    this.#bin = path.join(this.folder, 'bin');
    this.write('package.json', '{\n  "name": "nightjar",\n  "version": "1.2.3",\n  "private": true\n}\n');
    this.write('package-lock.json', '{}');
    this.write('contract/src/index.ts', '');
    this.write('web/index.html', '<title>1</title>');
    this.write('server/src/main.ts', 'console.log("served", JSON.stringify(process.argv.slice(2)));');
    this.npmIs('');
  }

  write(file: string, text: string): void {
    fs.mkdirSync(path.dirname(path.join(this.folder, file)), { recursive: true });
    fs.writeFileSync(path.join(this.folder, file), text);
  }

  has(file: string): boolean {
    return fs.existsSync(path.join(this.folder, file));
  }

  /** @param first Shell lines that run before the packages are there. */
  npmIs(first: string): void {
    const build =
      'fs.mkdirSync("dist", { recursive: true }); fs.copyFileSync("index.html", "dist/index.html"); fs.appendFileSync("../builds", "1")';
    this.write('vite.js', `const fs = require("node:fs"); ${build};`);
    const script = [
      '#!/bin/sh',
      'set -e',
      'echo "npm $*" >>npm-calls',
      'rm -rf node_modules',
      first,
      'for package in koffi fastify vite/bin @nightjar/contract; do mkdir -p "node_modules/$package"; done',
      'touch node_modules/koffi/package.json node_modules/fastify/package.json',
      'cp vite.js node_modules/vite/bin/vite.js',
    ];
    this.write('bin/npm', script.join('\n'));
    fs.chmodSync(path.join(this.#bin, 'npm'), 0o755);
  }

  get npmCalls(): number {
    if (!this.has('npm-calls')) return 0;
    return fs.readFileSync(path.join(this.folder, 'npm-calls'), 'utf8').trim().split('\n').length;
  }

  /** Number of times the web pages were built. */
  get builds(): number {
    return this.has('builds') ? fs.readFileSync(path.join(this.folder, 'builds'), 'utf8').length : 0;
  }

  spawn(args: string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    const paths = [this.#bin, path.dirname(process.execPath), process.env.PATH];
    const env = { ...process.env, PATH: paths.join(':'), ...environment };
    return spawn(path.join(this.folder, 'nightjar'), args, {
      env,
      cwd: os.tmpdir(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  run(...args: string[]): Promise<Outcome> {
    return outcomeOf(this.spawn(args));
  }
}

async function outcomeOf(child: ChildProcess): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout?.on('data', (text) => {
    outcome.stdout += text;
  });
  child.stderr?.on('data', (text) => {
    outcome.stderr += text;
  });
  [outcome.code] = await once(child, 'close');
  return outcome;
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !condition(); await sleep(20)) {
    assert.ok(Date.now() < deadline, 'waited in vain');
  }
}

test('help and version need nothing installed', async (t) => {
  const checkout = new Checkout(t);
  const help = await checkout.run('--help');
  assert.equal(help.code, 0);
  for (const name of Object.keys(options)) assert.match(help.stdout, new RegExp(`--${name} `), name);
  assert.deepEqual(await checkout.run('--version'), { code: 0, stdout: 'nightjar 1.2.3\n', stderr: '' });
  assert.equal((await checkout.run('start', '--help')).code, 0);
  assert.equal(checkout.npmCalls, 0);
});

test('an unknown command says so in one line', async (t) => {
  const { code, stdout, stderr } = await new Checkout(t).run('strat');
  assert.equal(code, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /^nightjar: no command "strat"; .*--help lists them\n$/);
});

test('check, reindex and doctor run without GStreamer and without the web pages', async (t) => {
  const checkout = new Checkout(t);
  for (const command of ['check', 'reindex', 'doctor']) {
    checkout.write(
      `server/src/${command}.ts`,
      `console.log('${command}', ...process.argv.slice(2)); process.exitCode = 1;`,
    );
    const { code, stdout } = await checkout.run(command, '--data', 'a b', '--json');
    assert.deepEqual([code, stdout], [1, `${command} --data a b --json\n`]);
  }
  assert.equal(checkout.builds, 0);
});

test('the first start installs and builds, the second does nothing but start', async (t) => {
  const checkout = new Checkout(t);
  const first = await checkout.run('start', '--port', '0', '--data', 'a b');
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stdout, 'served ["start","--port","0","--data","a b"]\n');
  assert.match(first.stderr, /^\[1\/2\] npm packages[^\n]*\n {6}done in \d+ s\n\[2\/2\] Web pages/);
  const second = await checkout.run('start', '--port', '0');
  assert.deepEqual(second, { code: 0, stdout: 'served ["start","--port","0"]\n', stderr: '' });
  assert.deepEqual([checkout.npmCalls, checkout.builds], [1, 1]);
});

test('only what changed is brought again', async (t) => {
  const checkout = new Checkout(t);
  await checkout.run('start');
  checkout.write('web/index.html', '<title>2</title>');
  await checkout.run('start');
  assert.deepEqual([checkout.npmCalls, checkout.builds], [1, 2]);
  checkout.write('package-lock.json', '{"changed":true}');
  await checkout.run('start');
  assert.deepEqual([checkout.npmCalls, checkout.builds], [2, 3]);
  fs.rmSync(path.join(checkout.folder, 'node_modules', 'koffi'), { recursive: true });
  await checkout.run('start');
  assert.deepEqual([checkout.npmCalls, checkout.builds], [3, 3]);
});

test('a failed install shows its output, and the next start goes on from there', async (t) => {
  const checkout = new Checkout(t);
  checkout.npmIs('echo "the registry is on fire"; exit 7');
  const failed = await checkout.run('start');
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /the registry is on fire\nnightjar: failed after \d+ s: npm packages/);
  checkout.npmIs('');
  assert.match((await checkout.run('start')).stdout, /^served/);
});

test('two starts at once install once', async (t) => {
  const checkout = new Checkout(t);
  checkout.npmIs('sleep 1');
  const both = await Promise.all([checkout.run('start'), checkout.run('start')]);
  assert.deepEqual(
    both.map(({ stdout }) => stdout),
    ['served ["start"]\n', 'served ["start"]\n'],
  );
  assert.deepEqual([checkout.npmCalls, checkout.builds], [1, 1]);
  assert.match(both.map(({ stderr }) => stderr).join(''), /another one is preparing this folder; waiting for it/);
});

test('a launcher that is killed in the middle leaves nothing half done', async (t) => {
  const checkout = new Checkout(t);
  checkout.npmIs('touch began; sleep 2');
  const killed = checkout.spawn(['start']);
  await until(() => checkout.has('began'));
  killed.kill('SIGTERM');
  await once(killed, 'exit');
  const next = await checkout.run('start');
  assert.match(next.stdout, /^served/, next.stderr);
  assert.equal(checkout.builds, 1);
});

test('a running recorder does not hold the lock', async (t) => {
  const checkout = new Checkout(t);
  checkout.write('server/src/main.ts', 'console.log("served"); setInterval(() => {}, 1000);');
  const running = checkout.spawn(['start']);
  t.after(() => running.kill('SIGKILL'));
  assert.ok(running.stdout);
  await once(running.stdout, 'data');
  checkout.write('web/index.html', '<title>2</title>');
  checkout.write('server/src/main.ts', 'console.log("served");');
  const second = await checkout.run('start');
  assert.equal(second.stdout, 'served\n');
  assert.doesNotMatch(second.stderr, /waiting/);
});

test('a machine without GStreamer and without apt is told what to install', async (t) => {
  const checkout = new Checkout(t);
  // The launcher with no library folder to find anything in, and a PATH without apt-get.
  const launcher = path.join(checkout.folder, 'nightjar');
  const text = fs.readFileSync(launcher, 'utf8').replace(/library_dirs="[^"]*"/, 'library_dirs=/nowhere');
  fs.writeFileSync(launcher, text);
  for (const tool of ['sh', 'uname', 'readlink', 'dirname', 'ls', 'cat', 'cksum', 'flock', 'mkdir', 'id', 'sed']) {
    fs.symlinkSync(await which(tool), path.join(checkout.folder, 'bin', tool));
  }
  fs.symlinkSync(process.execPath, path.join(checkout.folder, 'bin', 'node'));
  const { code, stderr } = await outcomeOf(
    checkout.spawn(['start'], { PATH: path.join(checkout.folder, 'bin'), GST_PLUGIN_SYSTEM_PATH_1_0: '' }),
  );
  assert.equal(code, 1);
  assert.match(stderr, /sudo dnf install .*gstreamer1-plugins-good .*gstreamer1-rtsp-server/);
  assert.match(stderr, /sudo pacman -S --needed .*gst-plugins-good .*gst-rtsp-server/);
  assert.match(stderr, /gstreamer1\.0-plugins-ugly gstreamer1\.0-libav gstreamer1\.0-x libgstrtspserver-1\.0-0/);
});

function which(tool: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', `command -v ${tool}`], (error, stdout) => (error ? reject(error) : resolve(stdout.trim())));
  });
}
