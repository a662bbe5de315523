import type { Gap, Span, Timeline } from '@nightjar/contract';

/**
 * A timeline to be drawn small. Time without footage between two spans becomes a part of them when it is shorter than
 * `resolutionMs`; in longer time, whichever cause holds for a shorter while becomes one with its neighbour. No span is lost,
 * however short, so a moment of footage in an empty night still shows; what is reported goes on from instant to instant as
 * in the exact timeline, and begins and ends where that does.
 */
export function coarsened({ spans, gaps }: Timeline, resolutionMs: number): Timeline {
  if (resolutionMs <= 0) return { spans, gaps };
  const coarse: Timeline = { spans: [], gaps: [] };
  let at = 0;
  for (const span of [...spans, null]) {
    const between: Gap[] = [];
    for (let gap = gaps[at]; gap && (!span || gap.from < span.from); at += 1, gap = gaps[at]) between.push(gap);
    const last = coarse.spans.at(-1);
    if (span && last && lasts(between) < resolutionMs && span.from - last.to < resolutionMs) {
      last.to = span.to;
    } else {
      coarse.gaps.push(...stretchesOf(between).flatMap((stretch) => mergeShort(stretch, resolutionMs)));
      if (span) coarse.spans.push({ ...span });
    }
  }
  return coarse;
}

const lastsOf = ({ from, to }: Span): number => to - from;
const lasts = (gaps: readonly Span[]): number => gaps.reduce((sum, gap) => sum + lastsOf(gap), 0);

/** Gaps that follow one another at once; nothing is known of what is between two stretches. */
function stretchesOf(gaps: readonly Gap[]): Gap[][] {
  const stretches: Gap[][] = [];
  for (const gap of gaps) {
    const last = stretches.at(-1);
    if (last?.at(-1)?.to === gap.from) last.push(gap);
    else stretches.push([gap]);
  }
  return stretches;
}

/** Each that is left lasts at least so long, unless all of them together do not. */
function mergeShort(stretch: readonly Gap[], resolutionMs: number): Gap[] {
  const groups: Gap[][] = [];
  for (const gap of stretch) {
    const last = groups.at(-1);
    if (last && lasts(last) < resolutionMs) last.push(gap);
    else groups.push([gap]);
  }
  const rest = groups.at(-1);
  if (rest && groups.length > 1 && lasts(rest) < resolutionMs)
    groups.splice(-2, 2, [...(groups.at(-2) ?? []), ...rest]);
  return groups.flatMap((group) => {
    const [first, last] = [group[0], group.at(-1)];
    return first && last ? [{ from: first.from, to: last.to, cause: mainCause(group) }] : [];
  });
}

function mainCause(gaps: readonly Gap[]): Gap['cause'] {
  const lasting = new Map<Gap['cause'], number>();
  for (const gap of gaps) lasting.set(gap.cause, (lasting.get(gap.cause) ?? 0) + lastsOf(gap));
  const [[cause] = ['dropped' as const]] = [...lasting].sort((a, b) => b[1] - a[1]);
  return cause;
}
