import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { GreyPicture } from './camera/read-picture.ts';
import { readFrameStamps } from './camera/stamp.ts';

const run = promisify(execFile);
const options = { maxBuffer: 256 * 1024 * 1024, timeout: 60_000, encoding: 'buffer' } as const;

/** Standard output; errors carry what the tool printed. */
export async function runTool(tool: string, args: string[]): Promise<Buffer> {
  return (await run(tool, args, options)).stdout;
}

/** Frames of a track, as ffprobe counts them without decoding. */
export async function packetCount(input: string, track: 'v' | 'a'): Promise<number> {
  const args = ['-v', 'error', '-count_packets', '-select_streams', track, '-show_entries', 'stream=nb_read_packets'];
  return Number.parseInt((await runTool('ffprobe', [...args, '-of', 'csv=p=0', input])).toString(), 10);
}

/** What ffprobe, ffmpeg and GStreamer have to say against a file, with the tool's name; [] when it plays flawlessly. */
export async function complaintsAbout(file: string, { hasAudio }: { hasAudio: boolean }): Promise<string[]> {
  const tools: Array<[tool: string, args: string[]]> = [
    ['ffprobe', ['-v', 'warning', '-show_error', file]],
    // Its own time base would be the frame rate, which uneven frames do not fit.
    ['ffmpeg', ['-v', 'warning', '-nostdin', '-i', file, '-enc_time_base:v', '1/90000', '-f', 'null', '-']],
    ['gst-launch-1.0', ['-q', ...demuxerText(file, hasAudio).split(' ')]],
  ];
  const complaints: string[] = [];
  for (const [tool, args] of tools) {
    const said = await run(tool, args, {
      ...options,
      env: { ...process.env, GST_DEBUG: '*:2,basesrc:1', GST_DEBUG_NO_COLOR: '1' },
    }).then(
      ({ stdout, stderr }) => `${stdout}${stderr}`,
      (error: { stdout: Buffer; stderr: Buffer; message: string }) => `${error.message} ${error.stdout}${error.stderr}`,
    );
    if (said.trim() !== '') complaints.push(`${tool} ${file}: ${said.trim()}`);
  }
  return complaints;
}

function demuxerText(file: string, hasAudio: boolean): string {
  const branch = (pad: string) => `d.${pad} ! queue ! decodebin ! fakesink sync=false`;
  const branches = [branch('video_0'), ...(hasAudio ? [branch('audio_0')] : [])];
  return `filesrc location=${file} ! qtdemux name=d ${branches.join(' ')}`;
}

interface Level {
  /** Seconds of the file's own time. */
  atS: number;
  value: number;
}

/** Mean luma (0–255) of a part of each frame, by ffmpeg. @param crop `width:height:x:y`, as its `crop` filter takes it. */
export const lumaOf = (input: string, crop: string): Promise<Level[]> =>
  levelsOf(input, ['-map', '0:v', '-vf', `crop=${crop},signalstats,metadata=print:file=-`], 'lavfi.signalstats.YAVG');

/** Loudness of each 5 ms, dB below full scale, by ffmpeg. */
export const loudnessOf = (input: string, sampleRate: number): Promise<Level[]> => {
  const statistics = `asetnsamples=n=${sampleRate / 200},astats=metadata=1:reset=1,ametadata=print:file=-`;
  return levelsOf(input, ['-map', '0:a', '-af', statistics], 'lavfi.astats.Overall.RMS_level');
};

async function levelsOf(input: string, filter: string[], key: string): Promise<Level[]> {
  const text = await runTool('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    '-copyts',
    '-i',
    input,
    ...filter,
    '-f',
    'null',
    '-',
  ]);
  const levels: Level[] = [];
  let atS = Number.NaN;
  for (const line of text.toString().split('\n')) {
    const time = /pts_time:(\S+)/.exec(line)?.[1];
    if (time !== undefined) atS = Number(time);
    if (line.startsWith(`${key}=`))
      levels.push({ atS, value: Number(line.slice(key.length + 1).replace('inf', 'Infinity')) });
  }
  return levels;
}

