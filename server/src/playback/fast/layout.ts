import type { TimeRange } from '@nightjar/contract';
import { cellMsAt, type KeyPicture, type PictureStretch } from './pictures.ts';

/** A fragment of about two seconds of playing, made when it is asked for. */
export interface FastFragment {
  /** Of its first picture, by time. */
  segmentId: number;
  /** Which decoder configuration it needs. */
  config: string;
  /** `[fromMs, toMs)` of wall time, Unix milliseconds, which passes steadily in it; backwards when reversed. */
  fromMs: number;
  toMs: number;
  /** Ticks of 1/90000 s since the playlist's beginning. */
  mediaTime: number;
  duration: number;
}

interface LayoutOptions {
  range: TimeRange;
  speed: number;
  reverse: boolean;
  /** The decoder configuration of a run. */
  configOf(runId: string): string;
}

export const ticksPerMs = 90;
const cellsPerFragment = 20;
/** Footage that would pass in less is shown for so long. */
const shortestTicks = 100 * ticksPerMs;

/** Time is divided for fragments as it is for pictures, so that a moment's fragment is the same in most playlists. */
export const fragmentMsAt = (speed: number): number => cellMsAt(speed) * cellsPerFragment;

/** How long a fragment plays, ticks of 1/90000 s. */
export const playingTicks = (wallMs: number, speed: number): number =>
  Math.max(Math.round((wallMs * ticksPerMs) / speed), shortestTicks);

/**
 * What plays a range `speed` times as fast: its pictures in fragments, each lasting until the next, without gaps between
 * them. A new fragment begins at fixed times, behind each gap, and with another decoder configuration.
 */
export function layoutOf(stretches: readonly PictureStretch[], options: LayoutOptions): FastFragment[] {
  const spans = stretches.flatMap((stretch) => spansOf(stretch, options));
  if (options.reverse) spans.reverse();
  let mediaTime = 0;
  return spans.map((span) => {
    const duration = playingTicks(span.toMs - span.fromMs, options.speed);
    mediaTime += duration;
    return { ...span, mediaTime: mediaTime - duration, duration };
  });
}

type Span = Omit<FastFragment, 'mediaTime' | 'duration'>;

function spansOf({ pictures, endMs }: PictureStretch, { range, speed, configOf }: LayoutOptions): Span[] {
  const fragmentMs = fragmentMsAt(speed);
  const spans: Span[] = [];
  let place = Number.NaN;
  for (const { segment, run, atMs } of pictures) {
    const fromMs = Math.max(atMs, range.from);
    const config = configOf(run.id);
    const last = spans.at(-1);
    if (last?.config === config && Math.floor(fromMs / fragmentMs) === place) continue;
    if (last) last.toMs = fromMs;
    spans.push({ segmentId: segment.id, config, fromMs, toMs: Math.min(endMs, range.to) });
    place = Math.floor(fromMs / fragmentMs);
  }
  return spans.filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** The pictures of a fragment as `layoutOf` has made it, of the stretches of its range; none when there is no such. */
export function picturesIn(
  stretches: readonly PictureStretch[],
  { segmentId, fromMs, speed }: { segmentId: number; fromMs: number; speed: number },
): KeyPicture[] {
  const stretch = stretches.find(({ pictures }) => pictures[0]?.segment.id === segmentId);
  const place = Math.floor(fromMs / fragmentMsAt(speed));
  // The first may have begun before the fragment does.
  return (stretch?.pictures ?? []).filter(
    ({ atMs }, at) => at === 0 || Math.floor(atMs / fragmentMsAt(speed)) === place,
  );
}

/** Places of a fragment's pictures in its media time: each at its time on the way from one end to the other. */
export function ticksOfPictures(
  times: readonly number[],
  { fromMs, toMs, duration }: Pick<FastFragment, 'fromMs' | 'toMs' | 'duration'>,
  reverse: boolean,
): Array<{ start: number; duration: number }> {
  const perMs = duration / (toMs - fromMs);
  // Borders between pictures, by time; no two at the same tick.
  const borders = [0];
  for (const time of times.slice(1)) {
    borders.push(Math.max(Math.round((time - fromMs) * perMs), (borders.at(-1) ?? 0) + 1));
  }
  borders.push(Math.max(duration, (borders.at(-1) ?? 0) + 1));
  return times.map((_, at) => {
    const [start = 0, end = 0] = [borders[at], borders[at + 1]];
    return { start: reverse ? Math.max(duration - end, 0) : start, duration: end - start };
  });
}
