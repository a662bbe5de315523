import type { Piece } from './pieces.ts';
import type { FootageSource } from './source.ts';

/** For tests: footage of one run, in pieces of two seconds, recorded in these ranges of wall time. */
export function simulatedSource(ranges: ReadonlyArray<readonly [fromMs: number, toMs: number]>): FootageSource {
  const pieces = ranges.flatMap(([fromMs, toMs]) =>
    Array.from({ length: (toMs - fromMs) / 2_000 }, (_, at) => pieceFrom(fromMs + at * 2_000)),
  );
  const within = (fromMs: number, toMs: number) => pieces.filter((one) => one.fromMs < toMs && one.toMs > fromMs);
  const source: Pick<FootageSource, 'window' | 'fast' | 'next' | 'previous'> = {
    window: async ({ fromMs, toMs }) => within(fromMs, toMs),
    fast: async (fromMs, lengthMs, { reverse }) =>
      reverse ? within(fromMs - lengthMs, fromMs).reverse() : within(fromMs, fromMs + lengthMs),
    next: async (ms) => {
      const range = ranges.find(([, toMs]) => toMs > ms);
      return range ? Math.max(range[0], ms) : null;
    },
    previous: async (ms) => {
      const range = ranges.findLast(([fromMs]) => fromMs < ms);
      return range ? Math.min(range[1], ms) : null;
    },
  };
  return source as FootageSource;
}

const pieceFrom = (fromMs: number): Piece => ({
  lines: [`${fromMs}.m4s`],
  map: 'init.mp4',
  durationS: 2,
  fromMs,
  toMs: fromMs + 2_000,
  run: { id: 'a', timeS: fromMs / 1_000, exact: true },
  codecs: null,
});
