// `nightjar reindex`: makes the index anew from the files of all volumes, while no recorder runs; files are only read.
import path from 'node:path';
import { CheckError } from './check/errors.ts';
import { Progress } from './check/progress.ts';
import { reindex } from './check/reindex.ts';
import { reindexText } from './check/reindex-report.ts';
import { readConfig, StartError } from './config/index.ts';
import { systemClock } from './shared/clock.ts';

interface Wish {
  dataDir: string;
  volumes: string[];
  forgetMissing: boolean;
  json: boolean;
}

/** @throws {StartError} */
function wishOf(args: string[]): Wish {
  const wish = { volumes: [] as string[], forgetMissing: false, json: false };
  const others: string[] = [];
  for (const queue = [...args]; ; ) {
    const arg = queue.shift();
    if (arg === undefined) break;
    if (arg === '--json') wish.json = true;
    else if (arg === '--forget-missing') wish.forgetMissing = true;
    else if (arg === '--volume') wish.volumes.push(queue.shift() ?? '');
    else if (arg.startsWith('--volume=')) wish.volumes.push(arg.slice('--volume='.length));
    else others.push(arg);
  }
  if (wish.volumes.includes('')) throw new StartError('--volume needs a value; see --help');
  const config = readConfig(others, process.env);
  if (config !== 'help')
    return { ...wish, dataDir: config.dataDir, volumes: wish.volumes.map((root) => path.resolve(root)) };
  console.log('Usage: nightjar reindex [--data DIR] [--volume DIR]... [--forget-missing] [--json]');
  process.exit(0);
}

try {
  const { json, ...wish } = wishOf(process.argv.slice(2));
  const report = await reindex({ ...wish, clock: systemClock, progress: new Progress({ out: process.stderr }) });
  console.log(json ? JSON.stringify(report, null, 2) : reindexText(report));
  process.exitCode = report.problems === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof CheckError || error instanceof StartError)) throw error;
  console.error(`nightjar: ${error.message}`);
  process.exitCode = 2;
}
