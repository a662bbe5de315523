import type { RunInfo } from '../media/chunk.ts';
import { streamInf } from '../shared/hls.ts';
import type { LiveWindow } from './window.ts';

/** Media playlist (RFC 8216) of what the window lists; addresses are relative to the playlist's own. */
export function mediaPlaylist(window: LiveWindow): string {
  const segments = window.listed;
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    `#EXT-X-TARGETDURATION:${Math.max(Math.round(window.longestMs / 1000), 1)}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments[0]?.sequence ?? 0}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${window.discontinuitySequence}`,
    '#EXT-X-INDEPENDENT-SEGMENTS',
  ];
  let run: RunInfo | null = null;
  for (const segment of segments) {
    if (segment.discontinuity) lines.push('#EXT-X-DISCONTINUITY');
    if (segment.run !== run) lines.push(`#EXT-X-MAP:URI="init/${segment.run.runId}.mp4"`);
    run = segment.run;
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(segment.startMs).toISOString()}`,
      `#EXTINF:${(segment.durationMs / 1000).toFixed(5)},`,
      `segments/${segment.sequence}.m4s`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Multivariant playlist with the camera's one stream. */
export function multivariantPlaylist(window: LiveWindow): string {
  const segments = window.listed;
  const run = segments.at(-1)?.run;
  if (!run) return '#EXTM3U\n';
  const bitsPerSecond = segments.map(({ sizeBytes, durationMs }) => (sizeBytes * 8000) / durationMs);
  const variant = {
    bandwidth: Math.max(...bitsPerSecond),
    averageBandwidth: bitsPerSecond.reduce((sum, bits) => sum + bits, 0) / bitsPerSecond.length,
    codecs: run.codecStrings,
    width: run.video.width,
    height: run.video.height,
  };
  return ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', streamInf(variant), 'stream.m3u8', ''].join(
    '\n',
  );
}
