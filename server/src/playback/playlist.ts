import type { TimeRange } from '@nightjar/contract';
import { streamInf } from '../shared/hls.ts';
import type { Part, Stretch } from './layout.ts';
import { silentCodecString } from './silence.ts';

const ticksPerSecond = 90_000;
/** An end of the range this near to a keyframe needs no mark. */
const startToleranceMs = 100;

/** What a player needs before it asks for the media playlist (RFC 8216, section 4.3.4). */
export function multivariantPlaylist(stretches: readonly Stretch[], mediaUri: string): string {
  const runs = [...new Set(stretches.map((stretch) => stretch.run))];
  const variant = {
    ...bandwidths(stretches),
    codecs: [...new Set([...runs.flatMap((run) => run.codecStrings), ...silentCodecs(stretches)])],
    width: Math.max(...runs.map((run) => run.width)),
    height: Math.max(...runs.map((run) => run.height)),
  };
  return `${['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', streamInf(variant), mediaUri].join('\n')}\n`;
}

const silentCodecs = (stretches: readonly Stretch[]): string[] =>
  stretches.some((stretch) => stretch.withSilence) ? [silentCodecString] : [];

/** Bits per second: of the heaviest part, as RFC 8216 wants it, and on average. */
function bandwidths(stretches: readonly Stretch[]): { bandwidth: number; averageBandwidth: number } {
  let bandwidth = 0;
  let bytes = 0;
  let ticks = 0;
  for (const { parts } of stretches) {
    for (const { sizeBytes, duration } of parts) {
      // A scrap at the end of a stretch says nothing about the stream.
      bandwidth = Math.max(bandwidth, (sizeBytes * 8 * ticksPerSecond) / Math.max(duration, ticksPerSecond / 2));
      bytes += sizeBytes;
      ticks += duration;
    }
  }
  return { bandwidth, averageBandwidth: (bytes * 8 * ticksPerSecond) / Math.max(ticks, 1) };
}

/** Addresses relative to the media playlist's own. */
export interface PartAddresses {
  /** A segment's file, of which parts are byte ranges. */
  file(segmentId: number): string;
  /** `ftyp` + `moov` of a segment by itself, with a silent track added if it has no sound. */
  init(segmentId: number): string;
  /** A part by itself, with a silent track added if it has no sound. */
  part(part: Part): string;
}

/**
 * The parts as byte ranges of the segment files (RFC 8216). Each stretch begins with its wall-clock time; gaps between
 * stretches are left out.
 *
 * `tagsOf`: further tags before the parts of a stretch. Where silence must be added somewhere, all parts have addresses of their own: ffmpeg (5.1) takes the end of a byte
 * range it read before for that of a whole file it asks for on the same connection, and waits for the rest.
 */
export function mediaPlaylist(
  stretches: readonly Stretch[],
  range: TimeRange,
  addresses: PartAddresses,
  tagsOf: (stretch: Stretch) => string[] = () => [],
): string {
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${targetDuration(stretches)}`,
    '#EXT-X-MEDIA-SEQUENCE:0',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...startTag(stretches, range),
  ];
  const apart = stretches.some(({ withSilence }) => withSilence);
  let runId = '';
  for (const [at, stretch] of stretches.entries()) {
    if (at > 0) lines.push('#EXT-X-DISCONTINUITY');
    if (stretch.run.id !== runId) lines.push(mapTag(stretch, apart, addresses));
    runId = stretch.run.id;
    const { startMs } = stretch.parts[0] as Part;
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(startMs)).toISOString()}`, ...tagsOf(stretch));
    for (const part of stretch.parts) {
      lines.push(`#EXTINF:${(part.duration / ticksPerSecond).toFixed(5)},`);
      if (apart) lines.push(addresses.part(part));
      else lines.push(`#EXT-X-BYTERANGE:${part.sizeBytes}@${part.offset}`, addresses.file(part.segmentId));
    }
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
}

function mapTag({ run, parts }: Stretch, apart: boolean, addresses: PartAddresses): string {
  const { segmentId } = parts[0] as Part;
  if (apart) return `#EXT-X-MAP:URI="${addresses.init(segmentId)}"`;
  return `#EXT-X-MAP:URI="${addresses.file(segmentId)}",BYTERANGE="${run.initLength}@0"`;
}

/** The longest part, rounded to whole seconds as section 4.3.3.1 compares it. */
function targetDuration(stretches: readonly Stretch[]): number {
  let longest = 0;
  for (const { parts } of stretches) for (const part of parts) longest = Math.max(longest, part.duration);
  return Math.max(Math.round(longest / ticksPerSecond), 1);
}

/** Where to begin when the first keyframe is before the range (section 4.3.5.2). */
function startTag(stretches: readonly Stretch[], range: TimeRange): string[] {
  const first = stretches[0]?.parts[0];
  const beforeMs = first ? range.from - first.startMs : 0;
  if (beforeMs < startToleranceMs) return [];
  return [`#EXT-X-START:TIME-OFFSET=${(beforeMs / 1_000).toFixed(3)},PRECISE=YES`];
}
