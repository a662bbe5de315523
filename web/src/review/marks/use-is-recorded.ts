import { useDebouncedValue } from '@mantine/hooks';
import { useQueries } from '@tanstack/react-query';
import { timelineQuery } from '../../api/queries.ts';

interface Asked {
  cameraIds: readonly string[];
  from: number | null;
  to: number | null;
}

/** Typing a time must not ask for each digit. */
const restMs = 300;

/** Whether anything is recorded of these cameras in `[from, to)`; null while that is not known. */
export function useIsRecorded(asked: Asked): boolean | null {
  const [{ cameraIds, from, to }] = useDebouncedValue(asked, restMs);
  const valid = from !== null && to !== null && from < to;
  return useQueries({
    queries: valid ? cameraIds.map((id) => timelineQuery(id, Math.floor(from), Math.ceil(to), false)) : [],
    combine: (results) => {
      if (results.some(({ data }) => data && data.spans.length > 0)) return true;
      return results.length > 0 && results.every(({ data }) => data) ? false : null;
    },
  });
}
