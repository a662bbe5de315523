import { causeText, formatLost } from '../../cameras/coverage.ts';
import { formatClock, formatDate, formatDuration } from '../../time/format.ts';
import type { Hover } from './hover.ts';
import type { Range } from './props.ts';

/** What there is under the pointer, in words: of a gap its cause, from when to when, and how long. */
export function hoverWords({ moment }: Pick<Hover, 'moment'>, timeZone: string): string[] {
  switch (moment.state) {
    case 'recorded':
      return ['Recorded'];
    case 'future':
      return ['Not yet'];
    case 'nothing':
      return ['No footage'];
    case 'unknown':
      return ['Being read…'];
    case 'gap': {
      const { cause, from, to, isOver } = moment;
      const length = from !== null && to !== null ? formatLost(to - from) : null;
      return [causeText[cause], gapRange(from, isOver ? to : 'now', timeZone), length].filter((text) => text !== null);
    }
  }
}

/** `14:03:10 – 14:05:00`, with days where they differ; null when nothing is known of it. */
function gapRange(from: number | null, to: number | null | 'now', timeZone: string): string | null {
  const end = to === 'now' ? null : to;
  const dayOf = (atMs: number) => formatDate(atMs, timeZone);
  const withDay = from === null || end === null || dayOf(from) !== dayOf(end);
  const isShort = from !== null && end !== null && end - from < 10_000;
  const clock = (atMs: number) => formatClock(atMs, timeZone, isShort ? 'millisecond' : 'second');
  const text = (atMs: number) => (withDay && to !== 'now' ? `${dayOf(atMs)} ${clock(atMs)}` : clock(atMs));
  if (to === 'now') return from === null ? 'until now' : `since ${dayOf(from)} ${clock(from)}`;
  if (from === null) return end === null ? null : `until ${text(end)}`;
  return end === null ? `from ${text(from)}` : `${text(from)} – ${text(end)}`;
}

/** `14:03:10 – 14:05:00`, and how long that is; short ones to the millisecond. */
export function selectionWords({ from, to }: Range, timeZone: string): { span: string; length: string } {
  const isShort = to - from < 10_000;
  const dayOf = (atMs: number) => formatDate(atMs, timeZone);
  const day = (atMs: number) => (dayOf(from) === dayOf(to) ? '' : `${dayOf(atMs)} `);
  const text = (atMs: number) => `${day(atMs)}${formatClock(atMs, timeZone, isShort ? 'millisecond' : 'second')}`;
  const length = isShort ? `${((to - from) / 1000).toFixed(3)} s` : formatDuration(to - from);
  return { span: `${text(from)} – ${text(to)}`, length };
}
