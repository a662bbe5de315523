/** A child process that makes files of recordings for one request, and ends. */
import { remuxFiles } from './remux-files.ts';
import type { RemuxedFile, RemuxRequest } from './request.ts';
import { serveOne } from './serve-one.ts';

serveOne<RemuxRequest, RemuxedFile[]>((request, onProgress) => remuxFiles(request, { onProgress }));
