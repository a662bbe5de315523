import type { ExportJob } from '@nightjar/contract';
import { queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import { exportsKey } from './queries.ts';

/** Exports, newest first. */
export const exportsQuery = queryOptions({
  queryKey: exportsKey,
  queryFn: ({ signal }) => request<ExportJob[]>('/exports', { signal }),
  staleTime: 30_000,
});
