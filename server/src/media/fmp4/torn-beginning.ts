import { boxHeaderAt } from './box-reader.ts';

/** The boxes of a segment up to the end of its first chunk, in order. */
const beginning = ['ftyp', 'moov', 'uuid', 'prft', 'moof', 'mdat'];

/**
 * Whether a file holds no more than the beginning of a segment, broken off before its first chunk was whole: nothing at
 * all, boxes of ours in our order, and perhaps the zeros that a power loss leaves in place of what was not yet on disk.
 *
 * @param file all of it.
 */
export function isTornBeginning(file: Buffer): boolean {
  const data = withoutZerosAtEnd(file);
  let at = 0;
  for (const type of beginning) {
    if (at >= data.length) return true;
    if (data.length - at < 8) return type.startsWith(data.toString('latin1', at + 4));
    const header = boxHeaderAt(data, at);
    if (header?.type !== type) return false;
    at += header.sizeBytes;
  }
  return at > file.length;
}

function withoutZerosAtEnd(file: Buffer): Buffer {
  let end = file.length;
  while (end > 0 && file[end - 1] === 0) end -= 1;
  return file.subarray(0, end);
}
