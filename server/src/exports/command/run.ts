import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ManifestRequest } from '../../evidence/index.ts';
import type { makeExport } from '../../media/export/index.ts';
import type { Volumes } from '../../recording/index.ts';
import { amount } from '../../shared/amounts.ts';
import type { Clock } from '../../shared/clock.ts';
import { NvrError } from '../../shared/errors.ts';
import { streamIdOf } from '../../shared/stream-id.ts';
import { makeFiles } from '../making.ts';
import { namesFor } from '../names.ts';
import { type ExportOrder, orderOf, type PartWish, partsOf } from '../request.ts';
import { type BarOutput, madeText, ProgressBar } from './bar.ts';
import { type DataFolder, openDataFolder } from './footage.ts';
import type { ReadCommand } from './options.ts';
import { makeWorkFolder, type Output, outputOf, place } from './output.ts';

export interface RunParts {
  dataDir: string;
  timeZone: string;
  clock: Clock;
  makeExport: typeof makeExport;
  /** Signs with the key of the data folder. */
  signManifest(request: ManifestRequest, volumes: Volumes): Promise<object>;
  /** What was made, a line for each file. */
  print(line: string): void;
  /** Progress, and what is missing. */
  err: BarOutput;
  signal: AbortSignal;
  log: Parameters<typeof makeExport>[1]['log'];
}

type MadeFile = ManifestRequest['files'][number] & { path: string; durationMs: number };

/**
 * Makes the files. What is not complete when it fails or is interrupted goes again.
 *
 * @throws {CommandError} and {NvrError}, in words for a person; the signal's reason.
 */
export async function runExport(command: ReadCommand, parts: RunParts): Promise<void> {
  const data = await openDataFolder(parts.dataDir);
  try {
    const order = orderOf(command.wish, { ...parts, cameras: data.cameras });
    const pieces = partsOf(order, parts);
    const output = await outputOf(command.out, pieces.length);
    const work = await makeWorkFolder(output);
    try {
      await makeAll({ ...parts, data, command, order, output, work }, pieces);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  } finally {
    await data.close();
  }
}

interface Making extends RunParts {
  data: DataFolder;
  command: ReadCommand;
  order: ExportOrder;
  output: Output;
  /** Folder for what is not complete. */
  work: string;
}

async function makeAll(making: Making, pieces: readonly PartWish[]): Promise<void> {
  const { data, order, print, err } = making;
  const bar = new ProgressBar(err);
  const made: MadeFile[] = [];
  for (const [at, part] of pieces.entries()) {
    making.signal.throwIfAborted();
    const name = data.cameras.get(part.cameraId)?.name ?? part.cameraId;
    const onProgress = (share: number) => bar.show(name, (at + share) / pieces.length);
    const files = await makePart(making, part, { onProgress, taken: new Set(made.map((file) => file.name)) }).finally(
      () => bar.end(),
    );
    made.push(...files);
    if (files.length === 0)
      err.write(`Nothing is recorded of ${name}${order.dates ? ` on ${order.dates[at % order.dates.length]}` : ''}.\n`);
    for (const file of files)
      print(`${file.path}: ${amount(file.sizeBytes)}${file.subtitles ? '' : `, ${madeText(file)}`}`);
  }
  if (made.length === 0) throw new NvrError('footage_not_found', 'Nothing of it is recorded.');
  if (order.settings.evidence) print(await writeEvidence(making, pieces, made));
}

/** The files of a part, under their names; none when nothing is recorded there. */
async function makePart(
  making: Making,
  part: PartWish,
  { onProgress, taken }: { onProgress(share: number): void; taken: ReadonlySet<string> },
): Promise<MadeFile[]> {
  const { data, order, output, work, timeZone, signal, log, command } = making;
  const { format, stream, timelapse } = order.settings;
  const streamId = streamIdOf(part.cameraId, stream);
  const nameOf = (id: string) => data.cameras.get(id)?.name ?? id;
  const newTarget = async () => path.join(await mkdtemp(path.join(work, 'part-')), `part.${format}`);
  const { index, volumes } = data;
  const made = await makeFiles(
    { index, volumes, nameOf, timeZone, log, makeExport: making.makeExport },
    { job: { order, title: '' }, part, newTarget },
    { onProgress, signal },
  );
  const naming = { cameraId: part.cameraId, timeZone, isTimelapse: timelapse !== null, taken };
  const names = output.base === null ? namesFor(made, format, naming) : numbered(made, output.base, format);
  const files: MadeFile[] = [];
  for (const [at, { path: from, fromMs: _, toMs: __, pieces, ...facts }] of made.entries()) {
    const name = names[at] as string;
    const to = path.join(output.folder, name);
    await place(from, to, command.force);
    files.push({ ...facts, name, path: to, cameraId: part.cameraId, streamId, pieces: pieces ?? [] });
  }
  return files;
}

/** `door.mp4`, `door.srt`, `door-2.mp4` … */
function numbered(made: ReadonlyArray<{ subtitles: boolean }>, base: string, format: string): string[] {
  let videos = 0;
  return made.map(({ subtitles }) => {
    if (!subtitles) videos += 1;
    return `${base}${videos > 1 ? `-${videos}` : ''}.${subtitles ? 'srt' : format}`;
  });
}

/** Answers where it is. */
async function writeEvidence(making: Making, pieces: readonly PartWish[], made: readonly MadeFile[]): Promise<string> {
  const { order, output, work, command } = making;
  const name = output.base === null ? 'evidence.json' : `${output.base}.evidence.json`;
  const manifest = await making.signManifest(
    {
      ...{ exportId: 0, title: '', madeBy: '', settings: order.settings },
      ranges: pieces.map((part) => ({ ...part, streamId: streamIdOf(part.cameraId, order.settings.stream) })),
      files: made.map(({ path: _, ...file }) => file),
    },
    making.data.volumes,
  );
  const from = path.join(work, name);
  await writeFile(from, `${JSON.stringify(manifest, null, 1)}\n`);
  await place(from, path.join(output.folder, name), command.force);
  return path.join(output.folder, name);
}
