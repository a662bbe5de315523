import type {
  Archive,
  CameraCreate,
  CameraDto,
  CameraPatch,
  Overlay,
  RecordingMode,
  Schedule,
  SourceDto,
  SourceInput,
  SubstreamDto,
  Transport,
} from '@nightjar/contract';
import { wholeWeek } from '../schedule/weekdays.ts';
import { readAddress } from './address.ts';

/** Where a stream is. */
export interface SourceForm {
  url: string;
  username: string;
  /** null: leave the stored password as it is; '' removes it. */
  password: string | null;
  transport: Transport;
}

/** `watch`: always connected; `on-demand`: while it is watched. */
export type SubstreamUse = 'watch' | 'on-demand' | 'record';

export interface SubstreamForm extends SourceForm {
  use: SubstreamUse;
}

/** A camera's settings as a form edits them: every field has a value, empty texts stand for "none". */
export interface SettingsForm extends SourceForm {
  name: string;
  group: string;
  /** null: there is none, or it isn't used. */
  substream: SubstreamForm | null;
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

const emptySource: SourceForm = { url: '', username: '', password: '', transport: 'auto' };

export const emptySubstream: SubstreamForm = { ...emptySource, use: 'watch' };

export const emptyForm: SettingsForm = {
  ...emptySource,
  name: '',
  group: '',
  substream: null,
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

const sourceFormOf = (source: SourceDto): SourceForm => ({
  url: source.url,
  username: source.username ?? '',
  password: source.hasPassword ? null : '',
  transport: source.transport,
});

const substreamUseOf = ({ record, connect }: SubstreamDto): SubstreamUse =>
  record ? 'record' : connect === 'on-demand' ? 'on-demand' : 'watch';

export const formOf = (camera: CameraDto): SettingsForm => ({
  ...sourceFormOf(camera.source),
  name: camera.name,
  group: camera.group ?? '',
  substream: camera.substream && { ...sourceFormOf(camera.substream), use: substreamUseOf(camera.substream) },
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
export function sourceOf(form: SourceForm): SourceInput {
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

  const source = sourcePatch(before, form);
  if (isFilled(source)) patch.source = source;
  if (changed('substream')) patch.substream = substreamPatch(before.substream, form.substream);

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

function sourcePatch(before: SourceForm, form: SourceForm): NonNullable<CameraPatch['source']> {
  const source: NonNullable<CameraPatch['source']> = {};
  if (form.url !== before.url) source.url = readAddress(form.url).url;
  if (form.transport !== before.transport) source.transport = form.transport;
  if (form.username !== before.username) source.username = form.username || null;
  if (form.password !== null && form.password !== before.password) source.password = form.password || null;
  return source;
}

type SubstreamPatch = Exclude<CameraPatch['substream'], undefined>;

function substreamPatch(before: SubstreamForm | null, form: SubstreamForm | null): SubstreamPatch {
  if (!form) return null;
  const patch = before ? sourcePatch(before, form) : sourceOf(form);
  return form.use === before?.use ? patch : { ...patch, ...settingsOfUse[form.use] };
}

const settingsOfUse = {
  watch: { record: false, connect: 'always' },
  'on-demand': { record: false, connect: 'on-demand' },
  record: { record: true, connect: 'always' },
} as const;

const isFilled = (part: object): boolean => Object.keys(part).length > 0;
