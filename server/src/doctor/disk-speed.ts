import { type FileHandle, open, statfs, unlink } from 'node:fs/promises';
import path from 'node:path';
import { attention, type Finding, ok, problem } from './finding.ts';

interface Limits {
  forMs: number;
  maxBytes: number;
}

const blockBytes = 4 * 1024 * 1024;
const usual: Limits = { forMs: 2_000, maxBytes: 256 * 1024 * 1024 };
/** So that the trial itself never fills a disk. */
const spareBytes = 1e9;
/** A camera of 4 Mbit/s. */
const cameraBytesPerS = 500_000;
/** From here on something else than the disk is the limit. */
const manyCameras = 200;
const slowBytesPerS = 10e6;

/** Writes for up to 2 s, each 4 MB brought to the disk, and says how many cameras that carries. Nothing stays. */
export async function checkDiskSpeed(folder: string): Promise<Finding> {
  try {
    const { bavail, bsize } = await statfs(folder);
    if (bavail * bsize < spareBytes) return attention(`${folder}: too little free space to measure its speed`);
    const speed = await measureWriting(folder);
    // Half of it: playback, cleaning and other programs want the disk too.
    const cameras = Math.floor(speed / 2 / cameraBytesPerS);
    const count = cameras > manyCameras ? `more than ${manyCameras}` : `about ${cameras}`;
    const text = `${folder}: writes ${(speed / 1e6).toFixed(0)} MB/s, enough for ${count} cameras of 4 Mbit/s`;
    return speed < slowBytesPerS ? attention(text, 'a faster disk, or fewer cameras') : ok(text);
  } catch (error) {
    return problem(
      `${folder}: nothing can be written: ${(error as Error).message}`,
      "see the disk's health: dmesg, smartctl -a",
    );
  }
}

/** Bytes a second, on the disk. */
export async function measureWriting(folder: string, { forMs, maxBytes }: Limits = usual): Promise<number> {
  const file = path.join(folder, `.nightjar-doctor-${process.pid}`);
  const handle = await open(file, 'wx');
  try {
    // The file has no name from here on, and is gone with this process, however that ends.
    await unlink(file);
    return await write(handle, forMs, maxBytes);
  } finally {
    await handle.close();
  }
}

async function write(handle: FileHandle, forMs: number, maxBytes: number): Promise<number> {
  // Not zeros: some file systems write none.
  const block = Buffer.alloc(blockBytes, 'Nightjar measures this disk. ');
  const began = performance.now();
  let written = 0;
  do {
    block.writeDoubleLE(Math.random(), 0);
    await handle.writeFile(block);
    await handle.datasync();
    written += block.length;
  } while (performance.now() - began < forMs && written < maxBytes);
  return (written / (performance.now() - began)) * 1_000;
}
