import type {
  ArchiveJob,
  Coverage,
  CoverageDays,
  DailyReport,
  EventLevel,
  EvidenceInfo,
  History,
  RecorderEvent,
  ReportSummary,
  RetentionPreview,
  SystemInfo,
} from '@nightjar/contract';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import { archivesKey, eventLogKey, retentionKey } from './queries.ts';

/** The key that signs recordings; it is the same as long as the recorder runs. */
export const evidenceQuery = queryOptions({
  queryKey: ['evidence'],
  queryFn: ({ signal }) => request<EvidenceInfo>('/evidence', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Load, clock, and what each camera's stream is like. */
export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => request<SystemInfo>('/system', { signal }),
  staleTime: 4_000,
  refetchInterval: 5_000,
});

/** Values of the `hours` up to now, in about `points` equal steps; `aheadMs`: the recorder's clock to this browser's. */
export const historyQuery = (hours: number, points: number, aheadMs: number) =>
  queryOptions({
    queryKey: ['history', hours, points],
    queryFn: ({ signal }) => {
      const to = Math.round(Date.now() + aheadMs);
      return request<History>(`/history?from=${to - hours * 3_600_000}&to=${to}&points=${points}`, { signal });
    },
    staleTime: 30_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });

/** What was recorded in `[fromMs, toMs)`, by camera and cause. */
export const coverageQuery = (fromMs: number, toMs: number) =>
  queryOptions({
    queryKey: ['coverage', fromMs, toMs],
    queryFn: ({ signal }) => request<Coverage>(`/coverage?from=${fromMs}&to=${toMs}`, { signal }),
    staleTime: 30_000,
  });

/** What was recorded on each local day that `[fromMs, toMs)` touches. */
export const coverageDaysQuery = (fromMs: number, toMs: number) =>
  queryOptions({
    queryKey: ['coverage-days', fromMs, toMs],
    queryFn: ({ signal }) => request<CoverageDays>(`/coverage/days?from=${fromMs}&to=${toMs}`, { signal }),
    staleTime: 30_000,
    refetchInterval: 60_000,
    placeholderData: keepPreviousData,
  });

export interface EventFilter {
  /** This level and those above it; null: all. */
  level: EventLevel | null;
  cameraId: string | null;
}

export const eventsPerPage = 50;

/** The event log, newest first, page by page. */
export const eventLogQuery = ({ level, cameraId }: EventFilter) =>
  infiniteQueryOptions({
    queryKey: [...eventLogKey, level, cameraId],
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ limit: String(eventsPerPage) });
      if (level) query.set('level', level);
      if (cameraId) query.set('cameraId', cameraId);
      if (pageParam !== null) query.set('before', String(pageParam));
      return request<RecorderEvent[]>(`/event-log?${query}`, { signal });
    },
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < eventsPerPage ? undefined : page.at(-1)?.id),
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });

/** The newest `limit` entries of the event log. */
export const newestEventsQuery = (limit: number) =>
  queryOptions({
    queryKey: [...eventLogKey, 'newest', limit],
    queryFn: ({ signal }) => request<RecorderEvent[]>(`/event-log?limit=${limit}`, { signal }),
    staleTime: 30_000,
  });

/** What cleaning would remove now. */
export const retentionPreviewQuery = queryOptions({
  queryKey: [...retentionKey, 'preview'],
  queryFn: ({ signal }) => request<RetentionPreview>('/retention/preview', { signal }),
  staleTime: 0,
});

export const archivesQuery = queryOptions({
  queryKey: archivesKey,
  queryFn: ({ signal }) => request<ArchiveJob[]>('/archives', { signal }),
  staleTime: 30_000,
});

/** Days that have a report, newest first. */
export const reportsQuery = queryOptions({
  queryKey: ['reports'],
  queryFn: ({ signal }) => request<ReportSummary[]>('/reports', { signal }),
  staleTime: 60_000,
});

/** The report of a local day, `YYYY-MM-DD`; that of today is of the day so far. */
export const reportQuery = (date: string, isToday: boolean) =>
  queryOptions({
    queryKey: ['report', date],
    queryFn: ({ signal }) => request<DailyReport>(`/reports/${date}`, { signal }),
    staleTime: 30_000,
    refetchInterval: isToday && 60_000,
  });
