import type { ExportCreate, ExportEstimate, ExportJob, ExportPatch } from '@nightjar/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';

/** Makes files of footage; answers at once. */
export const createExport = (wish: ExportCreate) => request<ExportJob>('/exports', { method: 'POST', body: wish });

/** What is left out stays as it is. */
export const updateExport = (exportId: number, patch: ExportPatch) =>
  request<ExportJob>(`/exports/${exportId}`, { method: 'PATCH', body: patch });

/** With its files. One that is being made is stopped. */
export const removeExport = (exportId: number) => request<void>(`/exports/${exportId}`, { method: 'DELETE' });

/** What an export would come to; null: nothing that can be asked for. */
export const exportEstimateQuery = (wish: ExportCreate | null) =>
  queryOptions({
    queryKey: ['export-estimate', wish],
    queryFn: ({ signal }) => request<ExportEstimate>('/exports/estimate', { method: 'POST', body: wish, signal }),
    enabled: wish !== null,
    staleTime: 10_000,
    placeholderData: keepPreviousData,
  });

/** Downloads all of an export: its only file, else a ZIP. */
export const exportUrl = (exportId: number) => `/api/v1/exports/${exportId}/file`;

/** Downloads one of its files; `index` counts from 0. */
export const exportFileUrl = (exportId: number, index: number) => `/api/v1/exports/${exportId}/files/${index}`;

export const exportManifestUrl = (exportId: number) => `/api/v1/exports/${exportId}/manifest`;