/** Times at which the level first rises to `threshold` and stays for the next one too. */
export const risesOf = (levels: readonly Level[], threshold: number): number[] =>
  levels.flatMap(({ atS, value }, at) => {
    const before = levels[at - 1];
    return before !== undefined && before.value < threshold && value >= threshold ? [atS] : [];
  });

/** A JPEG as grey bytes. */
export async function greyPicture(jpeg: Buffer): Promise<GreyPicture> {
  const size = jpegSize(jpeg);
  const args = ['-v', 'error', '-f', 'mjpeg', '-i', '-', '-pix_fmt', 'gray', '-f', 'rawvideo', '-'];
  const decoding = run('ffmpeg', args, options);
  decoding.child.stdin?.end(jpeg);
  return { ...size, luma: (await decoding).stdout };
}

/** The first pictures of a file or address that ffmpeg reads, as grey bytes. */
export async function greyPictures(
  input: string,
  count: number,
  size: { width: number; height: number },
): Promise<GreyPicture[]> {
  const output = [
    '-map',
    '0:v',
    '-frames:v',
    String(count),
    '-vsync',
    'passthrough',
    '-pix_fmt',
    'gray',
    '-f',
    'rawvideo',
    '-',
  ];
  const bytes = await runTool('ffmpeg', ['-v', 'error', '-nostdin', '-i', input, ...output]);
  const length = size.width * size.height;
  return Array.from({ length: Math.floor(bytes.length / length) }, (_, at) => ({
    ...size,
    luma: bytes.subarray(at * length, (at + 1) * length),
  }));
}

/** What GStreamer's text overlay draws, on black. */
export async function drawnText(
  text: string,
  { position, fontSize }: { position: string; fontSize: number },
  { width, height }: { width: number; height: number },
): Promise<GreyPicture> {
  const [vertical, horizontal] = position.split('-');
  const pipeline = [
    'videotestsrc pattern=black num-buffers=1',
    `video/x-raw,width=${width},height=${height}`,
    `textoverlay valignment=${vertical} halignment=${horizontal}`,
    'videoconvert',
    'video/x-raw,format=GRAY8',
    'fdsink fd=1',
  ].join(' ! ');
  // Words of their own: they may hold spaces.
  const words = pipeline
    .split(' ')
    .flatMap((word) => (word === 'textoverlay' ? [word, `text=${text}`, `font-desc=Sans ${fontSize}`] : [word]));
  return { width, height, luma: await runTool('gst-launch-1.0', ['-q', ...words]) };
}

/** The size a JPEG claims (ITU-T T.81 B.2.2: SOF0–SOF2). @throws when it is none. */
export function jpegSize(jpeg: Buffer): { width: number; height: number } {
  if (jpeg.readUInt16BE(0) !== 0xffd8) throw new Error('no JPEG');
  for (let at = 2; at + 9 < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    const marker = jpeg.readUInt16BE(at);
    if (marker >= 0xffc0 && marker <= 0xffc2) {
      return { height: jpeg.readUInt16BE(at + 5), width: jpeg.readUInt16BE(at + 7) };
    }
  }
  throw new Error('a JPEG without a frame');
}

/** The simulated camera's frame numbers, as ffmpeg plays them from an address. @param seconds of a stream without end. */
export async function countersIn(
  input: string,
  codec: 'h264' | 'h265',
  { seconds }: { seconds?: number } = {},
): Promise<number[]> {
  const length = seconds === undefined ? [] : ['-t', String(seconds)];
  const format = codec === 'h265' ? 'hevc' : codec;
  const stream = await runTool('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    '-i',
    input,
    ...length,
    '-map',
    '0:v',
    '-c',
    'copy',
    '-f',
    format,
    '-',
  ]);
  return readFrameStamps(stream).map(({ frame }) => frame);
}
