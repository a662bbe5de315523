import type { BitReader } from './bit-reader.ts';

/** Width to height of one pixel. */
export interface PixelAspect {
  horizontal: number;
  vertical: number;
}

export const squarePixels: PixelAspect = { horizontal: 1, vertical: 1 };

/** By aspect_ratio_idc from 1 (ITU-T H.264 table E-1, the same in H.265). */
const ratios: ReadonlyArray<readonly [number, number]> = [
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];
const extendedSar = 255;

/** aspect_ratio_idc and what follows it; unknown or senseless ratios are taken as square. */
export function readPixelAspect(r: BitReader): PixelAspect {
  const idc = r.bits(8);
  const [horizontal, vertical] = idc === extendedSar ? [r.bits(16), r.bits(16)] : (ratios[idc - 1] ?? [1, 1]);
  return horizontal > 0 && vertical > 0 ? { horizontal, vertical } : squarePixels;
}
