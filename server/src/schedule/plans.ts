import type { CameraPatch, Recording, Span } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { mergeNear } from '../shared/ranges.ts';
import { WallClock } from './wall-clock.ts';
import { type Rest, restAt, stretchesOf, wantedIn } from './wanted.ts';

interface PlannedCamera {
  id: string;
  recording: Recording;
}

type PlannedChange =
  | { change: 'created' | 'deleted'; camera: PlannedCamera }
  | { change: 'updated'; camera: PlannedCamera; previous: PlannedCamera };

interface PlanParts {
  /** The camera store. */
  cameras: {
    list(): readonly PlannedCamera[];
    get(id: string): PlannedCamera | undefined;
    onChange(listener: (change: PlannedChange) => void): () => void;
    /** A patch of nothing takes away an override that is over. */
    update(id: string, patch: CameraPatch): Promise<unknown>;
  };
  clock: Clock;
  /** IANA name. */
  timeZone: string;
  log: Logger;
}

/** From `at` on, Unix milliseconds, a camera is to be recorded (`rest` null), or not any more. */
export interface Edge {
  cameraId: string;
  at: number;
  rest: Rest;
}

/** What is kept of one camera; none of it is worth saving. */
interface Plan {
  /** What the settings before the last change wanted until then. */
  kept: { windows: Span[]; until: number } | null;
  /** What its worker was last given, and up to when that says something. */
  given: { windows: Span[]; until: number } | null;
  /** Up to when edges were told, and what holds since then. */
  told: { at: number; rest: Rest; until: number };
}

const hourMs = 3_600_000;
/** How far ahead workers know what to record, at most and at least. */
const aheadMs = 48 * hourMs;
const leastAheadMs = 24 * hourMs;
/** Frames of this long ago may still be on their way to a file. */
const behindMs = hourMs;
/** By then the frames of before a change are in their files. */
const settledMs = 60_000;
/** No timer is trusted longer: the system clock may be set. */
const checkEveryMs = 15_000;

/**
 * Keeps what the media workers know of the schedules current, and tells of each edge. Nobody has to be on time for an
 * edge: workers know it long before, and cut by the times of the frames.
 */
export class RecordingPlans {
  readonly #parts: PlanParts;
  readonly #wall: WallClock;
  readonly #plans = new Map<string, Plan>();
  readonly #edgeListeners = new Set<(edge: Edge) => void>();
  readonly #windowListeners = new Set<(cameraId: string) => void>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** Learns of changes from now on: build it before those who ask it when a camera changes. */
  constructor(parts: PlanParts) {
    this.#parts = parts;
    this.#wall = new WallClock(parts.timeZone);
    this.#unsubscribe = parts.cameras.onChange((change) => this.#onChange(change));
  }

  /** Tells edges, and of windows that have to be given anew, from now on. */
  start(): void {
    this.check();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unsubscribe();
  }

  /**
   * What the worker of a camera has to record, for the next day at least: oldest first, without overlaps, perhaps
   * infinite. Who asks passes it on.
   */
  windowsOf(cameraId: string): Span[] {
    const camera = this.#parts.cameras.get(cameraId);
    if (!camera) return [];
    const now = this.#parts.clock.nowMs();
    const plan = this.#planOf(camera);
    const windows = this.#windows(plan, camera.recording, now);
    plan.given = { windows, until: reachOf(camera.recording, now).to };
    return windows;
  }

  /** Called at each edge, or moments after it. Answers how to stop that. */
  onEdge(listener: (edge: Edge) => void): () => void {
    this.#edgeListeners.add(listener);
    return () => this.#edgeListeners.delete(listener);
  }

  /** Called when the worker of a camera needs its windows anew, though its settings did not change. */
  onWindows(listener: (cameraId: string) => void): () => void {
    this.#windowListeners.add(listener);
    return () => this.#windowListeners.delete(listener);
  }

  /** Looks at the clock. Done by timers once started. */
  check(): void {
    const now = this.#parts.clock.nowMs();
    for (const camera of this.#parts.cameras.list()) {
      this.#tellEdges(camera, now);
      if (this.#isStale(camera, now)) for (const listener of this.#windowListeners) listener(camera.id);
      this.#dropPastOverride(camera, now);
    }
    this.#checkLater(now);
  }

  #checkLater(now: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), this.#nextCheckMs(now));
    this.#timer.unref();
  }

