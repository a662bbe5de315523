import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { VideoConfig } from '../../src/media/access-unit.ts';
import { readInit, samplesOf } from '../../src/media/fmp4/index.ts';
import { forEachDot } from '../camera/font.ts';
import { stampNal } from '../camera/stamp.ts';

const run = promisify(execFile);

const [width, height] = [320, 192];
export const fps = 10;
/** Frames; divides a minute. */
const gopFrames = 20;
const idrSlice = 5;

/** Picture and marks of one frame. */
interface ClockFrame {
  data: Buffer;
  keyframe: boolean;
}

export interface ClockPictures {
  video: VideoConfig;
  /**
   * A frame that shows the name, the hour's label and the minute, second and tenth since the hour began, with its
   * instant in an SEI message (`readFrameStamp`).
   *
   * @param frame since the hour began.
   */
  frame(label: number, frame: number, wallMs: number): ClockFrame;
}

interface ClockWish {
  name: string;
  /** Two lines each, such as `['2026-11-22', '14']`. */
  labels: ReadonlyArray<readonly [date: string, hour: string]>;
  /** Of each hour, from its beginning on. */
  minutes: number;
}

/**
 * Days of video with a running clock, encoded within seconds: each picture is two slices, which H.264 decodes without
 * one another. The lower ones, minute to tenth, are encoded for one hour; the upper one of a keyframe, for each label;
 * of all other frames the upper slice says that nothing has changed.
 */
export async function encodeClock({ name, labels, minutes }: ClockWish): Promise<ClockPictures> {
  const frames = minutes * 60 * fps;
  const clock = await encode(frames, (frame, picture) => drawClock(picture, frame), ['-g', `${gopFrames}`]);
  // Each label twice: keyframes in a row alternate in a number of theirs, which both slices of a picture share.
  const upper = await encode(
    labels.length * 2,
    (at, picture) => drawLabel(picture, name, labels[Math.floor(at / 2)] ?? ['', '']),
    ['-g', `${gopFrames}`, '-forced-idr', '1', '-force_key_frames', 'expr:1'],
  );
  if (!upper.video.codecData.equals(clock.video.codecData))
    throw new Error('Clock and labels were encoded differently');
  return {
    video: clock.video,
    frame(label, frame, wallMs) {
      const { data, keyframe } = clock.frames[frame] as ClockFrame;
      const stamp = stampNal('h264', { wallMs, frame });
      if (!keyframe) return { data: joined([stamp, ...nalsOf(data)]), keyframe };
      const parity = (frame / gopFrames) % 2;
      const ofLabel = nalsOf((upper.frames[label * 2 + parity] as ClockFrame).data).filter(isIdr);
      const ofClock = nalsOf(data).filter(isIdr);
      return { data: joined([stamp, ofLabel[0] as Buffer, ofClock[1] as Buffer]), keyframe };
    },
  };
}

/** All in the same parameter sets, which depend on none of `options`. */
async function encode(
  count: number,
  draw: (frame: number, picture: Uint8Array) => void,
  options: string[],
): Promise<{ video: VideoConfig; frames: ClockFrame[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'nightjar-clock-'));
  try {
    const raw = Buffer.alloc(count * width * height, background);
    for (let frame = 0; frame < count; frame += 1) {
      draw(frame, raw.subarray(frame * width * height, (frame + 1) * width * height));
    }
    await writeFile(path.join(folder, 'raw'), raw);
    const x264 = `slices=2:min-keyint=1:scenecut=0:bframes=0:ref=1:weightp=0:no-deblock=1:aq-mode=0:no-mbtree=1:qp=26`;
    const input = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', `${fps}`, '-i', 'raw'];
    const output = [
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-x264-params',
      x264,
      '-threads',
      '1',
    ];
    const container = ['-video_track_timescale', '90000', '-movflags', 'frag_keyframe+empty_moov+default_base_moof'];
    await run('ffmpeg', ['-nostdin', '-v', 'error', ...input, ...output, ...options, ...container, 'out.mp4'], {
      cwd: folder,
    });
    const file = await readFile(path.join(folder, 'out.mp4'));
    return { video: readInit(file).video, frames: samplesOf(file).map(({ data, keyframe }) => ({ data, keyframe })) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const background = 60;

function drawLabel(picture: Uint8Array, name: string, [date, hour]: readonly [string, string]): void {
  drawText(picture, `${name.slice(0, 6)} ${date}`, { left: 8, top: 8, unit: 3 });
  drawText(picture, `${hour}:`, { left: 32, top: 44, unit: 6 });
}

function drawClock(picture: Uint8Array, frame: number): void {
  const second = Math.floor(frame / fps);
  const two = (value: number) => String(value).padStart(2, '0');
  drawText(picture, `${two(Math.floor(second / 60))}:${two(second % 60)}.${frame % fps}`, {
    left: 32,
    top: 104,
    unit: 6,
  });
  // Crosses the picture each second.
  const left = Math.floor(((frame % fps) / fps) * (width - 16));
  for (let y = 168; y < 184; y += 1) picture.fill(white, y * width + left, y * width + left + 16);
}

const white = 235;

function drawText(
  picture: Uint8Array,
  text: string,
  { left, top, unit }: { left: number; top: number; unit: number },
): void {
  forEachDot(text, (x, y) => {
    for (let row = 0; row < unit; row += 1) {
      const start = (top + y * unit + row) * width + left + x * unit;
      picture.fill(white, start, start + unit);
    }
  });
}

const isIdr = (nal: Buffer): boolean => ((nal[0] ?? 0) & 0x1f) === idrSlice;

/** Of an access unit with lengths of four bytes. */
function nalsOf(data: Buffer): Buffer[] {
  const nals: Buffer[] = [];
  for (let at = 0; at + 4 <= data.length; ) {
    const end = at + 4 + data.readUInt32BE(at);
    nals.push(data.subarray(at + 4, end));
    at = end;
  }
  return nals;
}

function joined(nals: readonly Buffer[]): Buffer {
  const parts = nals.flatMap((nal) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(nal.length);
    return [length, nal];
  });
  return Buffer.concat(parts);
}
