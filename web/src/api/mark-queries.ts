import type { Mark, MarkCreate, MarkPatch } from '@nightjar/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import { marksKey } from './queries.ts';

/** Locks and bookmarks of all cameras that overlap `range`, or of all time; by their beginnings. */
export const marksQuery = (range: { from: number; to: number } | null) =>
  queryOptions({
    queryKey: [...marksKey, range?.from ?? null, range?.to ?? null],
    queryFn: ({ signal }) => {
      const query = range ? `?from=${Math.floor(range.from)}&to=${Math.ceil(range.to)}` : '';
      return request<Mark[]>(`/marks${query}`, { signal });
    },
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });

export const createMark = (mark: MarkCreate) => request<Mark>('/marks', { method: 'POST', body: mark });

/** What is left out stays as it is. */
export const updateMark = (markId: number, patch: MarkPatch) =>
  request<Mark>(`/marks/${markId}`, { method: 'PATCH', body: patch });

/** Its footage stays until a rule takes it. */
export const removeMark = (markId: number) => request<void>(`/marks/${markId}`, { method: 'DELETE' });
