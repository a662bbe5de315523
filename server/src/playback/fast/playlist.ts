import { type FastFragment, ticksPerMs } from './layout.ts';

/** Addresses relative to the playlist's own. */
export interface FastAddresses {
  /** `ftyp` + `moov` without sound, of the segment's run. */
  init(segmentId: number): string;
  fragment(fragment: FastFragment): string;
}

/**
 * A media playlist (RFC 8216) of pictures re-timed. Wall time runs faster than media time, and jumps between fragments,
 * which no standard tag can say: `EXT-X-NIGHTJAR-WALL` before each fragment gives the wall time at its beginning and at
 * its end, Unix milliseconds.
 */
export function fastPlaylist(
  fragments: readonly FastFragment[],
  { reverse }: { reverse: boolean },
  addresses: FastAddresses,
): string {
  const longest = fragments.reduce((most, { duration }) => Math.max(most, duration), 0);
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(Math.round(secondsOf(longest)), 1)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let config: string | null = null;
  for (const fragment of fragments) {
    if (fragment.config !== config) {
      if (config !== null) lines.push('#EXT-X-DISCONTINUITY');
      lines.push(`#EXT-X-MAP:URI="${addresses.init(fragment.segmentId)}"`);
      config = fragment.config;
    }
    const { fromMs, toMs, duration } = fragment;
    lines.push(
      `#EXT-X-NIGHTJAR-WALL:${reverse ? `${toMs},${fromMs}` : `${fromMs},${toMs}`}`,
      `#EXTINF:${secondsOf(duration).toFixed(5)},`,
      addresses.fragment(fragment),
    );
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
}

const secondsOf = (ticks: number): number => ticks / (ticksPerMs * 1_000);
