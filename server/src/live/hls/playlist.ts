import type { RunInfo } from '../../media/chunk.ts';
import type { HlsPart, HlsSegment, OpenSegment } from './segment.ts';
import type { HlsTiming } from './timing.ts';
import type { HlsWindow } from './window.ts';

/** How far the playlist of another rendition is (EXT-X-RENDITION-REPORT). */
export interface RenditionReport {
  /** Relative to the playlist that it is in. */
  uri: string;
  window: HlsWindow;
}

interface MediaPlaylistOptions {
  /** What every address in it ends with: `?codec=h264`, or nothing. */
  query: string;
  /** As a delta update: the player knows the older segments. */
  skip: boolean;
  reports: readonly RenditionReport[];
}

const skippableTargets = 6;
const holdBackTargets = 3;
const partHoldBackTargets = 3;
/** Parts are listed as long as players may begin among them. */
const partsListedTargets = 3;

const seconds = (ms: number): string => (ms / 1000).toFixed(5);

/**
 * Media playlist (draft-pantos-hls-rfc8216bis) of what the window lists; addresses are relative to the playlist's own.
 * For windows that have their timing.
 */
export function mediaPlaylist(window: HlsWindow, { query, skip, reports }: MediaPlaylistOptions): string {
  const { timing, listed, open } = window;
  if (!timing) throw new Error('a playlist before the first segment');
  const skipped = skip ? skippable(listed, timing, open) : 0;
  const lines = [
    ...header(window, timing, listed),
    ...(skipped > 0 ? [`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`] : []),
  ];
  let run: RunInfo | null = listed[skipped - 1]?.run ?? null;
  let toEndMs = listed.slice(skipped).reduce((sum, { durationMs }) => sum + durationMs, durationOf(open?.parts ?? []));
  for (const segment of listed.slice(skipped)) {
    lines.push(...beginning(segment, run, query));
    run = segment.run;
    toEndMs -= segment.durationMs;
    const { sequence, parts } = segment;
    if (toEndMs <= partsListedTargets * timing.targetDurationS * 1000) lines.push(...partLines(sequence, parts, query));
    lines.push(`#EXTINF:${seconds(segment.durationMs)},`, `segments/${sequence}.m4s${query}`);
  }
  if (open && timing.partTargetMs !== null) lines.push(...openLines(open, run, query));
  lines.push(...reports.flatMap(reportLine));
  return `${lines.join('\n')}\n`;
}

function header(window: HlsWindow, timing: HlsTiming, listed: readonly HlsSegment[]): string[] {
  const { targetDurationS, partTargetMs } = timing;
  const control = [
    'CAN-BLOCK-RELOAD=YES',
    `CAN-SKIP-UNTIL=${targetDurationS * skippableTargets}`,
    `HOLD-BACK=${targetDurationS * holdBackTargets}`,
    ...(partTargetMs === null ? [] : [`PART-HOLD-BACK=${seconds(partTargetMs * partHoldBackTargets)}`]),
  ];
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${targetDurationS}`,
    `#EXT-X-SERVER-CONTROL:${control.join(',')}`,
    ...(partTargetMs === null ? [] : [`#EXT-X-PART-INF:PART-TARGET=${seconds(partTargetMs)}`]),
    `#EXT-X-MEDIA-SEQUENCE:${listed[0]?.sequence ?? window.next.sequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${window.discontinuitySequence}`,
    ...([...listed, ...(window.open ? [window.open] : [])].every(({ independent }) => independent)
      ? ['#EXT-X-INDEPENDENT-SEGMENTS']
      : []),
  ];
}

/** How many of the oldest segments a delta update may leave out: those further from the end than CAN-SKIP-UNTIL. */
function skippable(listed: readonly HlsSegment[], timing: HlsTiming, open: OpenSegment | null): number {
  const boundaryMs = timing.targetDurationS * skippableTargets * 1000;
  let toEndMs = durationOf(open?.parts ?? []);
  let kept = 0;
  for (const { durationMs } of listed.toReversed()) {
    if (toEndMs > boundaryMs) break;
    toEndMs += durationMs;
    kept += 1;
  }
  return listed.length - kept;
}

/** What stands before a segment, or before its first part. */
function beginning({ discontinuity, run, startMs }: HlsSegment | OpenSegment, before: RunInfo | null, query: string) {
  return [
    ...(discontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(run === before ? [] : [`#EXT-X-MAP:URI="init/${run.runId}.mp4${query}"`]),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString()}`,
  ];
}

/** The parts that the newest segment has so far, and the next one, which players may ask for ahead of time. */
function openLines(open: OpenSegment, run: RunInfo | null, query: string): string[] {
  const { sequence, parts } = open;
  const hint = `#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${partUri(sequence, parts.length, query)}"`;
  const hints = open.inParts ? [hint] : [];
  if (parts.length > 0) return [...beginning(open, run, query), ...partLines(sequence, parts, query), ...hints];
  // Its init segment would have to stand before it, and nothing that it belongs to is there.
  return open.run === run && !open.discontinuity ? hints : [];
}

const partLines = (sequence: number, parts: readonly HlsPart[], query: string): string[] =>
  parts.map(({ durationMs, independent }, index) => {
    const flags = independent ? ',INDEPENDENT=YES' : '';
    return `#EXT-X-PART:DURATION=${seconds(durationMs)},URI="${partUri(sequence, index, query)}"${flags}`;
  });

const partUri = (sequence: number, index: number, query: string) => `parts/${sequence}.${index}.m4s${query}`;

function reportLine({ uri, window }: RenditionReport): string[] {
  const { open, listed } = window;
  const last = open && open.parts.length > 0 ? open : listed.at(-1);
  if (!last) return [];
  const part = last.parts.length > 0 ? `,LAST-PART=${last.parts.length - 1}` : '';
  return [`#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${last.sequence}${part}`];
}

const durationOf = (parts: readonly HlsPart[]): number => parts.reduce((sum, { durationMs }) => sum + durationMs, 0);
