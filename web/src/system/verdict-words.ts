import { formatDuration } from '../time/format.ts';
import type { Problem } from './problems.ts';

/** `stopped`: something is not recorded that should be. */
export type VerdictKind = 'fine' | 'unknown' | 'notice' | 'stopped';

interface Known {
  problems: ReadonlyArray<Pick<Problem, 'kind' | 'title'>>;
  /** Why not all could be looked at; null when it was. */
  unread: string | null;
  cameras: number;
  startedAt: number | null;
}

/** The answer in words. What could not be looked at is never fine. */
export function verdictOf(known: Known, nowMs: number): { kind: VerdictKind; title: string; detail: string } {
  const { problems, unread, cameras, startedAt } = known;
  if (problems.length > 0) {
    return {
      kind: problems.some(({ kind }) => kind === 'stopped') ? 'stopped' : 'notice',
      title: problems.length === 1 ? 'One thing needs attention' : `${problems.length} things need attention`,
      detail: problems.map(({ title }) => title).join(' · '),
    };
  }
  if (unread !== null) return { kind: 'unknown', title: 'Not all is known', detail: unread };
  if (cameras === 0) return { kind: 'fine', title: 'Ready', detail: 'The recorder runs; there is no camera yet.' };
  const runs = startedAt === null ? '' : ` The recorder runs for ${formatDuration(nowMs - startedAt)}.`;
  return { kind: 'fine', title: 'Everything is fine', detail: `All that should be recorded is.${runs}` };
}
