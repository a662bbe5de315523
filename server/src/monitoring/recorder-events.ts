import type { ArchiveJob, RecorderEvent, UnixMs, VolumeState } from '@nightjar/contract';
import type { CameraChange } from '../camera/store.ts';
import type { VolumeChange } from '../storage/volumes.ts';
import type { NewEvent } from './event-log.ts';
import { clockText, durationText, listText } from './words.ts';

interface StartFacts {
  version: string;
  /** The newest of `recorder_started` and `recorder_stopped`; undefined when there never was one. */
  before: RecorderEvent | undefined;
  /** When the recorder before this one was last alive. */
  lastAliveAt: UnixMs | null;
  nowMs: number;
  /** IANA name. */
  timeZone: string;
}

/** A recorder that started and did not stop was killed, or lost its power. */
export function startEvent({ version, before, lastAliveAt, nowMs, timeZone }: StartFacts): NewEvent {
  const message = `Nightjar ${version} has started.`;
  if (before?.kind !== 'recorder_started') return { kind: 'recorder_started', level: 'info', message };
  const lastSign =
    lastAliveAt === null
      ? ''
      : ` Its last sign of life was at ${clockText(lastAliveAt, timeZone)}, ${durationText(nowMs - lastAliveAt)} ago.`;
  return {
    kind: 'recorder_started',
    level: 'warning',
    message: `${message} It had not been shut down: it crashed, was killed, or lost its power.${lastSign}`,
    since: lastAliveAt,
    code: 'unclean',
  };
}

export function crashEvent(cameras: ReadonlyArray<{ id: string; name: string }>, reason: string): NewEvent {
  const [only] = cameras;
  const names = listText(cameras.map(({ name }) => name));
  return {
    kind: 'worker_crashed',
    level: 'warning',
    // Of one camera alone: it may be at fault.
    cameraId: cameras.length === 1 && only ? only.id : null,
    message: `The media process of ${names} crashed (${reason}) and is started again.`,
    code: 'pipeline_failed',
  };
}

export function cameraEvent({ change, camera }: CameraChange): NewEvent | null {
  if (change === 'updated') return null;
  const [kind, message] =
    change === 'created'
      ? (['camera_added', `${camera.name} was added.`] as const)
      : (['camera_removed', `${camera.name} was removed.`] as const);
  return { kind, level: 'info', cameraId: camera.id, message };
}

const levelOf: Record<VolumeState, NewEvent['level']> = {
  ready: 'info',
  full: 'warning',
  missing: 'alert',
  read_only: 'alert',
  failing: 'alert',
};

/** null for a change that is none of its state. */
export function volumeEvent(change: VolumeChange): NewEvent | null {
  if (change.kind !== 'state' || change.status.state === change.before.state) return null;
  const { volume, status, before } = change;
  const isBack = status.state === 'ready';
  const told = isBack ? 'can be written to again.' : (status.message ?? `is ${status.state}.`);
  return {
    kind: 'volume_state',
    level: levelOf[status.state],
    message: isBack ? `${volume.name} ${told}` : `${volume.name}: ${told}`,
    since: isBack ? before.since : null,
    code: status.state,
  };
}

/** null while it is under way. */
export function archiveEvent(job: ArchiveJob, cameraName: string): NewEvent | null {
  const part = `${cameraName}, ${job.date}${job.hour === null ? '' : `, hour ${job.hour}`}`;
  if (job.state === 'failed') {
    const message = `The archive of ${part} could not be made: ${job.message ?? 'the log says why'}`;
    return { kind: 'archive_failed', level: 'alert', cameraId: job.cameraId, message, code: job.format };
  }
  if (job.state !== 'done') return null;
  const message = `The archive of ${part} is made.`;
  return { kind: 'archive_done', level: 'info', cameraId: job.cameraId, message, code: job.format };
}
