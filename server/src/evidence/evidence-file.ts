import { createReadStream } from 'node:fs';
import { mkdir, open, readdir } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { readAt } from '../media/fmp4/index.ts';
import { evidenceFileName } from '../recording/index.ts';
import { isMissing } from '../shared/is-missing.ts';

/** Appends a line; what a crash has left of one before is cut off first. @param folder absolute; made when missing. */
export async function appendLine(folder: string, line: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const file = await open(path.join(folder, evidenceFileName), 'a+');
  try {
    const { size } = await file.stat();
    const last = size === 0 ? '\n' : (await readAt(file, size - 1, 1)).toString();
    if (last !== '\n') await file.truncate(await endOfLastLine(file, size));
    await file.appendFile(`${line}\n`);
  } finally {
    await file.close();
  }
}

const stepBytes = 1 << 16;

type OpenFile = Parameters<typeof readAt>[0];

/** Behind the last line break before `size`. */
async function endOfLastLine(file: OpenFile, size: number): Promise<number> {
  for (let end = size; end > 0; end -= stepBytes) {
    const from = Math.max(end - stepBytes, 0);
    const at = (await readAt(file, from, end - from)).lastIndexOf('\n');
    if (at >= 0) return from + at + 1;
  }
  return 0;
}

/** The whole lines among the last `maxBytes` of a folder's evidence, in order; none when there is no such file. */
export async function lastLines(folder: string, maxBytes: number): Promise<string[]> {
  try {
    const file = await open(path.join(folder, evidenceFileName), 'r');
    try {
      const { size } = await file.stat();
      const from = Math.max(size - maxBytes, 0);
      const text = (await readAt(file, from, size - from)).toString();
      const begin = from === 0 ? 0 : text.indexOf('\n') + 1;
      return text
        .slice(begin, text.lastIndexOf('\n') + 1)
        .split('\n')
        .slice(0, -1);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** All whole lines of a folder's evidence, one after the other. @throws when it cannot be read. */
export async function* linesOf(folder: string): AsyncGenerator<string> {
  const lines = createInterface({ input: createReadStream(path.join(folder, evidenceFileName)) });
  for await (const line of lines) yield line;
}

/** Of these folders the lines of recordings, by the names of their files. */
export async function recordsIn(folders: readonly string[]): Promise<Map<string, string>> {
  const records = new Map<string, string>();
  for (const folder of folders) {
    try {
      for await (const line of linesOf(folder)) {
        const file = /^\{"version":1,"kind":"segment",.{0,400}?"file":"([^"\\]+)"/.exec(line)?.[1];
        if (file !== undefined) records.set(path.basename(file), line);
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
  return records;
}

/** A stream's days on a volume, absolute, the newest first. */
export async function daysOf(root: string, streamId: string): Promise<string[]> {
  const folder = path.join(root, 'recordings', streamId);
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const days = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    return days.sort((a, b) => (a < b ? 1 : -1)).map((name) => path.join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
