import { inProcess, type WorkOptions } from './in-process.ts';
import type { RemuxedFile, RemuxRequest } from './request.ts';

export type { RemuxedFile, RemuxRange, RemuxRequest } from './request.ts';

/**
 * Makes files of recordings, not encoded again, in a process of its own at the lowest priority, and reads them back.
 *
 * @throws {NvrError} `footage_not_found`, `disk_full`, `disk_error`, `pipeline_failed`, `internal`; the signal's reason when aborted.
 */
export function remux(request: RemuxRequest, options: WorkOptions): Promise<RemuxedFile[]> {
  return inProcess(new URL('./process.ts', import.meta.url), request, { ...options, part: 'remux' });
}
