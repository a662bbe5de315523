import type {
  ArchiveJob,
  CameraDto,
  Day,
  ExportJob,
  FootageSummary,
  Layout,
  RecorderInfo,
  Storage,
  Timeline,
} from '@nightjar/contract';
import { type DataTag, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type ApiFailure, request } from './client.ts';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiFailure;
  }
}

/** The recorder, and by how much its clock is ahead of this browser's, ms. */
export type Recorder = RecorderInfo & { clockAheadMs: number };

export const recorderQuery = queryOptions({
  queryKey: ['recorder'],
  queryFn: async ({ signal }): Promise<Recorder> => {
    const askedAt = Date.now();
    const info = await request<RecorderInfo>('/recorder', { signal });
    return { ...info, clockAheadMs: info.now - (askedAt + Date.now()) / 2 };
  },
  staleTime: 60_000,
});

export const camerasQuery = queryOptions({
  queryKey: ['cameras'],
  queryFn: ({ signal }) => request<CameraDto[]>('/cameras', { signal }),
});

/** Saved walls, by name. */
export const layoutsQuery = queryOptions({
  queryKey: ['layouts'],
  queryFn: ({ signal }) => request<Layout[]>('/layouts', { signal }),
  staleTime: 60_000,
});

/** Volumes and forecast. In the frame of every page: read again only when the recorder says so, or a page asks. */
export const storageQuery = queryOptions({
  queryKey: ['storage'],
  queryFn: ({ signal }) => request<Storage>('/storage', { signal }),
  staleTime: 60_000,
});

/** Beginnings of the keys of what `system-queries.ts` reads. */
export const eventLogKey = ['event-log'] as const;
export const retentionKey = ['retention'] as const;
export const archivesKey = ['archives'] as DataTag<['archives'], ArchiveJob[], ApiFailure>;

export const exportsKey = ['exports'] as DataTag<['exports'], ExportJob[], ApiFailure>;
/** Beginning of the keys of all that reads locks and bookmarks. */
export const marksKey = ['marks'] as const;

/** `jobs` with the newer state of one of them. */
export const withJob = <Job extends { id: number }>(jobs: readonly Job[], job: Job): Job[] =>
  jobs.map((known) => (known.id === job.id ? job : known));

/** Days with footage of one month, `YYYY-MM`. */
export const daysQuery = (cameraId: string, month: string) =>
  queryOptions({
    queryKey: ['days', cameraId, month],
    queryFn: ({ signal }) => request<Day[]>(`/cameras/${cameraId}/days?month=${month}`, { signal }),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

/** What is recorded in `[fromMs, toMs)`. `refreshMs` false for a day that is over: it can only shrink by deletion. */
export const timelineQuery = (cameraId: string, fromMs: number, toMs: number, refreshMs: number | false) =>
  queryOptions({
    queryKey: ['timeline', cameraId, fromMs, toMs],
    queryFn: ({ signal }) => request<Timeline>(`/cameras/${cameraId}/timeline?from=${fromMs}&to=${toMs}`, { signal }),
    staleTime: 4_000,
    refetchInterval: refreshMs,
  });

export const footageQuery = (cameraId: string) =>
  queryOptions({
    queryKey: ['footage', cameraId],
    queryFn: ({ signal }) => request<FootageSummary>(`/cameras/${cameraId}/footage`, { signal }),
    staleTime: 0,
  });
