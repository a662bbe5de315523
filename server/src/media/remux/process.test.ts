import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { commandLine, descendants, isRunning } from '../../../testing/processes.ts';
import { type WrittenRun, writeRun } from '../../../testing/segment-files.ts';
import { makeStream } from '../../../testing/streams.ts';
import { waitFor } from '../../../testing/wait.ts';
import { type RemuxedFile, remux } from './index.ts';

let folder = '';
let run: WrittenRun;
const log = { debug: () => {}, warn: () => {} };

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightjar-remux-process-'));
  const stream = await makeStream({ seconds: 4, gopFrames: 25, audio: 'mono' });
  run = await writeRun(folder, { stream, startMs: Date.parse('2026-11-22T12:00:00Z'), repeat: 200 });
});
after(() => rm(folder, { recursive: true }));

const start = (signal = new AbortController().signal, shares: number[] = []): Promise<RemuxedFile[]> => {
  const request = { format: 'mp4' as const, ranges: run.ranges, target: path.join(folder, 'out.part') };
  return remux(request, { onProgress: (share) => shares.push(share), signal, log });
};

const ours = () => descendants(process.pid).find((pid) => commandLine(pid).includes('remux/process.ts'));
/** Fields of proc(5) `stat`, from the state on: the 17th is the nice value. */
const niceOf = (stat: string) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);

test('a file is made by a process whose every thread has the lowest priority, which ends with it', async () => {
  const shares: number[] = [];
  const making = start(undefined, shares);
  const pid = await waitFor(
    'all its threads run',
    () => {
      const found = ours();
      return found !== undefined && threadsOf(found).length > 8 ? found : null;
    },
    { everyMs: 5 },
  );
  assert.deepEqual([...new Set(threadsOf(pid))], [19]);
  const [file, ...others] = await making;
  assert.deepEqual([file?.videoFrames, others], [20_000, []]);
  assert.ok(
    shares.every((share, at) => share > (shares[at - 1] ?? 0) && share <= 1),
    String(shares),
  );
  await waitFor('it has ended', () => !isRunning(pid));
});

function threadsOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) =>
      niceOf(readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8')),
    );
  } catch {
    return []; // a thread ended meanwhile
  }
}

test('it is killed when it is no longer wanted, and its crash is told', async () => {
  const stop = new AbortController();
  const unwanted = start(stop.signal);
  const pid = await waitFor('it runs', ours, { everyMs: 5 });
  stop.abort(new Error('stopped'));
  await assert.rejects(unwanted, { message: 'stopped' });
  assert.equal(isRunning(pid), false);

  const crashing = start();
  process.kill(await waitFor('it runs', ours, { everyMs: 5 }), 'SIGABRT');
  await assert.rejects(crashing, { code: 'pipeline_failed', message: /SIGABRT/ });
});
