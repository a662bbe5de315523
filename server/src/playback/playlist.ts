import type { TimeRange } from '@nightjar/contract';
import { streamInf } from '../shared/hls.ts';
import type { Part, Stretch } from './layout.ts';

const ticksPerSecond = 90_000;
/** An end of the range this near to a keyframe needs no mark. */
const startToleranceMs = 100;

/** What a player needs before it asks for the media playlist (RFC 8216, section 4.3.4). */
export function multivariantPlaylist(stretches: readonly Stretch[], mediaUri: string): string {
  const runs = [...new Set(stretches.map((stretch) => stretch.run))];
  const variant = {
    ...bandwidths(stretches),
    codecs: [...new Set(runs.flatMap((run) => run.codecStrings))],
    width: Math.max(...runs.map((run) => run.width)),
    height: Math.max(...runs.map((run) => run.height)),
  };
  return `${['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', streamInf(variant), mediaUri].join('\n')}\n`;
}

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

/**
 * The parts as byte ranges of the segment files (RFC 8216). Each stretch begins with its wall-clock time; gaps between
 * stretches are left out.
 *
 * @param segmentUri address of a segment's file, relative to the playlist's own.
 */
export function mediaPlaylist(
  stretches: readonly Stretch[],
  range: TimeRange,
  segmentUri: (id: number) => string,
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
  let runId = '';
  for (const [at, { run, parts }] of stretches.entries()) {
    const first = parts[0] as Part;
    if (at > 0) lines.push('#EXT-X-DISCONTINUITY');
    if (run.id !== runId) {
      lines.push(`#EXT-X-MAP:URI="${segmentUri(first.segmentId)}",BYTERANGE="${run.initLength}@0"`);
    }
    runId = run.id;
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(Math.round(first.startMs)).toISOString()}`);
    for (const { segmentId, offset, sizeBytes, duration } of parts) {
      lines.push(
        `#EXTINF:${(duration / ticksPerSecond).toFixed(5)},`,
        `#EXT-X-BYTERANGE:${sizeBytes}@${offset}`,
        segmentUri(segmentId),
      );
    }
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`;
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
