import type { CameraState, EventKind } from '@nightjar/contract';
import type { Camera } from '../camera/camera.ts';
import type { Clock } from '../shared/clock.ts';
import { CameraWatch, type WatchedCamera } from './camera-watch.ts';
import type { EventLog, NewEvent } from './event-log.ts';

interface SubstreamWatchParts {
  clock: Clock;
  cameras: { list(): readonly Camera[]; get(id: string): Camera | undefined };
  tell(event: NewEvent): void;
}

/** What is told of a substream; its small troubles are not worth a line beside those of its camera. */
const toldAs: Partial<Record<EventKind, EventKind>> = {
  camera_down: 'substream_down',
  camera_up: 'substream_up',
  recording_failed: 'recording_failed',
  recording_resumed: 'recording_resumed',
};

/** Tells when a substream that is to be recorded has been down too long. All by the ids of their cameras. */
export class SubstreamWatch {
  readonly #cameras: SubstreamWatchParts['cameras'];
  readonly #watch: CameraWatch;

  constructor({ clock, cameras, tell }: SubstreamWatchParts) {
    this.#cameras = cameras;
    this.#watch = new CameraWatch({
      clock,
      cameras: { list: () => cameras.list().flatMap((camera) => watchedOf(camera) ?? []), get: (id) => this.#get(id) },
      tell: (event) => {
        const kind = toldAs[event.kind];
        if (kind) tell({ ...event, kind });
      },
    });
  }

  /** Takes up what was down when the recorder before this one ended. */
  async resume(events: Pick<EventLog, 'newestOf'>): Promise<void> {
    for (const [cameraId, event] of await events.newestOf(['substream_down', 'substream_up'])) {
      const stream = this.#get(cameraId ?? '');
      if (!stream || event.kind === 'substream_up' || event.at < stream.createdAt) continue;
      this.#watch.wasDown(stream.id, event.since ?? event.at);
    }
  }

  /** Call every second. */
  check(): void {
    this.#watch.check();
  }

  onState(cameraId: string, state: CameraState): void {
    if (this.#get(cameraId)) this.#watch.onState(cameraId, state);
  }

  /** The camera was changed or removed. */
  onChange(cameraId: string): void {
    if (!this.#get(cameraId)) this.#watch.forget(cameraId);
  }

  #get(cameraId: string): WatchedCamera | undefined {
    const camera = this.#cameras.get(cameraId);
    return camera && (watchedOf(camera) ?? undefined);
  }
}

/** Null for one that nobody misses. */
function watchedOf({ id, name, substream, substreamSince, recording, alerts }: Camera): WatchedCamera | null {
  if (!substream?.record || substreamSince === null) return null;
  return { id, name: `The substream of ${name}`, createdAt: substreamSince, recording, alerts };
}
