import type { GapCause } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { timelineQuery } from '../../api/queries.ts';

/** Why nothing is recorded right before `untilMs` (backwards: right after it); null while that is not known. */
export function useGapCause(cameraId: string, untilMs: number, backwards: boolean): GapCause | null {
  const fromMs = backwards ? Math.ceil(untilMs) + 1 : Math.floor(untilMs) - 1;
  const { data } = useQuery(timelineQuery(cameraId, fromMs, fromMs + 1, false));
  return data?.gaps[0]?.cause ?? null;
}
