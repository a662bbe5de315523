import { useQuery } from '@tanstack/react-query';
import { useCameraStatuses, useConnection, useNow, useTimeZone } from '../api/context.tsx';
import { camerasQuery, storageQuery } from '../api/queries.ts';
import { systemQuery } from '../api/system-queries.ts';
import { type Problem, problemsOf } from './problems.ts';

export type Findings =
  | { state: 'loading' }
  /** The recorder does not answer since then (browser's clock). */
  | { state: 'lost'; sinceMs: number }
  | {
      state: 'known';
      problems: Problem[];
      /** Why not all could be looked at; null when it was. */
      unread: string | null;
      cameras: number;
      /** The recorder's; null when not known. */
      startedAt: number | null;
    };

/** What is not fine, as far as it is known. */
export function useFindings(): Findings {
  const cameras = useQuery(camerasQuery);
  const storage = useQuery(storageQuery);
  const system = useQuery(systemQuery);
  const statuses = useCameraStatuses();
  const connection = useConnection();
  const nowMs = useNow(10_000);
  const timeZone = useTimeZone();
  if (connection.state === 'lost') return connection;
  const all = [cameras, storage, system];
  const unread = all.find(({ isError, data }) => isError && data === undefined)?.error?.message ?? null;
  if (unread === null && all.some(({ data }) => data === undefined)) return { state: 'loading' };
  const problems = problemsOf({
    cameras: cameras.data ?? [],
    statuses,
    storage: storage.data,
    system: system.data,
    nowMs,
    timeZone,
  });
  return {
    state: 'known',
    problems,
    unread,
    cameras: cameras.data?.length ?? 0,
    startedAt: system.data?.startedAt ?? null,
  };
}
