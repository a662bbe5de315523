import { parseArgs } from 'node:util';
import { type ExportCreate, ExportCreateSchema, exportFormats } from '@nightjar/contract';
import { Value } from 'typebox/value';
import { readMoment } from './moments.ts';

/** What `nightjar export` is asked for. */
export interface Command {
  wish: ExportCreate;
  /** A file or folder, as it was given. */
  out: string;
}

/** One line for the person who typed it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

export const usage = `Usage: nightjar export --camera ID --from TIME --to TIME --out FILE [options]
       nightjar export --camera ID [--camera ID …] --date YYYY-MM-DD [--date …] --out DIR [options]

Makes files of footage, beside a running recorder or without one; changes nothing in the data folder.

  --camera ID              a camera's id; several times for several cameras
  --from TIME, --to TIME   "2026-11-22 14:03:00" by the recorder's clock (TZ), or with an offset: 2026-11-22T14:03:00Z
  --date YYYY-MM-DD        a whole day instead; several times for several days
  --out FILE|DIR           where to; a folder when it ends in / or is one. Several cameras or days need a folder
  --format mp4|mkv|ts      default: what FILE ends in, else mp4
  --exact                  begin and end at exactly these pictures; else with the keyframe before
  --times none|subtitle|burned  the recording time: a subtitle track (default), or drawn into the picture
  --timelapse-speed N      N times faster than life
  --timelapse-length S     so fast that it lasts S seconds
  --no-sound               pictures only
  --stream main|sub        default main
  --evidence               with a signed manifest beside the files
  --force                  replace files that are there
  --data DIR               the data folder (default: ./data beside the launcher; NIGHTJAR_DATA)
`;

const options = {
  camera: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  date: { type: 'string', multiple: true },
  out: { type: 'string' },
  format: { type: 'string' },
  exact: { type: 'boolean' },
  times: { type: 'string' },
  'timelapse-speed': { type: 'string' },
  'timelapse-length': { type: 'string' },
  'no-sound': { type: 'boolean' },
  stream: { type: 'string' },
  evidence: { type: 'boolean' },
  force: { type: 'boolean' },
  data: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Given = ReturnType<typeof parse>;

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new CommandError(`${(error as Error).message.split('. ')[0]}; see --help`);
  }
}

export interface ReadCommand extends Command {
  /** null: by the environment, or the default. */
  data: string | null;
  /** Replace what is there. */
  force: boolean;
}

/** @throws {CommandError} */
export function readCommand(args: string[], timeZone: string): ReadCommand | 'help' {
  const given = parse(args);
  if (given.help) return 'help';
  const { out } = given;
  if (!out) throw new CommandError('--out is needed: a file or a folder; see --help');
  const format = given.format ?? exportFormats.find((name) => out.toLowerCase().endsWith(`.${name}`)) ?? 'mp4';
  const wish = {
    cameraIds: [...new Set(given.camera ?? [])],
    ...rangeOf(given, timeZone),
    ...{ format, times: given.times ?? 'subtitle', stream: given.stream ?? 'main' },
    cut: given.exact ? 'exact' : 'keyframe',
    sound: !given['no-sound'],
    evidence: given.evidence ?? false,
    timelapse: timelapseOf(given),
  };
  if (wish.cameraIds.length === 0) throw new CommandError('--camera is needed: the id of a camera; see --help');
  if (!Value.Check(ExportCreateSchema, wish)) throw new CommandError(problemOf(wish));
  return { wish, out, data: given.data ?? null, force: given.force ?? false };
}

function rangeOf({ from, to, date }: Given, timeZone: string): { from: number; to: number } | { dates: string[] } {
  if (date) {
    if (from !== undefined || to !== undefined) throw new CommandError('either --date, or --from and --to');
    return { dates: [...new Set(date)] };
  }
  if (from === undefined || to === undefined)
    throw new CommandError('--from and --to are needed, or --date; see --help');
  return { from: momentOf('--from', from, timeZone), to: momentOf('--to', to, timeZone) };
}

function momentOf(option: string, text: string, timeZone: string): number {
  const at = readMoment(text, timeZone);
  if (at !== null) return at;
  throw new CommandError(`${option} is a time such as "2026-11-22 14:03:00" or 2026-11-22T14:03:00Z, not '${text}'`);
}

function timelapseOf(given: Given): object | null {
  const speed = given['timelapse-speed'];
  const length = given['timelapse-length'];
  if (speed !== undefined && length !== undefined) {
    throw new CommandError('either --timelapse-speed or --timelapse-length');
  }
  if (speed !== undefined) return { speed: Number(speed.replace(/[x×]$/, '')) };
  return length === undefined ? null : { lengthSeconds: Number(length.replace(/s$/, '')) };
}

/** Which option the contract refuses. */
function problemOf(wish: object): string {
  const [error] = Value.Errors(ExportCreateSchema, wish);
  const [, field = '', detail = ''] = (error?.instancePath ?? '').split('/');
  const names: Record<string, string> = {
    cameraIds: '--camera',
    dates: '--date',
    timelapse: detail === 'lengthSeconds' ? '--timelapse-length' : '--timelapse-speed',
  };
  return `${names[field] ?? `--${field}`}: ${error?.message ?? 'is not possible'}`;
}
