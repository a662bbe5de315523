import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import type { Config } from '../config/index.ts';
import { type Finding, missing, note, ok, type Section } from './finding.ts';

/** Free space under which a new recorder is told to look for a larger disk: half a day of one 4 Mbit/s camera. */
const littleSpaceBytes = 20e9;

export async function checkMachine({ dataDir, host, port, timeZone }: Config): Promise<Section> {
  return {
    title: 'This machine',
    findings: [
      checkNode(),
      ...checkDataDir(dataDir),
      await checkPort(host, port),
      checkClock(Date.now(), timeZone),
      checkTimeService(),
    ],
  };
}

function checkNode(): Finding {
  const { versions, execPath, platform, arch } = process;
  const text = `Node ${versions.node} (${platform}-${arch}) at ${execPath}`;
  return Number.parseInt(versions.node, 10) >= 24 ? ok(text) : missing(text, 'Node 24 or newer');
}

/** Changes nothing: a folder that is not there yet is judged by the one it would be made in. */
export function checkDataDir(dataDir: string): Finding[] {
  const existing = nearestExisting(dataDir);
  const found = existing === dataDir ? '' : ' (not there yet)';
  try {
    if (!fs.statSync(existing).isDirectory()) {
      return [missing(`data folder ${dataDir}: ${existing} is a file`, 'choose another with --data')];
    }
    fs.accessSync(existing, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    const user = process.getuid?.() === 0 ? 'root' : `user ${process.getuid?.()}`;
    const remedy = `give it to this user (chown), or choose another with --data`;
    return [missing(`data folder ${dataDir}${found}: ${existing} cannot be written by ${user}`, remedy)];
  }
  const { bavail, bsize } = fs.statfsSync(existing);
  const free = bavail * bsize;
  const text = `data folder ${dataDir}${found}: can be written, ${(free / 1e9).toFixed(0)} GB free`;
  return [free < littleSpaceBytes ? note(`${text}; a camera takes about 40 GB a day at 4 Mbit/s`) : ok(text)];
}

function nearestExisting(folder: string): string {
  let existing = folder;
  while (!fs.existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  return existing;
}

export async function checkPort(host: string, port: number): Promise<Finding> {
  const problem = await listenProblem(host, port);
  if (problem === null) return ok(port === 0 ? 'port: any free one' : `port ${port} on ${host} is free`);
  if (problem !== 'EADDRINUSE') return missing(`cannot listen on ${host} port ${port}: ${problem}`, '--host, --port');
  if (await isNightjar(host, port)) return note(`port ${port} on ${host}: a Nightjar is running there`);
  return missing(`port ${port} on ${host} is taken by another program`, 'choose another with --port');
}

/** The error's code, or null when listening works. */
function listenProblem(host: string, port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => resolve(null)));
  });
}

async function isNightjar(host: string, port: number): Promise<boolean> {
  const address = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  try {
    const response = await fetch(`http://${address}:${port}/healthz`, { signal: AbortSignal.timeout(2000) });
    const health: unknown = await response.json();
    return typeof health === 'object' && health !== null && 'version' in health && 'status' in health;
  } catch {
    return false; // whatever it is, it does not answer as we do
  }
}

/** @param nowMs Unix milliseconds. */
export function checkClock(nowMs: number, timeZone: string): Finding {
  const local = new Intl.DateTimeFormat('sv', { dateStyle: 'short', timeStyle: 'medium', timeZone }).format(nowMs);
  const text = `clock ${local}, time zone ${timeZone}`;
  if (new Date(nowMs).getUTCFullYear() < 2026) return missing(text, 'set the clock: recordings are filed by it');
  return ok(text);
}

/** What time services leave behind once they keep the clock. */
const timeServices = {
  'systemd-timesyncd': '/run/systemd/timesync/synchronized',
  chrony: '/run/chrony',
  ntpd: '/run/ntpd.pid',
};

function checkTimeService(): Finding {
  const found = Object.entries(timeServices).find(([, trace]) => fs.existsSync(trace));
  if (found) return ok(`clock kept right by ${found[0]}`);
  return note('no time service seen on this machine; in a container the host keeps the clock');
}
