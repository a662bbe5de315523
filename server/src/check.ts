// `nightjar check`: compares files and index, also beside a running recorder, and says what is wrong; changes nothing.
import { check } from './check/check.ts';
import { CheckError } from './check/errors.ts';
import { Progress } from './check/progress.ts';
import { reportText } from './check/report.ts';
import { type Config, readConfig, StartError } from './config/index.ts';

const flags = ['--full', '--media', '--json'] as const;
const args = process.argv.slice(2);
const has = (flag: (typeof flags)[number]): boolean => args.includes(flag);

function configOrExit(): Config {
  const config = readConfig(
    args.filter((arg) => !flags.some((flag) => flag === arg)),
    process.env,
  );
  if (config !== 'help') return config;
  console.log('Usage: nightjar check [--data DIR] [--full | --media] [--json]');
  process.exit(0);
}

try {
  const { dataDir, timeZone } = configOrExit();
  const mode = has('--media') ? 'media' : has('--full') ? 'full' : 'fast';
  const report = await check({ dataDir, timeZone, mode, progress: new Progress({ out: process.stderr }) });
  console.log(has('--json') ? JSON.stringify(report, null, 2) : reportText(report));
  process.exitCode = report.problems === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof CheckError || error instanceof StartError)) throw error;
  console.error(`nightjar: ${error.message}`);
  process.exitCode = 2;
}
