import type { EventLevel, Frames, RecorderEvent, Timelines } from '@nightjar/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import { eventLogKey } from './queries.ts';

interface TimelinesWish {
  /** Unix ms. */
  from: number;
  to: number;
  resolutionMs: number;
}

/** What is recorded of several cameras in `[from, to)`; gaps shorter than `resolutionMs` may be left out. */
export const readTimelines = (
  cameraIds: readonly string[],
  { from, to, resolutionMs }: TimelinesWish,
  signal: AbortSignal,
): Promise<Timelines> =>
  request(`/timeline?cameraIds=${cameraIds.join(',')}&from=${from}&to=${to}&resolutionMs=${resolutionMs}`, { signal });

/** When each frame of at most a minute is shown. */
export const readFrames = (
  cameraId: string,
  { from, to }: { from: number; to: number },
  signal: AbortSignal,
): Promise<Frames> => request(`/cameras/${cameraId}/frames?from=${from}&to=${to}`, { signal });

/** As many as one answer has. */
const mostEvents = 1_000;

/** What happened in `[from, to)`, of this level and above (null: all), newest first; the newest if there is too much. */
export const eventsWithinQuery = (from: number, to: number, level: EventLevel | null) =>
  queryOptions({
    queryKey: [...eventLogKey, 'within', from, to, level],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ from: String(from), to: String(to), limit: String(mostEvents) });
      if (level) query.set('level', level);
      return request<RecorderEvent[]>(`/event-log?${query}`, { signal });
    },
    staleTime: 30_000,
    placeholderData: keepPreviousData,
  });
