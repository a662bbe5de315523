// Runs every test, each file in a process of its own: `./nightjar test [FILE...]`. The last line of the output is
// "N passed, N failed, N skipped".
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { endRunning, type ProcessOutcome, runProcess } from './run-process.ts';
import type { TestResult } from './test-events.ts';

interface Job {
  name: string;
  /** How many of its kind run at the same time; nothing of another kind does. */
  lane: Lane;
  run(): Promise<Finished>;
}

/** Light: as many as there are cores, and a little more. Patient: three, each takes a core for a fifth of its time. Heavy: one. */
type Lane = 'light' | 'patient' | 'heavy';

interface Finished {
  passed: number;
  failed: number;
  skipped: number;
  elapsedMs: number;
  /** Shown when something failed. */
  output: string;
}

const root = resolve(import.meta.dirname, '..');
const events = mkdtempSync(join(tmpdir(), 'nightjar-test-events-'));
const minutes = 60_000;
const began = performance.now();

/** Real cameras and real browsers: heavy, and sensitive to a busy machine. */
const isEndToEnd = (file: string): boolean => file.split('/').includes('e2e');

/** In the first line of an end-to-end test that waits for what takes its time more than it works. */
const patientMark = '// Mostly waits.';

const laneOf = (file: string): Lane => {
  if (!isEndToEnd(file)) return 'light';
  return readFileSync(join(root, file), 'utf8').startsWith(patientMark) ? 'patient' : 'heavy';
};

const check = (name: string, script: string, ...args: string[]): Job => ({
  name,
  lane: 'light',
  async run() {
    const outcome = await runProcess(process.execPath, [script, ...args], { cwd: root, limitMs: 5 * minutes });
    const problems = problemsOf(outcome);
    const failed = problems.length > 0 ? 1 : 0;
    const output = [outcome.output, ...problems].join('\n');
    return { passed: 1 - failed, failed, skipped: 0, elapsedMs: outcome.elapsedMs, output };
  },
});

/** What `npm run check` runs, its structure test aside, which is a test file like others. */
const checks = [
  check('types: contract, server, scripts', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json'),
  check('types: web', 'node_modules/typescript/bin/tsc', '--noEmit', '-p', 'web/tsconfig.json'),
  check('lint and format', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
];

const testFile = (file: string): Job => ({
  name: file,
  lane: laneOf(file),
  async run() {
    const eventFile = join(events, file.replaceAll('/', '_'));
    const outcome = await runProcess(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
        ...['--test-reporter=./scripts/test-events.ts', `--test-reporter-destination=${eventFile}`],
        file,
      ],
      { cwd: root, limitMs: (isEndToEnd(file) ? 15 : 8) * minutes },
    );
    return countTests(outcome, readResults(eventFile));
  },
});

function readResults(eventFile: string): TestResult[] {
  let lines: string;
  try {
    lines = readFileSync(eventFile, 'utf8');
  } catch {
    return []; // the process died before its first test
  }
  // A process that was killed can leave half a line at the end.
  return lines
    .split('\n')
    .slice(0, -1)
    .map((line): TestResult => JSON.parse(line));
}

function countTests(outcome: ProcessOutcome, results: TestResult[]): Finished {
  const count = (wanted: TestResult['outcome']) => results.filter((result) => result.outcome === wanted).length;
  const failedTests = count('failed');
  const problems = problemsOf(outcome);
  if (results.length === 0) problems.push('no test in this file');
  // A file that breaks outside its tests counts as one failure, so that nothing passes unseen.
  const failed = failedTests > 0 ? failedTests : Math.min(problems.length, 1);
  return {
    passed: count('passed'),
    failed,
    skipped: count('skipped'),
    elapsedMs: outcome.elapsedMs,
    output: [outcome.output, ...problems].join('\n'),
  };
}

function problemsOf(outcome: ProcessOutcome): string[] {
  if (outcome.timedOut) return ['took longer than its time limit and was ended'];
  const problems: string[] = [];
  if (outcome.code === null) problems.push('the process was ended by a signal');
  else if (outcome.code !== 0) problems.push(`the process exited with ${outcome.code}`);
  if (outcome.leftBehind) problems.push('the process left others running; they were ended');
  return problems;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

function clock(): string {
  const total = Math.floor((performance.now() - began) / 1000);
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}

function describe(job: Job, finished: Finished, position: string): string {
  const { passed, failed, skipped } = finished;
  const counts = [`${passed} passed`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (skipped > 0) counts.push(`${skipped} skipped`);
  const line = `${clock()} ${position} ${failed > 0 ? '✖' : '✔'} ${job.name}  (${counts.join(', ')}; ${seconds(finished.elapsedMs)})`;
  return failed > 0 ? `${line}\n${finished.output.trimEnd().replace(/^/gm, '    ')}` : line;
}

async function runAll(jobs: Job[]): Promise<Finished[]> {
  const finished: Finished[] = [];
  const current = new Set<string>();
  const width = String(jobs.length).length;
  const heartbeat = setInterval(() => console.log(`${clock()} … ${[...current].join(', ')}`), 30_000);

  async function worker(queue: Job[]): Promise<void> {
    for (let job = queue.shift(); job; job = queue.shift()) {
      current.add(job.name);
      const result = await job.run();
      current.delete(job.name);
      finished.push(result);
      console.log(describe(job, result, `[${String(finished.length).padStart(width)}/${jobs.length}]`));
    }
  }

  const workers: Record<Lane, number> = {
    light: Math.min(4, Math.max(2, availableParallelism())),
    patient: 3,
    heavy: 1,
  };
  for (const lane of ['light', 'patient', 'heavy'] as const) {
    const queue = jobs.filter((job) => job.lane === lane);
    await Promise.all(Array.from({ length: workers[lane] }, () => worker(queue)));
  }
  clearInterval(heartbeat);
  return finished;
}

function findTestFiles(patterns: string[]): string[] {
  const files = globSync('{contract,server,web,scripts}/**/*.test.ts', {
    cwd: root,
    exclude: (path) => ['node_modules', 'dist'].includes(path.split('/').at(-1) ?? ''),
  }).sort();
  if (patterns.length === 0) return files;
  return files.filter((file) => patterns.some((pattern) => file.includes(pattern.replace(/^\.\//, ''))));
}

function stop(signal: NodeJS.Signals): void {
  endRunning();
  rmSync(events, { recursive: true, force: true });
  console.error(`stopped by ${signal}`);
  process.exit(1);
}
process.on('SIGINT', stop).on('SIGTERM', stop);

const patterns = process.argv.slice(2);
const files = findTestFiles(patterns).map(testFile);
if (files.length === 0) console.error(`no test file has ${patterns.join(' or ')} in its path`);
const finished = await runAll(patterns.length === 0 ? [...checks, ...files] : files);
rmSync(events, { recursive: true, force: true });

const total = (key: 'passed' | 'failed' | 'skipped') => finished.reduce((sum, one) => sum + one[key], 0);
const failed = total('failed');
console.log(`${total('passed')} passed, ${failed} failed, ${total('skipped')} skipped`);
process.exitCode = failed > 0 || total('passed') === 0 ? 1 : 0;
