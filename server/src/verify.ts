// `nightjar verify`: checks footage against its chain of evidence, or an exported file against its manifest.
import { existsSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parseInstant } from '@nightjar/contract';
import { Progress } from './check/progress.ts';
import { readVolumes } from './check/volumes.ts';
import { isInUse, readConfig, StartError } from './config/index.ts';
import { databaseFileName, openForReading } from './database/index.ts';
import { verifyExport } from './verify/exported.ts';
import type { VerifyReport } from './verify/finding.ts';
import { verifyFootage } from './verify/footage.ts';
import { TrustedKeys, VerifyError } from './verify/keys.ts';
import { verifyText } from './verify/report.ts';

const usage = `Usage: nightjar verify [--data DIR] [--camera ID] [--from TIME] [--to TIME] [--volume DIR]... [KEY] [--json]
       nightjar verify FILE [--manifest FILE] [KEY] [--json]

  KEY: --key FILE (PEM) or --fingerprint HEX, which you noted when the recorder was set up`;

const text = { type: 'string' } as const;
const texts = { type: 'string', multiple: true, default: [] as string[] } as const;
const options = {
  ...{ data: text, camera: text, from: text, to: text, manifest: text },
  ...{ volume: texts, key: texts, fingerprint: texts },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parse>['values'];

function parse() {
  try {
    return parseArgs({ args: process.argv.slice(2), allowPositionals: true, options });
  } catch (error) {
    throw new VerifyError((error as Error).message);
  }
}

function instant(name: string, value: string | undefined, absent: number): number {
  if (value === undefined) return absent;
  const at = parseInstant(value);
  if (at === undefined) throw new VerifyError(`--${name} is no time: ${value}`);
  return at;
}

/** Volumes as the database has them; without one, the folders that are named. */
async function storageOf(dataDir: string, volumes: readonly string[]) {
  const file = path.join(dataDir, databaseFileName);
  const named = volumes.map((root) => path.resolve(root));
  const without = { roots: [dataDir, ...named], away: [] as string[], heads: new Map<string, number>() };
  if (!existsSync(file)) return without;
  const database = openForReading(file);
  try {
    const known = await readVolumes(database.db, dataDir);
    const rows = await database.db.selectFrom('evidence_heads').selectAll().execute();
    return {
      roots: [...new Set([...known.filter(({ missing }) => missing === null).map(({ root }) => root), ...named])],
      away: known.filter(({ missing }) => missing !== null).map(({ name }) => name),
      heads: new Map(rows.map((row) => [row.stream_id, row.number])),
    };
  } catch {
    return without; // damaged, or of another version: the files say enough
  } finally {
    await database.close();
  }
}

async function footage(values: Values, trusted: TrustedKeys, progress: Progress): Promise<VerifyReport> {
  const config = readConfig(values.data === undefined ? [] : ['--data', values.data], process.env);
  if (config === 'help') throw new VerifyError(usage);
  const { dataDir } = config;
  const { roots, away, heads } = await storageOf(dataDir, values.volume ?? []);
  if (!roots.some((root) => existsSync(path.join(root, 'recordings')))) {
    throw new VerifyError(`there are no recordings in ${dataDir}; name the recorder's folder with --data`);
  }
  await trusted.offerFolder(dataDir);
  if (trusted.none) throw new VerifyError(`there is no key in ${dataDir} that counts; name one with --key`);
  return verifyFootage({
    ...{ roots, away, heads, trusted, progress, cameraId: values.camera ?? null },
    from: instant('from', values.from, 0),
    to: instant('to', values.to, Number.MAX_SAFE_INTEGER),
    isRecorderRunning: () => isInUse(dataDir),
  });
}

try {
  const { values, positionals } = parse();
  if (values.help) {
    console.log(usage);
  } else {
    const [file, ...more] = positionals;
    if (more.length > 0) throw new VerifyError('one file at a time');
    setPriority(constants.priority.PRIORITY_LOW);
    const trusted = await TrustedKeys.of(values.key ?? [], values.fingerprint ?? []);
    const progress = new Progress({ out: process.stderr });
    const report = await (file === undefined
      ? footage(values, trusted, progress)
      : verifyExport({ file, manifest: values.manifest ?? null, trusted, progress }));
    console.log(values.json ? JSON.stringify(report, null, 2) : verifyText(report));
    process.exitCode = { intact: 0, altered: 1, unchecked: 2 }[report.result];
  }
} catch (error) {
  if (!(error instanceof VerifyError || error instanceof StartError)) throw error;
  console.error(`nightjar: ${error.message}`);
  process.exitCode = 2;
}
