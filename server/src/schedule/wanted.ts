import type { Recording, Span } from '@nightjar/contract';
import type { WallClock } from './wall-clock.ts';
import { scheduledRanges } from './week.ts';

/** Why a camera is not to be recorded, as the ledger names it; null when it is. */
export type Rest = 'schedule' | 'paused' | null;

/** A stretch of time in which the settings say the same. */
export interface Stretch extends Span {
  rest: Rest;
}

/**
 * What the settings say of `range`, in stretches that follow each other without holes, each of another `rest` than the
 * one before. An override holds for all time until its end: of the time before it was set, its settings tell nothing.
 *
 * @param range Unix milliseconds; may be infinite unless the camera follows its schedule.
 */
export function stretchesOf(recording: Recording, range: Span, wall: WallClock): Stretch[] {
  const { override } = recording;
  if (!override || override.until <= range.from) return byMode(recording, range, wall);
  const rest = override.record ? null : 'paused';
  if (override.until >= range.to) return range.to > range.from ? [{ ...range, rest }] : [];
  const later = byMode(recording, { from: override.until, to: range.to }, wall);
  return joined([{ from: range.from, to: override.until, rest }, ...later]);
}

/** What is to be recorded of `range`, oldest first; nothing touches. */
export const wantedIn = (recording: Recording, range: Span, wall: WallClock): Span[] =>
  stretchesOf(recording, range, wall)
    .filter(({ rest }) => rest === null)
    .map(({ from, to }) => ({ from, to }));

/** An answer that holds from the instant it was asked for until `until`: perhaps longer, if that is far away. */
export interface RestNow {
  rest: Rest;
  until: number;
}

const lookAheadMs = 8 * 86_400_000;

export function restAt(recording: Recording, atMs: number, wall: WallClock): RestNow {
  const to = recording.mode === 'scheduled' ? atMs + lookAheadMs : Number.POSITIVE_INFINITY;
  const [now] = stretchesOf(recording, { from: atMs, to }, wall);
  return { rest: now?.rest ?? null, until: now?.to ?? to };
}

function byMode({ mode, schedule }: Recording, range: Span, wall: WallClock): Stretch[] {
  if (range.to <= range.from) return [];
  if (mode === 'continuous') return [{ ...range, rest: null }];
  if (mode === 'off') return [{ ...range, rest: 'paused' }];
  return withRests(scheduledRanges(schedule, range, wall), range);
}

function withRests(wanted: readonly Span[], range: Span): Stretch[] {
  const stretches: Stretch[] = [];
  let at = range.from;
  for (const span of wanted) {
    const from = Math.max(span.from, at);
    const to = Math.min(span.to, range.to);
    if (to <= from) continue;
    if (from > at) stretches.push({ from: at, to: from, rest: 'schedule' });
    stretches.push({ from, to, rest: null });
    at = to;
  }
  if (at < range.to) stretches.push({ from: at, to: range.to, rest: 'schedule' });
  return stretches;
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = [];
  for (const stretch of stretches) {
    const last = result.at(-1);
    if (last?.rest === stretch.rest) last.to = stretch.to;
    else result.push({ ...stretch });
  }
  return result;
}
