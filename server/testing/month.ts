import { parseArgs } from 'node:util';
import { makeMonth } from './month/index.ts';

const usage = `A data folder as a recorder leaves it after a month, to try Review on:
  node server/testing/month.ts DATA_FOLDER
  node server/src/main.ts start --data DATA_FOLDER --port 8080

  --days N (30)      --cameras N (16)     --until ISO_INSTANT (the beginning of this hour)
  --with-files N (2) cameras of which the first minutes of each hour play, with a clock in the picture
  --minutes N (2)    how many minutes
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    days: { type: 'string', default: '30' },
    cameras: { type: 'string', default: '16' },
    'with-files': { type: 'string', default: '2' },
    minutes: { type: 'string', default: '2' },
    until: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const [dataDir] = positionals;
if (values.help || dataDir === undefined) {
  process.stderr.write(usage);
  process.exit(values.help ? 0 : 2);
}
const began = performance.now();
const month = await makeMonth({
  dataDir,
  days: Number(values.days),
  cameras: Number(values.cameras),
  withFiles: Number(values['with-files']),
  minutes: Number(values.minutes),
  ...(values.until !== undefined && { until: Date.parse(values.until) }),
});
const [from, to] = [month.from, month.to].map((at) => new Date(at).toISOString());
process.stdout.write(
  `${month.cameraIds.length} cameras, ${month.segments} segments from ${from} to ${to}, ${month.files} files ` +
    `(${month.playable.join(', ')}: minutes 0 to ${month.minutes - 1} of each hour), ` +
    `${((performance.now() - began) / 1_000).toFixed(1)} s\n`,
);
