/** Marks and events on the timeline: which belong to a camera, and which lie under the pointer. Pure. */
import type { Mark, RecorderEvent } from '@nightjar/contract';
import { xOf } from './geometry.ts';
import type { View } from './view-store.ts';

export interface Remarks {
  marks: ReadonlyMap<string, readonly Mark[]>;
  /** Of a camera; those of the recorder itself are under `null`. */
  events: ReadonlyMap<string | null, readonly RecorderEvent[]>;
}

export const noRemarks: Remarks = { marks: new Map(), events: new Map() };

export const remarksOf = (marks: readonly Mark[], events: readonly RecorderEvent[]): Remarks => ({
  marks: Map.groupBy(marks, ({ cameraId }) => cameraId),
  events: Map.groupBy(events, ({ cameraId }) => cameraId),
});

/** How far from its icon or tick the pointer may be, pixels. */
const nearPx = 7;
/** Height of the band at the top of a row that shows how far a mark reaches. */
export const markBandPx = 5;

/** The mark whose icon, or band at the top of the row, is at `x` and `y`, pixels within the row; the shortest of several. */
export function markAt(
  marks: readonly Mark[],
  { x, y, view, width }: { x: number; y: number; view: View; width: number },
): Mark | undefined {
  return marks
    .filter((mark) => {
      const left = Math.max(0, xOf(view, width, mark.from));
      const right = Math.min(width, xOf(view, width, mark.to));
      if (right < 0 || left > width) return false;
      const isOnIcon = x >= left - 2 && x <= left + 16 && y <= 18;
      return isOnIcon || (x >= left && x <= right && y <= markBandPx + 2);
    })
    .toSorted((a, b) => a.to - a.from - (b.to - b.from))[0];
}

/** Events whose ticks are at `x`, nearest first. */
export function eventsAt(
  events: readonly RecorderEvent[],
  { x, view, width }: { x: number; view: View; width: number },
): RecorderEvent[] {
  const awayOf = (event: RecorderEvent) => Math.abs(xOf(view, width, event.since ?? event.at) - x);
  return events.filter((event) => awayOf(event) <= nearPx).toSorted((a, b) => awayOf(a) - awayOf(b));
}
