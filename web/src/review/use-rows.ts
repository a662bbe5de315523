import type { CameraDto } from '@nightjar/contract';
import { useQueries } from '@tanstack/react-query';
import { useMemo } from 'react';
import { timelineQuery } from '../api/queries.ts';
import type { LocalDay } from '../time/zone.ts';
import type { TimelineRow } from './timeline.tsx';

interface RowsOptions {
  cameras: readonly CameraDto[];
  day: LocalDay;
  selectedId: string;
  isToday: boolean;
}

/** The day's timeline of each camera; today's are read again, the selected one's most often. */
export function useRows({ cameras, day, selectedId, isToday }: RowsOptions): TimelineRow[] {
  const timelines = useQueries({
    queries: cameras.map(({ id }) =>
      timelineQuery(id, day.from, day.to, isToday && (id === selectedId ? 5_000 : 30_000)),
    ),
    combine: (results) => results.map(({ data }) => data),
  });
  return useMemo(
    () => cameras.map(({ id, name }, index) => ({ cameraId: id, name, timeline: timelines[index] })),
    [cameras, timelines],
  );
}
