import type { GapCause, Span } from '@nightjar/contract';
import { seededRandom } from '../random.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** A segment as the index has it. */
export interface PlannedSegment {
  /** Of the camera, from 0. */
  run: number;
  /** In its run, from 1. */
  sequence: number;
  runStartAt: number;
  startAt: number;
  endAt: number;
  /** Where no frame came, in whole chunks. */
  hole: Span | null;
}

export interface PlannedGap extends Span {
  /** null: the ledger says nothing of it. */
  cause: GapCause | null;
}

export interface CameraPlan {
  segments: PlannedSegment[];
  gaps: PlannedGap[];
}

interface PlanWish extends Span {
  camera: number;
  /** Each hour begins a run, and its first minutes are recorded. */
  hourly: boolean;
  seed: number;
}

const causes: Array<GapCause | null> = [
  'camera_unreachable',
  'camera_unreachable',
  'camera_unreachable',
  'stalled',
  'auth_failed',
  'no_keyframe',
  'disk_full',
  'paused',
  null,
];

/** Nothing goes wrong at the beginning of an hour of a camera that has real files there. */
const sureMs = 5 * minuteMs;

/** What a camera recorded in a range of whole hours, the same each time: nearly all, with some outages a day. */
export function planCamera(wish: PlanWish): CameraPlan {
  const gaps = [...outages(wish), ...recorderOutages(wish)].sort((a, b) => a.from - b.from);
  const plan: CameraPlan = { segments: [], gaps: [] };
  let at = wish.from;
  for (const gap of gaps) {
    if (gap.from <= at || gap.to > wish.to) continue;
    addRuns(plan, { from: at, to: gap.from }, wish);
    plan.gaps.push(gap);
    at = gap.to;
  }
  addRuns(plan, { from: at, to: wish.to }, wish);
  return plan;
}

function outages({ from, to, camera, hourly, seed }: PlanWish): PlannedGap[] {
  const random = seededRandom(seed * 1_000 + camera);
  const between = (least: number, most: number) => Math.floor(least + random() ** 3 * (most - least));
  const gaps: PlannedGap[] = [];
  for (let day = from; day < to; day += dayMs) {
    for (let count = Math.floor(random() * 4); count > 0; count -= 1) {
      const hour = day + Math.floor(random() * 24) * hourMs;
      const start = hour + sureMs + between(0, 40 * minuteMs);
      const lasts = hourly ? between(2_000, hour + hourMs - start) : between(2_000, hourMs / 3);
      gaps.push({ from: start, to: start + lasts, cause: causes[Math.floor(random() * causes.length)] ?? null });
    }
  }
  return gaps;
}

/** The same for all cameras. */
function recorderOutages({ from, to }: PlanWish): PlannedGap[] {
  const gaps: PlannedGap[] = [];
  for (let day = from + 3 * dayMs; day < to; day += 6 * dayMs) {
    const start = day + 3 * hourMs + 12 * minuteMs;
    gaps.push({ from: start, to: start + 95_000, cause: 'recorder_down' });
  }
  return gaps;
}

function addRuns({ segments }: CameraPlan, { from, to }: Span, { hourly }: PlanWish): void {
  let run = (segments.at(-1)?.run ?? -1) + 1;
  for (let at = from; at < to; run += 1) {
    const end = Math.min(to, hourly ? Math.floor(at / hourMs) * hourMs + hourMs : at + dayMs);
    for (let sequence = 1, start = at; start < end; sequence += 1, start += minuteMs) {
      const endAt = Math.min(start + minuteMs, end);
      const holed = !hourly && sequence % 1_200 === 700 && endAt - start === minuteMs;
      const hole = holed ? { from: start + 20_000, to: start + 24_500 } : null;
      segments.push({ run, sequence, runStartAt: at, startAt: start, endAt, hole });
    }
    at = end;
  }
}
