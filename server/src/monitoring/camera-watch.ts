import type { CameraDto, CameraState, UnixMs } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import type { NewEvent } from './event-log.ts';
import { durationText } from './words.ts';

/** What is watched for needs of a camera; a `Camera` of the camera store is one. */
export interface WatchedCamera {
  id: string;
  name: string;
  createdAt: UnixMs;
  recording: Pick<CameraDto['recording'], 'mode' | 'override'>;
  alerts: CameraDto['alerts'];
}

interface CameraWatchParts {
  clock: Clock;
  cameras: { list(): readonly WatchedCamera[]; get(id: string): WatchedCamera | undefined };
  tell(event: NewEvent): void;
}

interface Watched {
  state: CameraState['state'];
  /** Why nothing arrives, or is recorded; null when all is well. */
  problem: { code: string; reason: string } | null;
  /** As last told while pictures arrived. */
  lastFrameAt: number | null;
  /** Since when no picture arrives, by both clocks; null while it does. */
  silent: { sinceMs: number; sinceMonotonicMs: number } | null;
  /** Since when it has been down, once that was told; null otherwise. */
  downSince: number | null;
  connections: number;
}

/** A stream that stops is noticed sooner. */
const maxUnnoticedMs = 60_000;

const isStreaming = (state: CameraState['state']): boolean => state === 'recording' || state === 'live';

/** Turns the states of cameras into events, and tells when one has been down too long. */
export class CameraWatch {
  readonly #parts: CameraWatchParts;
  readonly #watched = new Map<string, Watched>();

  constructor(parts: CameraWatchParts) {
    this.#parts = parts;
  }

  /** A former process told that this camera was down, and not that it came back. */
  wasDown(cameraId: string, since: number): void {
    this.#of(cameraId).downSince = since;
  }

  forget(cameraId: string): void {
    this.#watched.delete(cameraId);
  }

  /** Connections after the first. */
  reconnects(cameraId: string): number {
    return Math.max(0, (this.#watched.get(cameraId)?.connections ?? 0) - 1);
  }

  onState(cameraId: string, state: CameraState): void {
    const watched = this.#of(cameraId);
    const before = { ...watched };
    watched.state = state.state;
    watched.problem = problemOf(state);
    if ('lastFrameAt' in state) watched.lastFrameAt = state.lastFrameAt;
    if (isStreaming(state.state)) this.#onStreaming(cameraId, before, watched);
    else this.#onSilent(cameraId, before, watched);
  }

  /** Call every second or so: tells of cameras that have been down for as long as their settings say. */
  check(): void {
    for (const camera of this.#parts.cameras.list()) this.#checkDown(camera, this.#of(camera.id));
  }

  #onStreaming(cameraId: string, before: Watched, now: Watched): void {
    const { silent, downSince } = before;
    if (silent) now.connections += 1;
    now.silent = null;
    now.downSince = null;
    if (downSince !== null) this.#tellUp(cameraId, downSince);
    if (now.problem) {
      if (now.problem.code !== before.problem?.code) this.#tell(cameraId, 'recording_failed', 'alert', now.problem);
      return;
    }
    if (!silent && before.problem) {
      const message = `${this.#nameOf(cameraId)} is recorded again.`;
      this.#parts.tell({ kind: 'recording_resumed', level: 'info', cameraId, message, code: before.problem.code });
    } else if (silent || before.state !== now.state) {
      this.#tellStreaming(cameraId, now.state === 'recording', before);
    }
  }

  #tellStreaming(cameraId: string, recording: boolean, { silent, connections }: Watched): void {
    const name = this.#nameOf(cameraId);
    const pausedFor = silent && connections > 0 ? ` after ${durationText(this.#silentMs(silent))}` : '';
    const message = recording
      ? `${name} is recorded${pausedFor && ` again${pausedFor}`}.`
      : `${name} is live${pausedFor && ` again${pausedFor}`}, and not recorded: paused, or by its schedule.`;
    const since = pausedFor ? (silent?.sinceMs ?? null) : null;
    this.#parts.tell({ kind: recording ? 'camera_recording' : 'camera_live', level: 'info', cameraId, message, since });
  }

  #onSilent(cameraId: string, before: Watched, now: Watched): void {
    now.silent ??= this.#since(now.lastFrameAt);
    if (now.problem && now.problem.code !== before.problem?.code) {
      this.#tell(cameraId, 'camera_interrupted', 'warning', now.problem, now.silent.sinceMs);
    }
  }

  #checkDown(camera: WatchedCamera, watched: Watched): void {
    const { silent, downSince, problem } = watched;
    const { downAfterSeconds } = camera.alerts;
    if (!silent || downSince !== null || downAfterSeconds === 0 || !this.#isWanted(camera)) return;
    // A file that was played to its end: nobody waits for more.
    if (problem?.code === 'source_finished') return;
    const silentMs = this.#silentMs(silent);
    if (silentMs < downAfterSeconds * 1_000) return;
    watched.downSince = silent.sinceMs;
    this.#parts.tell({
      kind: 'camera_down',
      level: 'alert',
      cameraId: camera.id,
      since: silent.sinceMs,
      code: problem?.code ?? null,
      message: `${camera.name} has sent no picture for ${durationText(silentMs)}. ${problem?.reason ?? ''}`.trim(),
    });
  }

  #tellUp(cameraId: string, downSince: number): void {
    const downMs = this.#parts.clock.nowMs() - downSince;
    const message = `${this.#nameOf(cameraId)} is back after ${durationText(downMs)}.`;
    this.#parts.tell({ kind: 'camera_up', level: 'info', cameraId, since: downSince, message });
  }

  #tell(
    cameraId: string,
    kind: NewEvent['kind'],
    level: NewEvent['level'],
    { code, reason }: { code: string; reason: string },
    since: number | null = null,
  ): void {
    this.#parts.tell({ kind, level, cameraId, since, code, message: `${this.#nameOf(cameraId)}: ${reason}` });
  }

  /** Nobody waits for a camera that is switched off. */
  #isWanted({ recording: { mode, override } }: WatchedCamera): boolean {
    const overridden = override && this.#parts.clock.nowMs() < override.until;
    return overridden ? override.record : mode !== 'off';
  }

  #of(cameraId: string): Watched {
    const known = this.#watched.get(cameraId);
    if (known) return known;
    const silent = this.#since(null);
    const nothing = { problem: null, lastFrameAt: null, downSince: null, connections: 0 };
    const watched: Watched = { state: 'starting', silent, ...nothing };
    this.#watched.set(cameraId, watched);
    return watched;
  }

  /** From the last frame on, which is told of every few seconds; from now on when the clock was set meanwhile. */
  #since(lastFrameAt: number | null): NonNullable<Watched['silent']> {
    const { clock } = this.#parts;
    const passedMs = clock.nowMs() - (lastFrameAt ?? clock.nowMs());
    const silentMs = passedMs > 0 && passedMs < maxUnnoticedMs ? passedMs : 0;
    return { sinceMs: clock.nowMs() - silentMs, sinceMonotonicMs: clock.monotonicMs() - silentMs };
  }

  /** By the clock that is never set. */
  #silentMs({ sinceMonotonicMs }: { sinceMonotonicMs: number }): number {
    return this.#parts.clock.monotonicMs() - sinceMonotonicMs;
  }

  #nameOf(cameraId: string): string {
    return this.#parts.cameras.get(cameraId)?.name ?? cameraId;
  }
}

function problemOf(state: CameraState): Watched['problem'] {
  if (state.state === 'waiting') return { code: state.code, reason: state.reason };
  return state.state === 'live' ? state.problem : null;
}
