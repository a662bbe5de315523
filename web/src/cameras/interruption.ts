import type { CameraDto, CameraPatch, Recording } from '@nightjar/contract';
import { untilText } from '../schedule/until.ts';
import { type Wanted, wantedAt } from '../schedule/wanted.ts';

/** What saving does to the recording that runs now. */
export type Interruption = 'none' | 'reconnect' | 'pause' | 'resume';

export interface Effect {
  interruption: Interruption;
  /** For a person, before saving. */
  text: string;
}

/** @param nowMs By the recorder's clock, Unix ms. */
export function effectOf(camera: CameraDto, patch: CameraPatch, nowMs: number, timeZone: string): Effect {
  const before = wantedAt(camera.recording, nowMs, timeZone);
  const after = wantedAt({ ...camera.recording, ...patch.recording } as Recording, nowMs, timeZone);
  const until = after.untilMs === null ? null : untilText(after.untilMs, nowMs, timeZone);
  if (before.record !== after.record) {
    return after.record
      ? { interruption: 'resume', text: 'Saving starts the recording of this camera.' }
      : { interruption: 'pause', text: `Saving stops the recording of this camera ${pauseText(after, until)}` };
  }
  if (after.record && reconnects(camera, patch)) {
    const text = 'Saving connects to this camera anew: its recording misses about 2 seconds. Others are not disturbed.';
    return { interruption: 'reconnect', text };
  }
  const text = after.record
    ? 'Saving does not interrupt the recording.'
    : 'Nothing is recorded now; saving leaves it so.';
  return { interruption: 'none', text };
}

const pauseText = ({ by }: Wanted, until: string | null): string => {
  if (by === 'mode') return 'until you switch it on again.';
  return until === null ? 'now: by its schedule it is never recorded.' : `now; by its schedule it goes on at ${until}.`;
};

function reconnects(camera: CameraDto, patch: CameraPatch): boolean {
  if (patch.source || patch.audio || patch.video?.mode) return true;
  // While the camera's own bits are recorded, the settings for encoding rest; the overlay changes in the running picture.
  const encoding = Object.keys(patch.video ?? {}).filter((key) => key !== 'overlay');
  return camera.video.mode === 'encode' && encoding.length > 0;
}
