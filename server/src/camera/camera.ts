import {
  AlertsSchema,
  ArchiveSchema,
  AudioSchema,
  type CameraCreate,
  type CameraDto,
  type CameraId,
  type CameraPatch,
  OverlaySchema,
  type Recording,
  type RecordingInput,
  RecordingSchema,
  RetentionSchema,
  SourceInputSchema,
  SubstreamInputSchema,
  type UnixMs,
  type Video,
  VideoSchema,
  wholeWeek,
} from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { mergePatch } from './merge-patch.ts';
import { splitSourceUrl } from './source-url.ts';
import type { Source, Substream } from './substream.ts';

/** What a person decides about a camera. */
export interface CameraSettings {
  name: string;
  group?: string;
  source: Source;
  substream: Substream | null;
  video: Video;
  audio: CameraDto['audio'];
  recording: Recording;
  retention: CameraDto['retention'];
  archive: CameraDto['archive'];
  alerts: CameraDto['alerts'];
}

export interface Camera extends CameraSettings {
  id: CameraId;
  /** When it was added, or added again under the id of a deleted one. */
  createdAt: UnixMs;
  /** When its substream was recorded first, as far back as anything is known of it; null when it never was. */
  substreamSince: UnixMs | null;
}

/** Settings in which whatever has a default may be absent: of a new camera, or as an older version stored them. */
type PartialSettings = Omit<CameraCreate, 'id'>;

/** @throws {NvrError} `invalid_request` for a URL that is no RTSP address. */
export const newSettings = (settings: PartialSettings): CameraSettings => completeSettings(moveCredentials(settings));

/**
 * Settings after a merge patch (RFC 7396): what is left out stays, the password too; `null` returns to the default.
 * @throws {NvrError} `invalid_request` for a URL that is no RTSP address.
 */
export const patchedSettings = (settings: CameraSettings, patch: CameraPatch): CameraSettings =>
  completeSettings(mergePatch(settings, moveCredentials(patch)) as PartialSettings);

/** Fills in the contract's defaults. */
export function completeSettings(settings: PartialSettings): CameraSettings {
  const { name, group, source, substream, video, audio, recording, retention, archive, alerts } = settings;
  const overlay = video?.overlay;
  return {
    name: name.trim(),
    ...(group ? { group: group.trim() } : {}),
    source: withoutNull({ ...defaultsOf(SourceInputSchema), ...source }) as Source,
    substream: substream ? completeSubstream(substream) : null,
    video: {
      ...defaultsOf(VideoSchema),
      ...video,
      overlay: overlay ? { ...defaultsOf(OverlaySchema), ...overlay } : null,
    } as Video,
    audio: { ...defaultsOf(AudioSchema), ...audio } as CameraSettings['audio'],
    recording: completeRecording(recording),
    retention: { ...defaultsOf(RetentionSchema), ...retention } as CameraSettings['retention'],
    archive: archive ? ({ ...defaultsOf(ArchiveSchema), ...archive } as CameraSettings['archive']) : null,
    alerts: { ...defaultsOf(AlertsSchema), ...alerts } as CameraSettings['alerts'],
  };
}

/** A patch may have asked to record a substream that there is not. */
function completeSubstream(substream: NonNullable<PartialSettings['substream']>): Substream {
  const field = 'substream.url';
  if (substream.url === undefined) throw new NvrError('invalid_request', `${field}: is required`, { field });
  return withoutNull({ ...defaultsOf(SubstreamInputSchema), ...substream }) as Substream;
}

/** A day of the week that nobody spoke of is recorded. */
function completeRecording({ mode, schedule, override }: RecordingInput = {}): Recording {
  const exceptions = schedule?.exceptions ?? [];
  return {
    mode: mode ?? (defaultsOf(RecordingSchema).mode as Recording['mode']),
    schedule: { week: { ...wholeWeek(), ...schedule?.week }, exceptions },
    override: override ?? null,
  };
}

/** The same settings without an override that is over. */
export function withoutPastOverride(settings: CameraSettings, nowMs: number): CameraSettings {
  const { recording } = settings;
  const isOver = recording.override !== null && recording.override.until <= nowMs;
  return isOver ? { ...settings, recording: { ...recording, override: null } } : settings;
}

/** A user name and password in a URL become fields; fields given beside it win. */
function moveCredentials<T extends Sources>(settings: T): T {
  const { source, substream } = settings;
  return {
    ...settings,
    ...(source && { source: withoutUserInfo(source, 'source.url') }),
    ...(substream && { substream: withoutUserInfo(substream, 'substream.url') }),
  };
}

function withoutUserInfo<T extends SourceFields>(source: T, field: string): T {
  if (source.url === undefined) return source;
  const { url, credentials } = splitSourceUrl(source.url, field);
  return { ...credentials, ...source, url };
}

interface Sources {
  source?: SourceFields;
  substream?: SourceFields | null;
}

interface SourceFields {
  url?: string;
  username?: string | null;
  password?: string | null;
}

/** The default of each property; `null` for those that have none. */
function defaultsOf(schema: { properties: object }): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.properties).map(([key, property]) => [key, 'default' in property ? property.default : null]),
  );
}

const withoutNull = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
