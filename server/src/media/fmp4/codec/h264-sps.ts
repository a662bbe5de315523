import { BitReader, withoutEmulationPrevention } from './bit-reader.ts';
import { type PixelAspect, readPixelAspect, squarePixels } from './pixel-aspect.ts';

/** What we use of an H.264 sequence parameter set (ITU-T H.264 7.3.2.1.1). */
export interface SpsFacts {
  /** Most frames that precede one in decoding order and follow it in output order; null when the stream may not tell. */
  reorderDepth: number | null;
  pixelAspect: PixelAspect;
}

const profilesWithChromaFormat = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);
/** Profiles of which `constraint_set3_flag` makes the all-intra variant (A.2.8 to A.2.11). */
const intraVariants = new Set([44, 100, 110, 122, 244]);

/** null when the bytes are no sequence parameter set, or one cut short. */
export function parseH264Sps(nal: Buffer): SpsFacts | null {
  if (nal.length < 4 || (nal[0] ?? 0) % 32 !== 7) return null;
  const r = new BitReader(withoutEmulationPrevention(nal.subarray(1)));
  const profile = r.bits(8);
  const constraints = r.bits(8);
  r.skip(8); // level_idc
  r.ue(); // seq_parameter_set_id
  if (profilesWithChromaFormat.has(profile)) skipChromaAndScaling(r);
  r.ue(); // log2_max_frame_num_minus4
  const orderType = skipPictureOrder(r);
  r.ue(); // max_num_ref_frames
  r.flag(); // gaps_in_frame_num_value_allowed_flag
  r.ue(); // pic_width_in_mbs_minus1
  r.ue(); // pic_height_in_map_units_minus1
  if (!r.flag()) r.flag(); // frame_mbs_only_flag, mb_adaptive_frame_field_flag
  r.flag(); // direct_8x8_inference_flag
  if (r.flag()) for (let side = 0; side < 4; side++) r.ue(); // frame cropping
  const vui = r.flag() ? readVui(r) : { pixelAspect: squarePixels, reorderFrames: null };
  if (r.overrun) return null;

  const intraOnly = intraVariants.has(profile) && (constraints & 0x10) !== 0;
  const noReordering = profile === 66 || orderType === 2 || intraOnly;
  return { reorderDepth: noReordering ? 0 : vui.reorderFrames, pixelAspect: vui.pixelAspect };
}

function skipChromaAndScaling(r: BitReader): void {
  const chromaFormat = r.ue();
  if (chromaFormat === 3) r.flag(); // separate_colour_plane_flag
  r.ue(); // bit_depth_luma_minus8
  r.ue(); // bit_depth_chroma_minus8
  r.flag(); // qpprime_y_zero_transform_bypass_flag
  if (!r.flag()) return; // seq_scaling_matrix_present_flag
  const lists = chromaFormat === 3 ? 12 : 8;
  for (let list = 0; list < lists; list++) if (r.flag()) skipScalingList(r, list < 6 ? 16 : 64);
}

/** ITU-T H.264 7.3.2.1.1.1. */
function skipScalingList(r: BitReader, size: number): void {
  let last = 8;
  let next = 8;
  for (let i = 0; i < size && next !== 0; i++) {
    next = (last + r.se() + 256) % 256;
    if (next !== 0) last = next;
  }
}

function skipPictureOrder(r: BitReader): number {
  const type = r.ue();
  if (type === 0) r.ue(); // log2_max_pic_order_cnt_lsb_minus4
  if (type === 1) {
    r.flag(); // delta_pic_order_always_zero_flag
    r.se(); // offset_for_non_ref_pic
    r.se(); // offset_for_top_to_bottom_field
    const cycle = Math.min(r.ue(), 255);
    for (let i = 0; i < cycle; i++) r.se();
  }
  return type;
}

/** ITU-T H.264 E.1.1. */
function readVui(r: BitReader): { pixelAspect: PixelAspect; reorderFrames: number | null } {
  const pixelAspect = r.flag() ? readPixelAspect(r) : squarePixels;
  if (r.flag()) r.flag(); // overscan
  if (r.flag()) {
    r.skip(4); // video_format, video_full_range_flag
    if (r.flag()) r.skip(24); // colour description
  }
  if (r.flag()) {
    r.ue(); // chroma sample location
    r.ue();
  }
  if (r.flag()) r.skip(65); // timing: two 32-bit numbers and fixed_frame_rate_flag
  const nalHrd = r.flag();
  if (nalHrd) skipHrd(r);
  const vclHrd = r.flag();
  if (vclHrd) skipHrd(r);
  if (nalHrd || vclHrd) r.flag(); // low_delay_hrd_flag
  r.flag(); // pic_struct_present_flag
  if (!r.flag()) return { pixelAspect, reorderFrames: null }; // bitstream_restriction_flag
  r.flag(); // motion_vectors_over_pic_boundaries_flag
  for (let i = 0; i < 4; i++) r.ue(); // limits of sizes and vectors
  const reorderFrames = r.ue();
  return { pixelAspect, reorderFrames: reorderFrames <= 16 ? reorderFrames : null };
}

/** ITU-T H.264 E.1.2. */
function skipHrd(r: BitReader): void {
  const schedules = Math.min(r.ue(), 31) + 1;
  r.skip(8); // scales
  for (let i = 0; i < schedules; i++) {
    r.ue();
    r.ue();
    r.flag();
  }
  r.skip(20); // lengths
}
