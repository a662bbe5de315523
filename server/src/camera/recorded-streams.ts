import type { CameraPatch, Recording, UnixMs } from '@nightjar/contract';
import { readStreamId, streamIdOf } from '../shared/stream-id.ts';
import type { Camera } from './camera.ts';
import type { CameraChange, CameraStore } from './store.ts';

/** What has footage of its own: a camera, or under an id of its own its substream. */
export interface RecordedStream {
  id: string;
  /** Since when its footage is accounted for. */
  createdAt: UnixMs;
  recording: Recording;
}

export type StreamChange =
  | { change: 'created' | 'deleted'; camera: RecordedStream }
  | { change: 'updated'; camera: RecordedStream; previous: RecordedStream };

/** The cameras and, beside them, each substream that is recorded or has been: for those who keep footage and schedules. */
export class RecordedStreams {
  readonly #cameras: Pick<CameraStore, 'list' | 'get' | 'update' | 'onChange'>;

  constructor(cameras: Pick<CameraStore, 'list' | 'get' | 'update' | 'onChange'>) {
    this.#cameras = cameras;
  }

  list(): RecordedStream[] {
    return this.#cameras.list().flatMap((camera) => {
      const substream = substreamOf(camera);
      return substream ? [camera, substream] : [camera];
    });
  }

  get(streamId: string): RecordedStream | undefined {
    const { cameraId, stream } = readStreamId(streamId);
    const camera = this.#cameras.get(cameraId);
    return camera && stream === 'sub' ? (substreamOf(camera) ?? undefined) : camera;
  }

  /** A patch of the camera that the stream is of. */
  update(streamId: string, patch: CameraPatch): Promise<unknown> {
    return this.#cameras.update(readStreamId(streamId).cameraId, patch);
  }

  /** Calls the listener after each change, in order; answers how to stop that. */
  onChange(listener: (change: StreamChange) => void): () => void {
    return this.#cameras.onChange((change) => {
      listener(change);
      const ofSubstream = changeOfSubstream(change);
      if (ofSubstream) listener(ofSubstream);
    });
  }
}

/** One that is recorded no more is like a camera that is paused: what was recorded stays, and is accounted for. */
function substreamOf({ id, substreamSince, substream, recording }: Camera): RecordedStream | null {
  if (substreamSince === null) return null;
  const paused: Recording = { ...recording, mode: 'off', override: null };
  return {
    id: streamIdOf(id, 'sub'),
    createdAt: substreamSince,
    recording: substream?.record ? recording : paused,
  };
}

function changeOfSubstream(event: CameraChange): StreamChange | null {
  const camera = substreamOf(event.camera);
  if (!camera) return null;
  if (event.change !== 'updated') return { change: event.change, camera };
  const previous = substreamOf(event.previous);
  return previous ? { change: 'updated', camera, previous } : { change: 'created', camera };
}
