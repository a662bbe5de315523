// `nightjar export`: makes files of footage from a data folder, also beside a running recorder; changes nothing in it.
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { readConfig, StartError } from './config/index.ts';
import { keyFolderName, openKey } from './evidence/key.ts';
import { signManifest } from './evidence/manifest.ts';
import { CommandError, readCommand, usage } from './exports/command/options.ts';
import { type RunParts, runExport } from './exports/command/run.ts';
import { makeExport } from './media/export/index.ts';
import { systemClock as clock } from './shared/clock.ts';
import { NvrError } from './shared/errors.ts';
import { createLogger } from './shared/logger.ts';

const interrupted = 130;

async function main(): Promise<void> {
  const environment = readConfig([], process.env);
  if (environment === 'help') return;
  const { timeZone } = environment;
  const command = readCommand(process.argv.slice(2), timeZone);
  if (command === 'help') {
    process.stdout.write(usage);
    return;
  }
  const dataDir = command.data === null ? environment.dataDir : path.resolve(command.data);
  const stop = new AbortController();
  // The process group has Ctrl-C, too; the child waits for us to end it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stop.abort(new Interrupted()));
  await runExport(command, {
    ...{ dataDir, timeZone, clock, makeExport, signManifest: signWith(dataDir) },
    print: (line) => process.stdout.write(`${line}\n`),
    err: process.stderr,
    signal: stop.signal,
    log: createLogger({ level: process.env.NIGHTJAR_LOG === 'debug' ? 'debug' : 'silent' }),
  });
}

class Interrupted extends Error {}

/** The recorder's own key: this makes none, as the data folder is only read. */
const signWith =
  (dataDir: string): RunParts['signManifest'] =>
  async (request, volumes) => {
    const file = path.join(dataDir, keyFolderName, 'private-key.pem');
    await access(file, constants.R_OK).catch((error: unknown) => {
      throw new CommandError(`--evidence needs the recorder's key, ${file}, which cannot be read`, { cause: error });
    });
    const nowMs = clock.nowMs();
    return signManifest(request, { key: await openKey(dataDir, nowMs), volumes, nowMs });
  };

try {
  await main();
} catch (error) {
  const isExpected = error instanceof CommandError || error instanceof NvrError || error instanceof StartError;
  if (error instanceof Interrupted) process.stderr.write('nightjar: interrupted; nothing is left half made\n');
  else if (isExpected) process.stderr.write(`nightjar: ${error.message}\n`);
  else throw error;
  // 1: there is no such footage; 2: it could not be done.
  const notThere = error instanceof NvrError && error.code === 'footage_not_found';
  process.exitCode = error instanceof Interrupted ? interrupted : notThere ? 1 : 2;
}
