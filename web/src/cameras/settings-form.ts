import type {
  Archive,
  CameraCreate,
  CameraDto,
  CameraPatch,
  Overlay,
  RecordingMode,
  Schedule,
  SourceInput,
  Transport,
} from '@nightjar/contract';
import { wholeWeek } from '../schedule/weekdays.ts';
import { readAddress } from './address.ts';

/** A camera's settings as a form edits them: every field has a value, empty texts stand for "none". */
export interface SettingsForm {
  name: string;
  group: string;
  url: string;
  username: string;
  /** null: leave the stored password as it is; '' removes it. */
  password: string | null;
  transport: Transport;
  encode: boolean;
  bitrateKbps: number;
  /** null keeps the camera's. */
  fps: number | null;
  height: number | null;
  keyframeSeconds: number;
  overlay: Overlay | null;
  sound: boolean;
  mode: RecordingMode;
  schedule: Schedule;
  /** null: no limit. */
  maxAgeDays: number | null;
  maxSizeBytes: number | null;
  /** null: no files are made. */
  archive: Archive | null;
  /** 0: never. */
  downAfterSeconds: number;
}

export const defaultOverlay: Overlay = {
  format: '%D %H:%M:%S',
  text: '',
  position: 'top-left',
  fontSize: 18,
  shaded: true,
};

export const defaultArchive: Archive = { format: 'mp4', per: 'day', removeSegments: false };

export const emptyForm: SettingsForm = {
  name: '',
  group: '',
  url: '',
  username: '',
  password: '',
  transport: 'auto',
  encode: false,
  bitrateKbps: 2000,
  fps: null,
  height: null,
  keyframeSeconds: 2,
  overlay: null,
  sound: true,
  mode: 'continuous',
  schedule: { week: wholeWeek(), exceptions: [] },
  maxAgeDays: null,
  maxSizeBytes: null,
  archive: null,
  downAfterSeconds: 120,
};

export const formOf = (camera: CameraDto): SettingsForm => ({
  name: camera.name,
  group: camera.group ?? '',
  url: camera.source.url,
  username: camera.source.username ?? '',
  password: camera.source.hasPassword ? null : '',
  transport: camera.source.transport,
  encode: camera.video.mode === 'encode',
  bitrateKbps: camera.video.bitrateKbps,
  fps: camera.video.fps,
  height: camera.video.height,
  keyframeSeconds: camera.video.keyframeSeconds,
  overlay: camera.video.overlay,
  sound: camera.audio.mode === 'auto',
  mode: camera.recording.mode,
  schedule: camera.recording.schedule,
  maxAgeDays: camera.retention.maxAgeDays,
  maxSizeBytes: camera.retention.maxSizeBytes,
  archive: camera.archive,
  downAfterSeconds: camera.alerts.downAfterSeconds,
});

/** What the probe and a new camera need of the form. */
export function sourceOf(form: SettingsForm): SourceInput {
  const source: SourceInput = { url: readAddress(form.url).url, transport: form.transport };
  if (form.username !== '') source.username = form.username;
  if (form.password) source.password = form.password;
  return source;
}

export function createOf(form: SettingsForm): CameraCreate {
  const camera: CameraCreate = { name: form.name.trim(), source: sourceOf(form) };
  if (form.group.trim() !== '') camera.group = form.group.trim();
  return camera;
}

/** Only what differs from `camera`, as JSON merge patch (RFC 7396). */
export function patchOf(camera: CameraDto, form: SettingsForm): CameraPatch {
  const before = formOf(camera);
  const changed = (field: keyof SettingsForm) => JSON.stringify(before[field]) !== JSON.stringify(form[field]);
  const patch: CameraPatch = {};
  if (changed('name')) patch.name = form.name.trim();
  if (changed('group')) patch.group = form.group.trim() || null;

  const source: NonNullable<CameraPatch['source']> = {};
  if (changed('url')) source.url = readAddress(form.url).url;
  if (changed('transport')) source.transport = form.transport;
  if (changed('username')) source.username = form.username || null;
  if (form.password !== null && form.password !== before.password) source.password = form.password || null;
  if (isFilled(source)) patch.source = source;

  const video: NonNullable<CameraPatch['video']> = {};
  if (changed('encode')) video.mode = form.encode ? 'encode' : 'copy';
  if (changed('bitrateKbps')) video.bitrateKbps = form.bitrateKbps;
  if (changed('fps')) video.fps = form.fps;
  if (changed('height')) video.height = form.height;
  if (changed('keyframeSeconds')) video.keyframeSeconds = form.keyframeSeconds;
  if (changed('overlay')) video.overlay = form.overlay;
  if (isFilled(video)) patch.video = video;
  if (changed('sound')) patch.audio = { mode: form.sound ? 'auto' : 'off' };

  const recording: NonNullable<CameraPatch['recording']> = {};
  if (changed('mode')) recording.mode = form.mode;
  if (changed('schedule')) recording.schedule = form.schedule;
  if (isFilled(recording)) patch.recording = recording;

  const retention: NonNullable<CameraPatch['retention']> = {};
  if (changed('maxAgeDays')) retention.maxAgeDays = form.maxAgeDays;
  if (changed('maxSizeBytes')) retention.maxSizeBytes = form.maxSizeBytes;
  if (isFilled(retention)) patch.retention = retention;

  if (changed('archive')) patch.archive = form.archive;
  if (changed('downAfterSeconds')) patch.alerts = { downAfterSeconds: form.downAfterSeconds };
  return patch;
}

const isFilled = (part: object): boolean => Object.keys(part).length > 0;
