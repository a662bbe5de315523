/** More is not worth its cost to whoever cannot play the camera's own bits. */
const maxLines = 1_080;
/** Of panoramas: decoders of H.264 in phones take little more. */
const maxColumns = 2_560;
const bitsPerPixelAndSecond = 2;
const minKbps = 400;

/** How large the pictures of a stream are encoded, with at most 1080 lines (of an upright picture: columns). */
export function encodedSize({ width, height }: { width: number; height: number }): {
  width: number;
  height: number;
  bitrateKbps: number;
} {
  const scale = Math.min(1, maxLines / Math.min(width, height), maxColumns / Math.max(width, height));
  const even = (size: number) => Math.max(2, 2 * Math.round((size * scale) / 2));
  const size = { width: even(width), height: even(height) };
  const kbps = Math.round((size.width * size.height * bitsPerPixelAndSecond) / 1000);
  return { ...size, bitrateKbps: Math.max(minKbps, kbps) };
}
