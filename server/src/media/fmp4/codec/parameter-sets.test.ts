import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { makeStream, recordingOf, type StreamWish, type TestStream } from '../../../../testing/streams.ts';
import type { VideoConfig } from '../../access-unit.ts';
import { codecStringOf } from './codec-string.ts';
import { pixelAspect, reorderDepth } from './parameter-sets.ts';

const run = promisify(execFile);

/** Fields of the parameter sets as ffmpeg reads them from a recording; of one that comes twice, the last. */
async function fieldsByFfmpeg(stream: TestStream): Promise<Map<string, number>> {
  const folder = await mkdtemp(join(tmpdir(), 'nightjar-sps-'));
  const file = join(folder, 'recording.mp4');
  try {
    await writeFile(file, recordingOf(stream).file);
    const trace = [
      '-v',
      'trace',
      '-i',
      file,
      '-c',
      'copy',
      '-bsf:v',
      'trace_headers',
      '-frames:v',
      '1',
      '-f',
      'null',
      '-',
    ];
    const { stderr } = await run('ffmpeg', ['-nostdin', ...trace], { maxBuffer: 1 << 26 });
    return new Map(
      [...stderr.matchAll(/\s(\w+(?:\[\d+\])?) +[01]+ = (-?\d+)/g)].map((m) => [m[1] ?? '', Number(m[2])]),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

const h264: Record<string, StreamWish> = {
  baseline: { ffmpegOptions: ['-profile:v', 'baseline'] },
  'B-frames': { bFrames: 2, encoderParameters: 'b-pyramid=none' },
  'a pyramid of B-frames': { bFrames: 3, encoderParameters: 'cabac=1:8x8dct=1:ref=3:b-pyramid=normal' },
  'a buffer model': { bFrames: 1, encoderParameters: 'nal-hrd=vbr:vbv-maxrate=500:vbv-bufsize=500' },
  interlaced: { bFrames: 1, encoderParameters: 'tff=1' },
  '4:2:2 at 10 bits': { bFrames: 1, ffmpegOptions: ['-pix_fmt', 'yuv422p10le'] },
  '4:4:4': { bFrames: 1, ffmpegOptions: ['-pix_fmt', 'yuv444p'] },
  'all-intra at 10 bits': { gopFrames: 1, ffmpegOptions: ['-pix_fmt', 'yuv420p10le'] },
  'colours and cropping': {
    ...{ width: 322, height: 242, bFrames: 1 },
    encoderParameters: 'overscan=show:fullrange=on:colorprim=bt709:transfer=bt709:colormatrix=bt709:chromaloc=1',
  },
};

for (const [name, wish] of Object.entries(h264)) {
  test(`the reorder depth of H.264 is read: ${name}`, async () => {
    const stream = await makeStream({ seconds: 0.4, ...wish });
    const fields = await fieldsByFfmpeg(stream);
    assert.equal(reorderDepth(stream.video), fields.get('max_num_reorder_frames') ?? 0);
    const name = ['profile_idc', 'level_idc'].map((field) =>
      fields.get(field)?.toString(16).toUpperCase().padStart(2, '0'),
    );
    assert.match(codecStringOf('h264', stream.video.codecData), new RegExp(`^avc1\\.${name[0]}[0-9A-F]{2}${name[1]}$`));
  });
}

const h265: Record<string, StreamWish> = {
  'no B-frames': {},
  'B-frames': { bFrames: 2, encoderParameters: 'b-pyramid=0' },
  'a pyramid of B-frames at 10 bits': { bFrames: 4, ffmpegOptions: ['-pix_fmt', 'yuv420p10le'] },
  'temporal layers': { bFrames: 3, encoderParameters: 'temporal-layers=3' },
  '4:2:2, cropped': { width: 322, height: 242, bFrames: 1, ffmpegOptions: ['-pix_fmt', 'yuv422p'] },
};

for (const [name, wish] of Object.entries(h265)) {
  test(`the reorder depth of H.265 is read: ${name}`, async () => {
    const stream = await makeStream({ codec: 'h265', seconds: 0.4, ...wish });
    const fields = await fieldsByFfmpeg(stream);
    const layers = fields.get('sps_max_sub_layers_minus1') ?? 0;
    assert.equal(reorderDepth(stream.video), fields.get(`sps_max_num_reorder_pics[${layers}]`));
    assert.match(codecStringOf('h265', stream.video.codecData), /^hvc1\.\d+\.[0-9A-F]+\.L\d+(\.[0-9A-F]+)*$/);
  });
}

test('pixels that are not square are read', async () => {
  const aspects: Array<[string, number, number]> = [
    ['16/11', 16, 11],
    ['37/31', 37, 31],
    ['1/1', 1, 1],
  ];
  for (const [sar, horizontal, vertical] of aspects) {
    const { video } = await makeStream({ seconds: 0.2, encoderParameters: `sar=${sar}` });
    assert.deepEqual(pixelAspect(video), { horizontal, vertical });
  }
});

test('a damaged parameter set tells nothing, and harms nothing', async () => {
  for (const codec of ['h264', 'h265'] as const) {
    const { video } = await makeStream({ codec, seconds: 0.2, bFrames: 1 });
    for (let length = 0; length < video.codecData.length; length++) {
      const cut = { ...video, codecData: video.codecData.subarray(0, length) };
      assert.ok([null, reorderDepth(video)].includes(reorderDepth(cut)));
      const flipped = Buffer.from(video.codecData);
      flipped[length] = (flipped[length] ?? 0) ^ 0xff;
      const depth = reorderDepth({ ...video, codecData: flipped });
      assert.ok(depth === null || (depth >= 0 && depth <= 16));
    }
  }
});

const ue = (value: number) => {
  const code = (value + 1).toString(2);
  return '0'.repeat(code.length - 1) + code;
};
const se = (value: number) => ue(value > 0 ? 2 * value - 1 : -2 * value);

/** A hand-made H.264 configuration, high profile, 256×256: for what x264 does not write. */
function handMade({ scaling = '0', orderType = ue(0) + ue(0), vui = '0' }): VideoConfig {
  const profile = '01100100'; // 100
  const level = '00101000'; // 4.0
  const bits = [
    ...[profile, '00000000', level, ue(0), ue(1), ue(0), ue(0), '0', scaling],
    ...[ue(0), orderType, ue(1), '0', ue(15), ue(15), '1', '1', '0', vui, '1'],
  ].join('');
  const bytes = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
  const nal = Buffer.from([0x67, ...bytes.map((byte) => Number.parseInt(byte, 2))]);
  const codecData = Buffer.concat([Buffer.from([1, 100, 0, 40, 0xff, 0xe1, 0, nal.length]), nal]);
  return { codec: 'h264', width: 256, height: 256, codecData };
}

/** VUI with nothing but bitstream restrictions. */
const vuiWithReordering = (frames: number) =>
  ['1', '0000', '0', '0', '0', '0', '1', '1', ue(0), ue(0), ue(10), ue(10), ue(frames), ue(4)].join('');

test('H.264 without VUI does not tell its reorder depth, unless its picture order leaves no choice', () => {
  assert.equal(reorderDepth(handMade({})), null);
  assert.equal(reorderDepth(handMade({ orderType: ue(2) })), 0);
  assert.equal(reorderDepth(handMade({ vui: vuiWithReordering(3) })), 3);
});

test('what lies before the VUI of H.264 is skipped: scaling lists, picture order by cycle', () => {
  const vui = vuiWithReordering(3);
  const short = `1${se(4)}${se(-3).repeat(2)}${se(1).repeat(13)}`;
  const endsAtOnce = `1${se(-8)}`;
  const long = `1${se(2)}${se(0).repeat(63)}`;
  assert.equal(reorderDepth(handMade({ scaling: `1${short}${endsAtOnce}0000${long}0`, vui })), 3);
  const cycle = `${ue(1)}0${se(-2)}${se(5)}${ue(2)}${se(7)}${se(-7)}`;
  assert.equal(reorderDepth(handMade({ orderType: cycle, vui })), 3);
});

test('codec strings follow RFC 6381', () => {
  assert.equal(codecStringOf('h264', Buffer.from('01640028ff', 'hex')), 'avc1.640028');
  const main = Buffer.from('01016000000090000000000 05df000fcfdf8f800000f03'.replaceAll(' ', ''), 'hex');
  assert.equal(codecStringOf('h265', main), 'hvc1.1.6.L93.90');
  const high = Buffer.from(main);
  high[1] = 0x22;
  high.writeUInt32BE(0x20000000, 2);
  high.fill(0, 6, 12);
  high[12] = 153;
  assert.equal(codecStringOf('h265', high), 'hvc1.2.4.H153');
  assert.equal(codecStringOf('aac', Buffer.from('1190', 'hex')), 'mp4a.40.2');
  assert.equal(codecStringOf('aac', Buffer.from('2b92088000', 'hex')), 'mp4a.40.5');
});
