import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import type { ManifestRequest } from '../evidence/index.ts';
import type { ExportPiece } from '../media/export/request.ts';
import { syncFolder } from '../shared/disk-files.ts';
import { streamIdOf } from '../shared/stream-id.ts';
import { type ExportFolder, manifestName } from './folder.ts';
import { filesOf, type Job } from './jobs.ts';
import { piecesName } from './making.ts';
import { crc32Of } from './zip.ts';

/** Answers the signed manifest, which is kept as JSON. */
export type SignManifest = (request: ManifestRequest) => Promise<object>;

/** Signs what was made, and puts the manifest beside it. What the pieces were kept in is not needed any more. */
export async function writeManifest(
  { signManifest }: { signManifest: SignManifest },
  job: Job,
  folder: ExportFolder,
): Promise<Job['manifest']> {
  const { settings } = job.order;
  const streamOf = (cameraId: string) => streamIdOf(cameraId, settings.stream);
  const files: ManifestRequest['files'][number][] = [];
  for (const { crc32: _, ...file } of filesOf(job)) {
    files.push({ ...file, streamId: streamOf(file.cameraId), pieces: await piecesOf(folder, file.name) });
  }
  const ranges = job.parts.map(({ cameraId, from, to }) => ({ cameraId, streamId: streamOf(cameraId), from, to }));
  const { id: exportId, title, madeBy } = job;
  const manifest = await signManifest({ exportId, title, madeBy, ranges, settings, files });
  await writeWhole(folder, `${JSON.stringify(manifest, null, 1)}\n`);
  for (const { name } of files) await rm(folder.file(piecesName(name)), { force: true });
  const path = folder.file(manifestName);
  return { sizeBytes: (await stat(path)).size, crc32: await crc32Of(path) };
}

/** None of a subtitle file. */
async function piecesOf(folder: ExportFolder, name: string): Promise<ExportPiece[]> {
  const text = await readFile(folder.file(piecesName(name)), 'utf8').catch(() => '[]');
  return JSON.parse(text);
}

async function writeWhole(folder: ExportFolder, text: string): Promise<void> {
  const path = folder.file(manifestName);
  const handle = await open(`${path}.new`, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
  await syncFolder(folder.path);
}
