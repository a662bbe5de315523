import type { ErrorCode } from '@nightjar/contract';
import { NvrError } from '../../shared/errors.ts';
import type { GstErrorFields } from '../gst/index.ts';

/** GstResourceError */
const noSpaceLeft = 14;

/** What an element of a pipeline between files reported, for a person. */
export function failureOf({ domain, code, message, debug, element }: GstErrorFields): NvrError {
  const cause = new Error(`${element}: ${message} ${debug}`);
  if (domain !== 'gst-resource-error-quark') {
    return new NvrError('pipeline_failed', `GStreamer could not go on: ${message}`, { cause });
  }
  if (code === noSpaceLeft) return new NvrError('disk_full', 'The disk became full while it was written.', { cause });
  return new NvrError('disk_error', `The file cannot be written or read: ${message}`, { cause });
}

/** Any error as a code, a sentence for a person, and what the log should keep. */
export function explained(error: unknown): { code: ErrorCode; message: string; detail: string } {
  const detail = error instanceof Error ? `${error.stack ?? error.message} ${error.cause ?? ''}` : String(error);
  if (error instanceof NvrError) return { code: error.code, message: error.message, detail };
  return { code: 'internal', message: 'The file could not be made; the log says why.', detail };
}

/** For what the system refuses. @throws {NvrError} `disk_full` or `disk_error`. */
export function diskError(error: NodeJS.ErrnoException): never {
  const full = error.code === 'ENOSPC' || error.code === 'EDQUOT';
  if (full) throw new NvrError('disk_full', 'The disk became full while it was written.', { cause: error });
  throw new NvrError('disk_error', `The file cannot be written or read: ${error.message}`, { cause: error });
}
