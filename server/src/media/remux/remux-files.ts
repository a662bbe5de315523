import { stat } from 'node:fs/promises';
import { mux } from './mux.ts';
import { planOutputs } from './plan.ts';
import { verify } from './read-back.ts';
import type { RemuxedFile, RemuxRequest } from './request.ts';

interface RemuxSteps {
  onProgress(share: number): void;
  /** Between writing a file and reading it back; tests damage it here. */
  onWritten?(path: string): Promise<void>;
}

/** Of the whole work; reading back takes about as long as writing. */
const writingShare = 0.5;

/**
 * Makes files of recordings without encoding anew, and reads each back.
 *
 * @throws {NvrError} `footage_not_found`, `disk_full`, `disk_error`, `pipeline_failed`. Then what was written is for the caller to remove.
 */
export async function remuxFiles(
  { format, ranges, target }: RemuxRequest,
  { onProgress, onWritten = async () => {} }: RemuxSteps,
): Promise<RemuxedFile[]> {
  const totalBytes = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  const files: RemuxedFile[] = [];
  let doneBytes = 0;
  for (const [at, plan] of (await planOutputs(ranges)).entries()) {
    const path = at === 0 ? target : `${target}.${at + 1}`;
    const planBytes = plan.ranges.reduce((sum, { range }) => sum + range.to - range.from, 0);
    const report = (bytes: number) => onProgress(Math.min((doneBytes + bytes) / totalBytes, 1));
    let writtenBytes = 0;
    const onBytes = (sizeBytes: number) => {
      writtenBytes += sizeBytes;
      report(writtenBytes * writingShare);
    };
    const { print, ...muxed } = await mux(plan, { format, path, onBytes });
    await onWritten(path);
    const onFrames = (share: number) => report(planBytes * (writingShare + share * (1 - writingShare)));
    await verify(path, { format, codec: plan.video.codec, print, onFrames });
    doneBytes += planBytes;
    files.push({ ...muxed, sizeBytes: (await stat(path)).size });
  }
  return files;
}
