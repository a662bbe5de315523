import type { VideoCodec } from './stamp.ts';

export type AudioCodec = 'aac' | 'pcma' | 'pcmu' | 'opus' | 'none';

export interface MountOptions {
  /** Without leading slash. */
  path: string;
  /** Serve the first H.264 or H.265 video and AAC audio of this MP4 instead of a drawn picture; `audio: 'none'` leaves its sound out. */
  file?: string;
  video?: VideoCodec;
  width?: number;
  height?: number;
  fps?: number;
  gopFrames?: number;
  bitrateKbps?: number;
  /** B-frames between two others. */
  bFrames?: number;
  audio?: AudioCodec;
  /** Sound starts this much later than the picture. */
  audioDelayMs?: number;
  user?: string;
  password?: string;
  authMethod?: 'basic' | 'digest';
  /** False: the SDP has no `sprop-parameter-sets`; the stream has them before each keyframe either way. */
  parameterSetsInSdp?: boolean;
  protocols?: Array<'udp' | 'tcp'>;
  /** Length of the loop, whole seconds. */
  loopSeconds?: number;
  /**
   * The loop begins when the Unix time divides by its length, flash and beep are at full seconds, and a new client gets the
   * middle of a GOP first. Else the first client is met with a keyframe.
   */
  aligned?: boolean;
  /** Shown in the picture, A–Z 0–9, twelve letters. Mounts that differ in nothing but the path share one encoded loop. */
  name?: string;
  /** Colours and pattern, 0–2. */
  look?: number;
  /** `test`: patterns, a big clock, flashes, noise. `scene`: something to look at. */
  picture?: 'test' | 'scene';
  /** What the faults `resolution` and `codec` switch to. */
  secondClip?: { width: number; height: number; video?: VideoCodec };
  /** RTP timestamps of picture and sound wrap around 2^32 so long after a stream's beginning; else they start at random. */
  rtpWrapsAfterMs?: number;
}

type Drawn =
  | 'video'
  | 'width'
  | 'height'
  | 'fps'
  | 'gopFrames'
  | 'bitrateKbps'
  | 'bFrames'
  | 'audio'
  | 'loopSeconds'
  | 'name'
  | 'look'
  | 'picture';
export type Mount = MountOptions &
  Required<Pick<MountOptions, Drawn | 'audioDelayMs' | 'aligned' | 'protocols' | 'parameterSetsInSdp'>>;

export function withDefaults(options: MountOptions): Mount {
  const fps = options.fps ?? 15;
  const width = options.width ?? 640;
  const height = options.height ?? 360;
  return {
    ...options,
    video: options.video ?? 'h264',
    width,
    height,
    fps,
    gopFrames: options.gopFrames ?? fps,
    bitrateKbps: options.bitrateKbps ?? Math.round((width * height * fps) / 6_000),
    bFrames: options.bFrames ?? 0,
    audio: options.audio ?? 'aac',
    audioDelayMs: options.audioDelayMs ?? 0,
    aligned: options.aligned ?? false,
    parameterSetsInSdp: options.parameterSetsInSdp ?? true,
    protocols: options.protocols ?? ['udp', 'tcp'],
    loopSeconds: options.loopSeconds ?? 10,
    name: options.name ?? 'CAMERA',
    look: options.look ?? 0,
    picture: options.picture ?? 'test',
  };
}

const demoNames = ['FRONT DOOR', 'GARDEN', 'GARAGE', 'DRIVEWAY', 'HALL', 'STAIRS'];

/** Cameras for a first look: `cam1` … with differing looks, one loop a minute so that the seconds shown are true. */
export const demoMounts = (count: number): MountOptions[] =>
  Array.from({ length: count }, (_, i) => ({
    path: `cam${i + 1}`,
    name: demoNames[i] ?? `CAMERA ${i + 1}`,
    look: i % 3,
    picture: 'scene',
    width: 1280,
    height: 720,
    fps: 15,
    gopFrames: 30,
    bitrateKbps: 1500,
    loopSeconds: 60,
    aligned: true,
  }));

/** The smaller picture that such a camera sends beside its full one. */
export const demoSubstream = (camera: MountOptions): MountOptions => ({
  ...camera,
  path: `${camera.path}-sub`,
  width: 320,
  height: 180,
  gopFrames: 15,
  bitrateKbps: 200,
});

/**
 * `freeze`: nothing is sent, connections stay open; new clients are answered and then get nothing either. `unfreeze` goes on
 * with the next keyframe and closes the connections of clients that came meanwhile. `drop` closes the mount's connections.
 * `refuse`: no new connections to any mount of the same authentication method, `accept` ends it. `not-found`: 404 for
 * new clients, `found` ends it. `storm`: clients are thrown out when they have begun to play, `calm` ends it.
 * `password`: another one for new clients (Digest only).
 *
 * `jump`: RTP timestamps of picture and sound step. `rate`: they run fast, or slow when negative; 0 ends it.
 * `mute`: no sound packets (a client that comes while muted hears nothing until it connects anew). `no-picture`: the same
 * for the picture, `picture` ends it and closes the connections of clients that came meanwhile.
 * `no-keyframes`: keyframes are left out, `keyframes` ends it. `no-audio`: new clients get an SDP without sound,
 * `audio` ends it. `resolution`: from the next keyframe the other of the two clips. `codec`: the other clip for new
 * clients, the others are thrown out, as cameras do it.
 */
export type Fault =
  | 'freeze'
  | 'unfreeze'
  | 'drop'
  | 'refuse'
  | 'accept'
  | 'not-found'
  | 'found'
  | 'storm'
  | 'calm'
  | 'password'
  | 'jump'
  | 'rate'
  | 'mute'
  | 'unmute'
  | 'no-picture'
  | 'picture'
  | 'no-keyframes'
  | 'keyframes'
  | 'no-audio'
  | 'audio'
  | 'resolution'
  | 'codec';

/** `storm`: after so many milliseconds. `password`: the new one. `jump`: milliseconds. `rate`: parts per million. */
export type FaultValue = number | string;

/** When a picture left the camera. */
export interface SentPicture {
  /** The number drawn in it: its place in the loop. */
  drawn: number;
  /** Unix milliseconds with fraction. */
  atMs: number;
}

/** Frame counters as stamped; all -1 and 0 before the first. */
export interface SentFrames {
  firstFrame: number;
  lastFrame: number;
  frames: number;
}
