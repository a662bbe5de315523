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
  type Transport,
  type UnixMs,
  type Video,
  VideoSchema,
  wholeWeek,
} from '@nightjar/contract';
import { mergePatch } from './merge-patch.ts';
import { type Credentials, splitSourceUrl } from './source-url.ts';

/** What a person decides about a camera. */
export interface CameraSettings {
  name: string;
  group?: string;
  /** Holds the password: answer and log a `CameraDto` instead. The URL is without credentials. */
  source: { url: string; transport: Transport } & Credentials;
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
  const { name, group, source, video, audio, recording, retention, archive, alerts } = settings;
  const overlay = video?.overlay;
  return {
    name: name.trim(),
    ...(group ? { group: group.trim() } : {}),
    source: withoutNull({ ...defaultsOf(SourceInputSchema), ...source }) as CameraSettings['source'],
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

/** A user name and password in the URL become fields; fields given beside it win. */
function moveCredentials<T extends { source?: { url?: string } & CredentialsInput }>(settings: T): T {
  const { source } = settings;
  if (source?.url === undefined) return settings;
  const { url, credentials } = splitSourceUrl(source.url);
  return { ...settings, source: { ...credentials, ...source, url } };
}

interface CredentialsInput {
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
