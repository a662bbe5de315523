import type { EventLevel } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { marksQuery } from '../../api/mark-queries.ts';
import { eventsWithinQuery } from '../../api/timeline-queries.ts';
import { lengthOf } from './geometry.ts';
import { levelFor, levels } from './levels.ts';
import { noRemarks, type Remarks, remarksOf } from './remarks.ts';
import type { View, ViewStore } from './view-store.ts';

/** In a longer view less can be told apart: up to two days all events, to nine warnings, beyond that what is urgent. */
const levelOf = (lengthMs: number): EventLevel | null =>
  lengthMs <= 2 * 86_400_000 ? null : lengthMs <= 9 * 86_400_000 ? 'warning' : 'alert';

interface Window extends View {
  level: EventLevel | null;
}

/** Marks and events about the view; read again when the view leaves what was read, and when the recorder tells of new ones. */
export function useRemarks(store: ViewStore): Remarks {
  const [window, setWindow] = useState(() => windowFor(store.get()));
  useEffect(() => {
    const follow = () =>
      setWindow((known) => {
        const next = windowFor(store.get());
        return isSame(known, next) ? known : next;
      });
    follow();
    return store.subscribe(follow);
  }, [store]);
  const marks = useQuery(marksQuery(window)).data;
  const events = useQuery(eventsWithinQuery(window.from, window.to, window.level)).data;
  return useMemo(() => (marks || events ? remarksOf(marks ?? [], events ?? []) : noRemarks), [marks, events]);
}

/** Whole tiles of the view's level, and one beyond on either side: few different ones while it moves. */
function windowFor(view: View): Window {
  const { tileMs } = levels[Math.max(1, levelFor(view))] as (typeof levels)[number];
  return {
    from: (Math.floor(view.from / tileMs) - 1) * tileMs,
    to: (Math.ceil(view.to / tileMs) + 1) * tileMs,
    level: levelOf(lengthOf(view)),
  };
}

const isSame = (a: Window, b: Window): boolean => a.from === b.from && a.to === b.to && a.level === b.level;
