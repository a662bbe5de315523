import type { Week } from '@nightjar/contract';
import { useMemo, useState } from 'react';
import { spansOfWeek, type WeekSpan, weekOfSpans } from './week.ts';

export interface WeekHistory {
  spans: WeekSpan[];
  /** `same-step`: undone together with the change before it. Answers the new week. */
  change(spans: readonly WeekSpan[], step?: 'new-step' | 'same-step'): Week;
  undo(): void;
  redo(): void;
  canUndo: boolean;
  canRedo: boolean;
}

interface Steps {
  /** What was handed out last: another week from outside begins a new history. */
  current: Week;
  past: Week[];
  future: Week[];
}

const most = 100;

/** Edits `week`, and takes edits back. */
export function useWeekHistory(week: Week, onChange: (week: Week) => void): WeekHistory {
  const [kept, setSteps] = useState<Steps>({ current: week, past: [], future: [] });
  const steps = kept.current === week ? kept : { current: week, past: [], future: [] };
  const go = (current: Week, past: Week[], future: Week[]) => {
    setSteps({ current, past: past.slice(-most), future });
    onChange(current);
  };
  const before = steps.past.at(-1);
  const after = steps.future.at(-1);
  return {
    spans: useMemo(() => spansOfWeek(week), [week]),
    change(spans, step = 'new-step') {
      const next = weekOfSpans(spans);
      if (JSON.stringify(next) === JSON.stringify(week)) return week;
      go(next, step === 'same-step' ? steps.past : [...steps.past, week], []);
      return next;
    },
    undo: () => before && go(before, steps.past.slice(0, -1), [...steps.future, week]),
    redo: () => after && go(after, [...steps.past, week], steps.future.slice(0, -1)),
    canUndo: before !== undefined,
    canRedo: after !== undefined,
  };
}
