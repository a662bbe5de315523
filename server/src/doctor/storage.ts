import fs from 'node:fs';
import path from 'node:path';
import { databaseFileName, openForReading } from '../database/index.ts';
import { readIdentity } from '../shared/volume-identity.ts';
import { checkDiskSpeed } from './disk-speed.ts';
import { attention, type Finding, ok, problem, type Section } from './finding.ts';

/** Free space under which a new recorder is told to look for a larger disk: half a day of one 4 Mbit/s camera. */
const littleSpaceBytes = 20e9;

export async function checkStorage(dataDir: string): Promise<Section> {
  const folder = checkDataDir(dataDir);
  const findings = [folder];
  if (folder.level !== 'problem') findings.push(await checkDiskSpeed(nearestExisting(dataDir)));
  for (const volume of await volumesOf(dataDir)) findings.push(...(await checkVolume(volume)));
  return { title: 'Storage', findings };
}

/** Makes nothing: a folder that is not there yet is judged by the one it would be made in. */
export function checkDataDir(dataDir: string): Finding {
  const existing = nearestExisting(dataDir);
  const found = existing === dataDir ? '' : ' (not there yet)';
  try {
    if (!fs.statSync(existing).isDirectory()) {
      return problem(`data folder ${dataDir}: ${existing} is a file`, 'choose another with --data');
    }
    fs.accessSync(existing, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK);
  } catch {
    const user = process.getuid?.() === 0 ? 'root' : `user ${process.getuid?.()}`;
    const remedy = `give it to this user (chown), or choose another with --data`;
    return problem(`data folder ${dataDir}${found}: ${existing} cannot be written by ${user}`, remedy);
  }
  return spaceOf(existing, `data folder ${dataDir}${found}: can be written`);
}

function spaceOf(folder: string, text: string): Finding {
  const { bavail, blocks, bsize } = fs.statfsSync(folder);
  const space = `${text}, ${gigabytes(bavail * bsize)} GB of ${gigabytes(blocks * bsize)} GB free`;
  return bavail * bsize < littleSpaceBytes
    ? attention(space, 'a camera takes about 40 GB a day at 4 Mbit/s; the oldest footage goes when the disk is full')
    : ok(space);
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(0);

function nearestExisting(folder: string): string {
  let existing = folder;
  while (!fs.existsSync(existing) && existing !== path.dirname(existing)) existing = path.dirname(existing);
  return existing;
}

interface OtherVolume {
  id: string;
  name: string;
  root: string;
}

/** Those beside the data folder; none when there is no database yet, or it cannot be read. */
async function volumesOf(dataDir: string): Promise<OtherVolume[]> {
  const file = path.join(dataDir, databaseFileName);
  try {
    const database = openForReading(file);
    try {
      const rows = await database.db
        .selectFrom('volumes')
        .select(['id', 'name', 'path'])
        .where('path', '<>', '.')
        .orderBy('position')
        .execute();
      return rows.map(({ id, name, path: root }) => ({ id, name, root }));
    } finally {
      await database.close();
    }
  } catch {
    return []; // `nightjar check` says what is wrong with a database
  }
}

async function checkVolume({ id, name, root }: OtherVolume): Promise<Finding[]> {
  const identity = await readIdentity(root).catch(() => null);
  if (identity?.id !== id) {
    const text = `volume "${name}": ${root} ${identity ? 'holds another volume' : 'does not hold it'}`;
    return [problem(text, 'mount its disk there, or correct the path in the recorder')];
  }
  return [spaceOf(root, `volume "${name}" at ${root}`), await checkDiskSpeed(root)];
}
