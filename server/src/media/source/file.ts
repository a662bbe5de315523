import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NvrError } from '../../shared/errors.ts';
import { Branches } from './branches.ts';
import { demuxerFor, sniffBytes } from './container.ts';
import { quoted } from './quoted.ts';
import type { Feed, OpenSource, SourceRequest } from './source.ts';

/** A file of the recorder's machine, once or (`?loop`) again and again, in its own time. */
export async function openFile(request: SourceRequest): Promise<OpenSource> {
  const address = new URL(request.settings.source.url);
  const loops = address.searchParams.has('loop');
  address.search = '';
  const file = await allowedFile(fileURLToPath(address), request.mediaDirs);
  const demuxer = demuxerFor(await beginningOf(file), path.basename(file));
  // Without the queue tsdemux would look for the stream's end first, and take what it sees there for other tracks.
  const source = demuxer === 'tsdemux' ? 'filesrc name=src ! queue' : 'filesrc name=src';
  let isFirst = true;
  return {
    receivedOver: 'file',
    certificateTrusted: null,
    isPaced: true,
    async next(): Promise<Feed | null> {
      if (!isFirst && !loops) return null;
      isFirst = false;
      const plan = new Branches(request);
      return {
        text: `${source} ! ${demuxer} name=demux`,
        plan,
        prepare(pipeline) {
          pipeline.set('src', 'location', quoted(file));
          plan.follow(pipeline);
        },
      };
    },
    release() {},
  };
}

/**
 * The file itself, behind all links.
 * @throws {NvrError} `camera_refused` when it is in none of the folders that the operator has named.
 */
export async function allowedFile(file: string, mediaDirs: readonly string[]): Promise<string> {
  const refused = new NvrError(
    'camera_refused',
    mediaDirs.length === 0
      ? 'This recorder plays no files. Start it with --media-dir FOLDER to allow those of a folder.'
      : `This recorder plays files of ${mediaDirs.join(', ')} only (--media-dir).`,
  );
  const folders = await Promise.all(mediaDirs.map((folder) => realpath(folder).catch(() => null)));
  // Of what is not in these folders, not even whether it exists is told.
  if (!mediaDirs.some((folder) => isIn(path.resolve(file), path.resolve(folder)))) throw refused;
  const real = await realpath(file).catch(() => {
    throw new NvrError('camera_stream_not_found', `There is no file ${path.basename(file)} in this folder.`);
  });
  if (!folders.some((folder) => folder !== null && isIn(real, folder))) throw refused;
  return real;
}

const isIn = (file: string, folder: string) => file.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

async function beginningOf(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    throw new NvrError('camera_unreachable', `The recorder cannot read ${path.basename(file)}.`, { cause });
  }
}
