/** Ranges of time, oldest first and apart from each other, in arrays that are quick to walk. */
export interface Intervals {
  from: Float64Array;
  to: Float64Array;
}

/** Neighbours closer than this become one in the first level above what is exact; in each further one, four times it. */
const firstJoinMs = 1_000;
const joinFactor = 4;

/** The same ranges at ever coarser levels, each made when it is first drawn: a month never walks every second's gap. */
export class Pyramid {
  readonly #levels: Intervals[];

  constructor(ranges: ReadonlyArray<{ from: number; to: number }>) {
    this.#levels = [
      { from: Float64Array.from(ranges, ({ from }) => from), to: Float64Array.from(ranges, ({ to }) => to) },
    ];
  }

  /** The coarsest level in which nothing is joined over more than `toleranceMs`. */
  at(toleranceMs: number): Intervals {
    let level = this.#levels[0] as Intervals;
    let joinMs = firstJoinMs;
    for (let index = 1; joinMs <= toleranceMs && level.from.length > 1; index += 1) {
      level = this.#levels[index] ??= joined(level, joinMs);
      joinMs *= joinFactor;
    }
    return level;
  }
}

function joined({ from, to }: Intervals, joinMs: number): Intervals {
  const starts: number[] = [];
  const ends: number[] = [];
  for (let index = 0; index < from.length; index += 1) {
    const start = from[index] as number;
    const end = to[index] as number;
    const last = ends.length - 1;
    if (last >= 0 && start - (ends[last] as number) < joinMs) ends[last] = Math.max(ends[last] as number, end);
    else {
      starts.push(start);
      ends.push(end);
    }
  }
  return { from: Float64Array.from(starts), to: Float64Array.from(ends) };
}

/** Index of the first interval that ends after `atMs`. */
export function firstAfter({ to }: Intervals, atMs: number): number {
  let low = 0;
  let high = to.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((to[middle] as number) > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
