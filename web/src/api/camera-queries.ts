import type { Retention, RetentionPreview } from '@nightjar/contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { request } from './client.ts';
import { retentionKey } from './queries.ts';

/** What cleaning would remove if a camera had these limits. */
export const retentionWishQuery = (cameraId: string, { maxAgeDays, maxSizeBytes }: Retention) =>
  queryOptions({
    queryKey: [...retentionKey, 'wish', cameraId, maxAgeDays, maxSizeBytes],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ cameraId });
      if (maxAgeDays !== null) query.set('maxAgeDays', String(maxAgeDays));
      if (maxSizeBytes !== null) query.set('maxSizeBytes', String(maxSizeBytes));
      return request<RetentionPreview>(`/retention/preview?${query}`, { signal });
    },
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
