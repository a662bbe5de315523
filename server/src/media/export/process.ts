/** A child process that makes the files of one export, and ends. */
import { serveOne } from '../remux/serve-one.ts';
import { exportFiles } from './export-files.ts';
import type { ExportedFile, ExportRequest } from './request.ts';

serveOne<ExportRequest, ExportedFile[]>((request, onProgress) => exportFiles(request, { onProgress }));
