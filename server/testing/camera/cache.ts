import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { AudioClip, VideoClip } from './clip.ts';

/** Part of each name, so that a change of the drawing or of the format makes new files. */
const VERSION = 3;

/** In memory: mounts of the same properties share a clip. */
const loaded = new Map<string, Promise<VideoClip | AudioClip>>();

/** Encoded clips on disk: the fields as JSON, a newline, the frames' bytes one after the other. */
export function cached<T extends VideoClip | AudioClip>(
  directory: string,
  key: object,
  make: () => Promise<T>,
): Promise<T> {
  const name = createHash('sha256')
    .update(JSON.stringify([VERSION, key]))
    .digest('hex')
    .slice(0, 24);
  const file = path.join(directory, `${name}.clip`);
  const known = loaded.get(file) as Promise<T> | undefined;
  const clip = known ?? loadOrMake(file, make);
  loaded.set(file, clip);
  return clip;
}

async function loadOrMake<T extends VideoClip | AudioClip>(file: string, make: () => Promise<T>): Promise<T> {
  const stored = await readFile(file).catch(() => null);
  if (stored !== null) return decode<T>(stored);
  const clip = await make();
  await mkdir(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, encode(clip));
  await rename(partial, file);
  return clip;
}

function encode(clip: VideoClip | AudioClip): Buffer {
  const frames = clip.frames.map(({ data, ...fields }) => ({ ...fields, size: data.length }));
  return Buffer.concat([
    Buffer.from(`${JSON.stringify({ ...clip, frames })}\n`),
    ...clip.frames.map(({ data }) => data),
  ]);
}

function decode<T extends VideoClip | AudioClip>(stored: Buffer): T {
  const end = stored.indexOf('\n');
  const clip = JSON.parse(stored.toString('utf8', 0, end)) as { frames: Array<{ size: number }> };
  let at = end + 1;
  const frames = clip.frames.map(({ size, ...fields }) => {
    const data = stored.subarray(at, at + size);
    at += size;
    return { ...fields, data };
  });
  return { ...clip, frames } as unknown as T;
}
