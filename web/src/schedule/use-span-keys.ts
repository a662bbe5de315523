import { type KeyboardEvent, type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { keyAction } from './gestures.ts';
import type { GridLayout } from './use-grid-gestures.ts';
import type { WeekHistory } from './use-week-history.ts';
import { isSame, spanWith, type WeekSpan, withoutSpan, withSpans } from './week.ts';

const stepMinutes = 15;

/** A run of key presses on one span: one step for undo, and what it passes over comes back when it has moved on. */
interface Run {
  /** The week without the span. */
  base: WeekSpan[];
  span: WeekSpan;
  /** The week that the last press made. */
  after: WeekSpan[];
}

interface SpanKeysOptions {
  history: WeekHistory;
  layout: GridLayout;
  /** Gives the focus to the span with this one's beginning, once it is drawn. */
  focus(span: WeekSpan): void;
  onEdit(span: WeekSpan): void;
}

/** Keys on a span that has the focus. */
export function useSpanKeys({ history, layout, focus, onEdit }: SpanKeysOptions) {
  const { spans } = history;
  const run = useRef<Run>(null);

  const remove = (span: WeekSpan) => {
    const index = spans.findIndex((one) => isSame(one, span));
    const neighbour = spans[index + 1] ?? spans[index - 1];
    history.change(withoutSpan(spans, span));
    if (neighbour) focus(neighbour);
  };
  const onKeyDown = (event: KeyboardEvent, span: WeekSpan) => {
    const going = run.current && goesOn(run.current, span, spans) ? run.current : null;
    const { base, span: moving } = going ?? { base: withoutSpan(spans, span), span };
    const action = keyAction(event, moving, layout, stepMinutes);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    if (action.kind === 'edit') onEdit(span);
    else if (action.kind === 'remove') remove(span);
    else {
      const after = withSpans(base, [action.span]);
      run.current = { base, span: action.span, after };
      history.change(after, going ? 'same-step' : 'new-step');
      focus(action.span);
    }
  };
  return { onKeyDown, remove };
}

/** Nothing else changed the week since the last press, and it is still the same span that has the focus. */
function goesOn(run: Run, focused: WeekSpan, spans: readonly WeekSpan[]): boolean {
  const found = spanWith(spans, run.span);
  return found !== undefined && isSame(found, focused) && JSON.stringify(run.after) === JSON.stringify(spans);
}

/** Answers a function that focuses the span with a wanted one's beginning, once it is drawn. */
export function useFocusOnSpan(lanes: RefObject<HTMLElement | null>, spans: readonly WeekSpan[]) {
  const [wanted, setWanted] = useState<WeekSpan | null>(null);
  useLayoutEffect(() => {
    if (!wanted) return;
    const found = spanWith(spans, wanted);
    const index = found ? spans.indexOf(found) : -1;
    lanes.current?.querySelector<HTMLElement>(`button[data-span="${index}"]`)?.focus({ preventScroll: true });
    setWanted(null);
  }, [lanes, spans, wanted]);
  return setWanted;
}
