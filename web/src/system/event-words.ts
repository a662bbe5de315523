import type { EventLevel, RecorderEvent } from '@nightjar/contract';
import { formatClock, formatDate } from '../time/format.ts';

export const levelWord: Record<EventLevel, string> = { info: 'Info', warning: 'Warning', alert: 'Alert' };

/** What an entry adds to its message: how often it happened; empty when once. */
export const eventNote = ({ count, lastAt }: RecorderEvent, timeZone: string): string =>
  count > 1 ? `${count} times until ${formatClock(lastAt, timeZone)}` : '';

export interface EventDay {
  /** "Today, Sun 22 Nov" or "Fri 20 Nov 2026". */
  title: string;
  events: RecorderEvent[];
}

/** `events`, newest first, by local day. */
export function byDay(events: readonly RecorderEvent[], nowMs: number, timeZone: string): EventDay[] {
  const dateOf = (at: number) => formatDate(at, timeZone, 'with-year');
  const named = new Map([
    [dateOf(nowMs - 86_400_000), 'Yesterday'],
    [dateOf(nowMs), 'Today'],
  ]);
  const days: EventDay[] = [];
  for (const event of events) {
    const date = dateOf(event.at);
    const title = named.has(date) ? `${named.get(date)}, ${formatDate(event.at, timeZone)}` : date;
    const day = days.at(-1);
    if (day?.title === title) day.events.push(event);
    else days.push({ title, events: [event] });
  }
  return days;
}
