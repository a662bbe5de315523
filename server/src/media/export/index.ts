import { inProcess, type WorkOptions } from '../remux/in-process.ts';
import type { ExportedFile, ExportRequest } from './request.ts';

export type { ExportedFile, ExportPiece, ExportRequest } from './request.ts';

/**
 * Makes files of a range of a recording, in a process of its own at the lowest priority, and reads them back: in playing order,
 * a subtitle file behind its video.
 *
 * @throws {NvrError} `footage_not_found` when nothing of the range is in the footage, `export_not_possible` when this machine
 * lacks an encoder, `disk_full`, `disk_error`, `pipeline_failed`, `internal`; the signal's reason when aborted. Then what was
 * written is for the caller to remove.
 */
export function makeExport(request: ExportRequest, options: WorkOptions): Promise<ExportedFile[]> {
  return inProcess(new URL('./process.ts', import.meta.url), request, { ...options, part: 'export' });
}
