import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutedMime, muteMedia, videoStartOf } from './fragments.ts';

const text = (letters: string) => [...letters].map((letter) => letter.charCodeAt(0));
const u32 = (value: number) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const box = (type: string, ...content: number[][]): number[] => {
  const bytes = content.flat();
  return [...u32(bytes.length + 8), ...text(type), ...bytes];
};
const fullBox = (type: string, flags: number, ...content: number[][]) => box(type, u32(flags), ...content);
const bytesOf = (...boxes: number[][]): ArrayBuffer => new Uint8Array(boxes.flat()).buffer;
const typesIn = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('latin1');

const sync = 0x0200_0000;
const delta = 0x0101_0000;

interface Samples {
  dts: number;
  firstFlags?: number;
  flags?: number[];
  compositionOffsets?: number[];
}

const traf = (trackId: number, { dts, firstFlags, flags, compositionOffsets }: Samples) =>
  box(
    'traf',
    fullBox('tfhd', 0x20000, u32(trackId)),
    fullBox('tfdt', 0x0100_0000, u32(0), u32(dts)),
    fullBox(
      'trun',
      0x0100_0000 | 0x1 | 0x200 | (firstFlags ? 0x4 : 0) | (flags ? 0x400 : 0) | (compositionOffsets ? 0x800 : 0),
      u32(1),
      u32(100),
      firstFlags ? u32(firstFlags) : [],
      u32(5),
      flags ? u32(flags[0] ?? 0) : [],
      compositionOffsets ? u32(compositionOffsets[0] ?? 0) : [],
    ),
  );
const fragment = (...trafs: number[][]) =>
  bytesOf(fullBox('prft', 0, u32(1)), box('moof', fullBox('mfhd', 0, u32(1)), ...trafs), box('mdat', [1, 2, 3, 4, 5]));

test('a fragment tells when its first picture is shown, and whether it is a keyframe', () => {
  const sound = traf(2, { dts: 1 });
  assert.deepEqual(videoStartOf(fragment(traf(1, { dts: 90_000, firstFlags: sync }), sound)), {
    timeS: 1,
    keyframe: true,
  });
  assert.deepEqual(videoStartOf(fragment(sound, traf(1, { dts: 45_000 }))), { timeS: 0.5, keyframe: false });
  const reordered = { dts: 45_000, flags: [sync], compositionOffsets: [9_000] };
  assert.deepEqual(videoStartOf(fragment(traf(1, reordered))), { timeS: 0.6, keyframe: true });
  assert.equal(videoStartOf(fragment(traf(1, { dts: 0, flags: [delta] })))?.keyframe, false);
  assert.equal(videoStartOf(fragment(sound)), null);
});

test('bytes that are no fragment are answered, not thrown at', () => {
  assert.equal(videoStartOf(new ArrayBuffer(0)), null);
  assert.equal(videoStartOf(bytesOf([0, 0, 255, 255], text('moof'))), null);
  assert.equal(muteMedia(new ArrayBuffer(3)), false);
});

test('sound is taken out in place', () => {
  const trak = (id: number) => box('trak', fullBox('tkhd', 3, u32(0), u32(0), u32(id)));
  const trex = (id: number) => fullBox('trex', 0, u32(id));
  const init = bytesOf(box('ftyp', text('iso6')), box('moov', trak(1), trak(2), box('mvex', trex(1), trex(2))));
  const sizeBytes = init.byteLength;
  assert.equal(muteMedia(init), true);
  assert.equal(init.byteLength, sizeBytes);
  assert.equal(
    typesIn(init)
      .match(/trak|trex|free/g)
      ?.join(),
    'trak,free,trex,free',
  );

  const both = fragment(traf(1, { dts: 0, firstFlags: sync }), traf(2, { dts: 0 }));
  assert.equal(muteMedia(both), true);
  assert.equal(
    typesIn(both)
      .match(/traf|free/g)
      ?.join(),
    'traf,free',
  );
  assert.equal(muteMedia(fragment(traf(2, { dts: 0 }))), false);
  assert.equal(mutedMime('video/mp4; codecs="avc1.640028,mp4a.40.2"'), 'video/mp4; codecs="avc1.640028"');
  assert.equal(mutedMime('video/mp4; codecs="hvc1.1.6.L93.B0"'), 'video/mp4; codecs="hvc1.1.6.L93.B0"');
});