  #planOf(camera: PlannedCamera): Plan {
    let plan = this.#plans.get(camera.id);
    if (!plan) {
      const now = this.#parts.clock.nowMs();
      plan = { kept: null, given: null, told: { at: now, ...restAt(camera.recording, now, this.#wall) } };
      this.#plans.set(camera.id, plan);
    }
    return plan;
  }

  #onChange(change: PlannedChange): void {
    const { camera } = change;
    if (change.change !== 'updated') {
      this.#plans.delete(camera.id);
      return;
    }
    if (JSON.stringify(change.previous.recording) === JSON.stringify(camera.recording)) return;
    const now = this.#parts.clock.nowMs();
    const plan = this.#planOf(change.previous);
    this.#tellEdges(change.previous, now);
    const windows = this.#windows(plan, change.previous.recording, now);
    plan.kept = { windows: clipped(windows, { from: Number.NEGATIVE_INFINITY, to: now }), until: now };
    this.#enter(camera, plan, now);
    if (this.#timer) this.#checkLater(now);
  }

  /** What the settings want, and until they changed what those before them wanted. */
  #windows(plan: Plan, recording: Recording, now: number): Span[] {
    // Set back, the clock shows times again for which the present settings count.
    if (plan.kept && (now < plan.kept.until || now >= plan.kept.until + settledMs)) plan.kept = null;
    const wanted = wantedIn(recording, reachOf(recording, now), this.#wall);
    if (!plan.kept) return wanted;
    const since = { from: plan.kept.until, to: Number.POSITIVE_INFINITY };
    return mergeNear([...plan.kept.windows, ...clipped(wanted, since)]);
  }

  #tellEdges(camera: PlannedCamera, now: number): void {
    const plan = this.#planOf(camera);
    const { at, rest, until } = plan.told;
    if (now >= at && now < until) return;
    // Over a clock that was set back there is one edge at most: here and now.
    const from = Math.min(Math.max(at, now - aheadMs), now);
    let last = rest;
    for (const stretch of stretchesOf(camera.recording, { from, to: now + 1 }, this.#wall)) {
      if (stretch.rest === last) continue;
      last = stretch.rest;
      this.#tell({ cameraId: camera.id, at: stretch.from, rest: last });
    }
    plan.told = { at: now, ...restAt(camera.recording, now, this.#wall) };
  }

  /** Other settings hold from now on. */
  #enter(camera: PlannedCamera, plan: Plan, now: number): void {
    const before = plan.told.rest;
    plan.told = { at: now, ...restAt(camera.recording, now, this.#wall) };
    if (plan.told.rest !== before) this.#tell({ cameraId: camera.id, at: now, rest: plan.told.rest });
  }

  #tell(edge: Edge): void {
    for (const listener of this.#edgeListeners) listener(edge);
  }

  #isStale(camera: PlannedCamera, now: number): boolean {
    const plan = this.#planOf(camera);
    if (!plan.given) return false;
    if (plan.given.until - now < leastAheadMs) return true;
    const ahead = { from: now - 1_000, to: plan.given.until };
    const needed = clipped(this.#windows(plan, camera.recording, now), ahead);
    return JSON.stringify(needed) !== JSON.stringify(clipped(plan.given.windows, ahead));
  }

  #dropPastOverride({ id, recording }: PlannedCamera, now: number): void {
    if (recording.override === null || recording.override.until > now) return;
    this.#parts.cameras.update(id, {}).catch((error: unknown) => {
      this.#parts.log.warn({ err: error, cameraId: id }, 'an override that is over could not be taken away');
    });
  }

  #nextCheckMs(now: number): number {
    const edges = [...this.#plans.values()].map(({ told }) => told.until - now);
    return Math.max(Math.min(checkEveryMs, ...edges), 1);
  }
}

/** What windows are computed for; where no schedule counts, nothing comes that would end it but an override. */
function reachOf({ mode }: Recording, now: number): Span {
  return mode === 'scheduled'
    ? { from: now - behindMs, to: now + aheadMs }
    : { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };
}

function clipped(windows: readonly Span[], range: Span): Span[] {
  return windows
    .map(({ from, to }) => ({ from: Math.max(from, range.from), to: Math.min(to, range.to) }))
    .filter(({ from, to }) => from < to);
}
