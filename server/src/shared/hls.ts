export const playlistType = 'application/vnd.apple.mpegurl';

export interface Variant {
  /** Bits per second of the heaviest segment. */
  bandwidth: number;
  /** Bits per second over all of it. */
  averageBandwidth: number;
  /** RFC 6381, each once. */
  codecs: readonly string[];
  width: number;
  height: number;
  /** Pictures a second, if it is known. */
  frameRate?: number;
}

/** The EXT-X-STREAM-INF tag of a multivariant playlist (RFC 8216 section 4.3.4.2); the variant's address follows it. */
export function streamInf({ bandwidth, averageBandwidth, codecs, width, height, frameRate }: Variant): string {
  const attributes = [
    `BANDWIDTH=${Math.max(Math.ceil(bandwidth), 1)}`,
    `AVERAGE-BANDWIDTH=${Math.max(Math.ceil(averageBandwidth), 1)}`,
    `CODECS="${codecs.join(',')}"`,
    `RESOLUTION=${width}x${height}`,
    ...(frameRate === undefined ? [] : [`FRAME-RATE=${frameRate.toFixed(3)}`]),
  ];
  return `#EXT-X-STREAM-INF:${attributes.join(',')}`;
}
