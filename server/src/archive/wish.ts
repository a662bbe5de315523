import type { Archive, ArchiveWish } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { NvrError } from '../shared/errors.ts';
import { localDayNamed } from '../shared/local-days.ts';
import type { NewJob } from './jobs.ts';
import { partsOf } from './parts.ts';

interface WishParts {
  /** @throws {NvrError} `camera_not_found` */
  cameras: { require(id: string): { archive: Archive | null } };
  clock: Clock;
  timeZone: string;
}

/**
 * The job that someone asks for; it never removes the recording.
 *
 * @throws {NvrError} `camera_not_found`, `invalid_request`
 */
export function wantedJob({ cameraId, date, hour = null, format }: ArchiveWish, parts: WishParts): NewJob {
  const { archive } = parts.cameras.require(cameraId);
  const day = localDayNamed(date, parts.timeZone);
  if (!day) throw invalid('date', 'there is no such day');
  if (day.to > parts.clock.nowMs()) throw invalid('date', 'the day is not over');
  const part = partsOf(day, hour === null ? 'day' : 'hour', parts.timeZone)[hour ?? 0];
  if (!part) throw invalid('hour', 'the day has no such hour');
  return { ...part, cameraId, date: day.date, format: format ?? archive?.format ?? 'mp4', removeSegments: false };
}

const invalid = (field: string, what: string) => new NvrError('invalid_request', `${field}: ${what}`, { field });
