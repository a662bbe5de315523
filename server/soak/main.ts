/** `npm run soak [-- crashes|faults] [options]`: hours of trouble, for before a release. */
import { parseArgs } from 'node:util';
import { crashSoak } from './crashes.ts';
import { faultSoak } from './faults.ts';

const usage = `Usage: npm run soak [-- crashes | faults] [options]

  crashes   kill -9 of a worker, the main process or all of them, at random moments, 300 times (--kills N)
  faults    16 cameras (--cameras N) that break in all ways, one after the other, for 60 minutes (--minutes N)

Both, when none is named. --seed N repeats a run as far as time allows. Exits with 1 when a promise was broken.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '300' },
    minutes: { type: 'string', default: '60' },
    cameras: { type: 'string', default: '16' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean' },
  },
});
const [which = 'both'] = positionals;
if (values.help || !['crashes', 'faults', 'both'].includes(which)) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
const began = performance.now();
const say = (line: string) => {
  const seconds = Math.round((performance.now() - began) / 1_000);
  process.stdout.write(
    `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${line}\n`,
  );
};
const seed = Number(values.seed);
say(`seed ${seed}`);
let problems: string[] = [];
if (which !== 'faults') problems = [...problems, ...(await crashSoak({ kills: Number(values.kills), seed, say }))];
if (which !== 'crashes') {
  const options = { minutes: Number(values.minutes), cameras: Number(values.cameras), seed, say };
  problems = [...problems, ...(await faultSoak(options))];
}
for (const problem of problems.slice(0, 50)) say(`✖ ${problem}`);
say(problems.length === 0 ? '✔ every promise was kept' : `✖ ${problems.length} promises were broken`);
process.exitCode = problems.length === 0 ? 0 : 1;
