import type { ExportCreate, ExportSettings, TimeRange } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { localDayNamed } from '../shared/local-days.ts';

/** What someone asked for, each choice made. */
export interface ExportOrder {
  cameraIds: string[];
  /** null with `dates`. */
  from: number | null;
  to: number | null;
  dates: string[] | null;
  settings: ExportSettings;
}

/** One piece of the work: it becomes a file, or several where the camera's picture format changed. */
export interface PartWish {
  cameraId: string;
  from: number;
  to: number;
}

interface OrderParts {
  cameras: {
    /** @throws {NvrError} `camera_not_found` */
    require(id: string): unknown;
  };
  timeZone: string;
}

/** A file of a month is hardly ever what somebody wants, and longer than players are made for. */
const longestMs = 31 * 86_400_000;

/**
 * Checks what is asked for.
 *
 * @throws {NvrError} `camera_not_found`, `invalid_request`, `invalid_range`
 */
export function orderOf(wish: ExportCreate, { cameras, timeZone }: OrderParts): ExportOrder {
  for (const id of wish.cameraIds) cameras.require(id);
  const settings = settingsOf(wish);
  const { cameraIds, from, to, dates } = wish;
  if (dates !== undefined) {
    if (from !== undefined || to !== undefined) throw invalid('dates', 'either days, or from and to');
    for (const date of dates) if (!localDayNamed(date, timeZone)) throw invalid('dates', `there is no day ${date}`);
    return { cameraIds: [...cameraIds], from: null, to: null, dates: dates.toSorted(), settings };
  }
  if (from === undefined) throw invalid('from', 'from and to are needed, or dates');
  if (to === undefined) throw invalid('to', 'from and to are needed, or dates');
  if (to <= from) throw new NvrError('invalid_range', 'to: must be later than from', { field: 'to' });
  if (to - from > longestMs) {
    throw new NvrError('invalid_range', 'to: at most 31 days after from; export days with dates', { field: 'to' });
  }
  return { cameraIds: [...cameraIds], from, to, dates: null, settings };
}

function settingsOf(wish: ExportCreate): ExportSettings {
  const { timelapse = null, sound = true, times = 'subtitle' } = wish;
  if (timelapse && (timelapse.speed === undefined) === (timelapse.lengthSeconds === undefined)) {
    throw invalid('timelapse', 'either speed or lengthSeconds');
  }
  return {
    format: wish.format ?? 'mp4',
    cut: wish.cut ?? 'keyframe',
    times,
    sound: sound && timelapse === null,
    stream: wish.stream ?? 'main',
    evidence: wish.evidence ?? false,
    timelapse,
  };
}

const invalid = (field: string, what: string) => new NvrError('invalid_request', `${field}: ${what}`, { field });

/** The pieces in order of work: camera by camera, of each the oldest first. What is still to come is not waited for. */
export function partsOf(order: ExportOrder, { clock, timeZone }: { clock: Clock; timeZone: string }): PartWish[] {
  const now = clock.nowMs();
  const ranges = rangesOf(order, timeZone).map(({ from, to }) => ({ from, to: Math.max(from, Math.min(to, now)) }));
  return order.cameraIds.flatMap((cameraId) => ranges.map((range) => ({ cameraId, ...range })));
}

function rangesOf({ from, to, dates }: ExportOrder, timeZone: string): TimeRange[] {
  if (dates === null) return [{ from, to } as TimeRange];
  return dates.flatMap((date) => localDayNamed(date, timeZone) ?? []);
}
