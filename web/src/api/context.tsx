import type { CameraDto, CameraStatus } from '@nightjar/contract';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useState,
  useSyncExternalStore,
} from 'react';
import { wantedAt } from '../schedule/wanted.ts';
import { type Connection, RecorderEvents } from './events.ts';
import {
  archivesKey,
  camerasQuery,
  eventLogKey,
  exportsKey,
  layoutsQuery,
  marksKey,
  recorderQuery,
  retentionKey,
  storageQuery,
  withJob,
} from './queries.ts';

const EventsContext = createContext<RecorderEvents | null>(null);

/** Keeps the event stream open while its children are shown. */
export function EventsProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [events] = useState(() => eventsFor(queries));
  useEffect(() => {
    events.start();
    return () => events.stop();
  }, [events]);
  return <EventsContext value={events}>{children}</EventsContext>;
}

/** Each change marks what was read before as old; what is on the page is read again at once. */
function eventsFor(queries: QueryClient): RecorderEvents {
  const renew = (...keys: ReadonlyArray<readonly string[]>) => {
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey });
  };
  return new RecorderEvents({
    onCamerasChanged: () => renew(camerasQuery.queryKey),
    onStorageChanged: () => renew(storageQuery.queryKey, retentionKey),
    onLogged: () => renew(eventLogKey),
    onLayoutsChanged: () => renew(layoutsQuery.queryKey),
    onMarksChanged: () => renew(marksKey),
    onArchive(job) {
      const known = queries.getQueryData(archivesKey);
      if (job && known?.some(({ id }) => id === job.id)) queries.setQueryData(archivesKey, withJob(known, job));
      else renew(archivesKey);
    },
    onExport(job) {
      const known = queries.getQueryData(exportsKey);
      if (job && known?.some(({ id }) => id === job.id)) queries.setQueryData(exportsKey, withJob(known, job));
      else renew(exportsKey);
    },
  });
}

function useEvents(): RecorderEvents {
  const events = useContext(EventsContext);
  if (!events) throw new Error('EventsProvider is missing');
  return events;
}

export function useConnection(): Connection {
  const events = useEvents();
  return useSyncExternalStore(events.subscribe, events.connection);
}

/** The newest status of one camera; undefined until the first event. */
export function useCameraStatus(cameraId: string): CameraStatus | undefined {
  const events = useEvents();
  return useSyncExternalStore(
    events.subscribe,
    useCallback(() => events.status(cameraId), [events, cameraId]),
  );
}

/** The newest status of all cameras; a new map each time one changes. */
export function useCameraStatuses(): ReadonlyMap<string, CameraStatus> {
  const events = useEvents();
  return useSyncExternalStore(events.subscribe, events.statuses);
}

/** How many of `cameras` record, how many rest because somebody wants it so, and how many should record but do not. */
export interface RecordingCount {
  recording: number;
  /** By an override or switched off. */
  paused: number;
  /** By their schedule. */
  unscheduled: number;
  failing: number;
}

export function useRecordingCount(cameras: readonly CameraDto[]): RecordingCount {
  const events = useEvents();
  const timeZone = useTimeZone();
  const nowMs = useNow(5_000);
  const text = useSyncExternalStore(
    events.subscribe,
    useCallback(() => {
      const states = cameras.map(({ id, recording }) => {
        const status = events.status(id);
        const wanted = wantedAt(recording, nowMs, timeZone);
        if (status?.state === 'recording') return 'recording';
        if (!wanted.record) return wanted.by === 'schedule' ? 'unscheduled' : 'paused';
        return status?.state === 'waiting' || (status?.state === 'live' && status.problem) ? 'failing' : 'starting';
      });
      const count = (wanted: string) => states.filter((state) => state === wanted).length;
      // A snapshot must compare equal while nothing changed: numbers in a text do, a new object does not.
      return `${count('recording')} ${count('paused')} ${count('unscheduled')} ${count('failing')}`;
    }, [events, cameras, timeZone, nowMs]),
  );
  const [recording = 0, paused = 0, unscheduled = 0, failing = 0] = text.split(' ').map(Number);
  return { recording, paused, unscheduled, failing };
}

/** The recorder's time zone; the browser's own until it is known. */
export function useTimeZone(): string {
  const { data } = useQuery(recorderQuery);
  return data?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** How far the recorder's clock is ahead of this browser's, ms; 0 until it is known. */
export function useClockAhead(): number {
  return useQuery(recorderQuery).data?.clockAheadMs ?? 0;
}

/** The recorder's clock, Unix ms, renewed every `everyMs`. */
export function useNow(everyMs: number): number {
  const aheadMs = useClockAhead();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now + aheadMs;
}
