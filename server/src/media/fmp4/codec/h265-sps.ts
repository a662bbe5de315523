import { BitReader, withoutEmulationPrevention } from './bit-reader.ts';
import type { SpsFacts } from './h264-sps.ts';
import { squarePixels } from './pixel-aspect.ts';

const spsNalType = 33;

/**
 * ITU-T H.265 7.3.2.2.1, as far as sps_max_num_reorder_pics; pixels are taken as square, for their shape is told much
 * later. null when the bytes are no such set, or one cut short.
 */
export function parseH265Sps(nal: Buffer): SpsFacts | null {
  if (nal.length < 4 || ((nal[0] ?? 0) >> 1) % 64 !== spsNalType) return null;
  const r = new BitReader(withoutEmulationPrevention(nal.subarray(2)));
  r.skip(4); // sps_video_parameter_set_id
  const maxSubLayersMinus1 = r.bits(3);
  r.flag(); // sps_temporal_id_nesting_flag
  skipProfileTierLevel(r, maxSubLayersMinus1);
  r.ue(); // sps_seq_parameter_set_id
  if (r.ue() === 3) r.flag(); // chroma_format_idc, separate_colour_plane_flag
  r.ue(); // pic_width_in_luma_samples
  r.ue(); // pic_height_in_luma_samples
  if (r.flag()) for (let side = 0; side < 4; side++) r.ue(); // conformance window
  r.ue(); // bit_depth_luma_minus8
  r.ue(); // bit_depth_chroma_minus8
  r.ue(); // log2_max_pic_order_cnt_lsb_minus4
  const eachSubLayer = r.flag();
  let reorderDepth = 0;
  for (let layer = eachSubLayer ? 0 : maxSubLayersMinus1; layer <= maxSubLayersMinus1; layer++) {
    r.ue(); // sps_max_dec_pic_buffering_minus1
    reorderDepth = r.ue();
    r.ue(); // sps_max_latency_increase_plus1
  }
  if (r.overrun || reorderDepth > 16) return null;
  return { reorderDepth, pixelAspect: squarePixels };
}

/** ITU-T H.265 7.3.3. */
function skipProfileTierLevel(r: BitReader, maxSubLayersMinus1: number): void {
  r.skip(88 + 8); // general profile, level
  const present: Array<{ profile: boolean; level: boolean }> = [];
  for (let layer = 0; layer < maxSubLayersMinus1; layer++) present.push({ profile: r.flag(), level: r.flag() });
  if (maxSubLayersMinus1 > 0) r.skip(2 * (8 - maxSubLayersMinus1));
  for (const { profile, level } of present) r.skip((profile ? 88 : 0) + (level ? 8 : 0));
}
