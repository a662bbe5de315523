import type { CameraCreate, CameraDto, CameraPatch, Overlay, SourceInput, Transport } from '@nightjar/contract';

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
  record: boolean;
}

export const defaultOverlay: Overlay = {
  format: '%D %H:%M:%S',
  text: '',
  position: 'top-left',
  fontSize: 18,
  shaded: true,
};

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
  record: true,
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
  record: camera.recording.mode === 'continuous',
});

/** An address as people paste it: without the scheme, with spaces around, with user name and password in it. */
export function readAddress(text: string): { url: string; username?: string; password?: string } {
  const trimmed = text.trim();
  const address = trimmed === '' || /^[a-z]+:\/\//i.test(trimmed) ? trimmed : `rtsp://${trimmed}`;
  const match = /^([a-z]+:\/\/)([^/?#]*)@([^/?#]*)(.*)$/i.exec(address);
  if (!match) return { url: address };
  const [, scheme = '', userInfo = '', host = '', rest = ''] = match;
  const colon = userInfo.indexOf(':');
  const url = `${scheme}${host}${rest}`;
  if (colon < 0) return { url, username: decoded(userInfo) };
  return { url, username: decoded(userInfo.slice(0, colon)), password: decoded(userInfo.slice(colon + 1)) };
}

export const isAddress = (text: string): boolean => /^rtsp:\/\/[^\s/]+\S*$/i.test(readAddress(text).url);

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
  if (Object.keys(source).length > 0) patch.source = source;

  const video: NonNullable<CameraPatch['video']> = {};
  if (changed('encode')) video.mode = form.encode ? 'encode' : 'copy';
  if (changed('bitrateKbps')) video.bitrateKbps = form.bitrateKbps;
  if (changed('fps')) video.fps = form.fps;
  if (changed('height')) video.height = form.height;
  if (changed('keyframeSeconds')) video.keyframeSeconds = form.keyframeSeconds;
  if (changed('overlay')) video.overlay = form.overlay;
  if (Object.keys(video).length > 0) patch.video = video;

  if (changed('sound')) patch.audio = { mode: form.sound ? 'auto' : 'off' };
  if (changed('record')) patch.recording = { mode: form.record ? 'continuous' : 'off' };
  return patch;
}

/** What saving does to the recording that runs now. */
export type Interruption = 'none' | 'reconnect' | 'pause' | 'resume';

export function interruptionOf(camera: CameraDto, patch: CameraPatch): Interruption {
  if (patch.recording) return patch.recording.mode === 'off' ? 'pause' : 'resume';
  if (camera.recording.mode === 'off') return 'none';
  if (patch.source || patch.audio || patch.video?.mode) return 'reconnect';
  // While the camera's own bits are recorded, the settings for encoding rest; the overlay changes in the running picture.
  const encoding = Object.keys(patch.video ?? {}).filter((key) => key !== 'overlay');
  return camera.video.mode === 'encode' && encoding.length > 0 ? 'reconnect' : 'none';
}

/** Percent-decoded; as it stands when it is not percent-encoded after all (`100%safe`). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
