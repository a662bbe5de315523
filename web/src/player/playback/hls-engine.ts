import Hls, { type HlsConfig, type MediaFragment } from 'hls.js/light';
import { commonConfig, onFinalError } from '../hls-common.ts';
import { type Engine, type EngineOptions, soundIn } from './engine.ts';
import { intoOf, pieceFor, wallInto } from './pieces.ts';
import { Reel, type ReelPiece } from './reel.ts';
import { reelLoader, reelUrl } from './reel-loader.ts';

export const isHlsSupported = (): boolean => Hls.isSupported();

const config: Partial<HlsConfig> = {
  ...commonConfig,
  // Only here does hls.js ask for the next state of a playlist at once; there are no parts.
  lowLatencyMode: true,
  maxBufferLength: 30,
  maxMaxBufferLength: 120,
  // Bytes that are loaded even beyond maxBufferLength: a seek must not queue behind a minute nobody wants any more.
  maxBufferSize: 4_000_000,
  backBufferLength: 60,
  // A moment so near to the end of a piece is looked for in the next one, while it plays: less than a frame.
  maxFragLookUpTolerance: 0.01,
};

/** Longer than anybody plays. A seek may go behind what hls.js has read of the reel: it ends where the duration does. */
const durationS = 1e7;

/** A frame's time of media is at most so much before its piece's. */
const roundingS = 0.002;

/** Plays a reel with hls.js. */
export function openHlsEngine({ video, pieces, startMs, events }: EngineOptions): Engine {
  const reel = new Reel();
  reel.jump(pieces);
  const hasSound = soundIn(pieces);
  const start = pieceFor(reel.pieces, startMs);
  const startS = start
    ? placeOf(reel.pieces, start.index) + intoOf(reel.pieces[start.index] as ReelPiece, start.wallMs)
    : 0;
  const hls = new Hls({ ...config, startPosition: startS, pLoader: reelLoader(reel) });
  /** By stretch: media time of the run minus the element's time, seconds. */
  const offsets = new Map<number, number>();

  /** By run: how much later than it is decoded a keyframe is shown, ms. */
  const delays = new Map<string, number>();
  hls.on(Hls.Events.LEVEL_PTS_UPDATED, (_, { frag }) => {
    const run = pieceOf(frag as MediaFragment)?.run;
    const { startPTS, startDTS } = frag;
    if (run && startPTS !== undefined && startDTS !== undefined) {
      delays.set(run.id, Math.max(startPTS - startDTS, 0) * 1_000);
    }
  });
  hls.on(Hls.Events.INIT_PTS_FOUND, (_, { frag, initPTS, timescale }) => {
    offsets.set(frag.cc, initPTS / timescale);
    events.onExact();
  });
  /** By run: its init segment, which it has in common for all windows. */
  const inits = new Map<string, Uint8Array<ArrayBuffer>>();
  hls.on(Hls.Events.LEVEL_UPDATED, (_, { details }) => {
    for (const fragment of details.fragments) {
      const init = fragment.initSegment;
      const run = pieceOf(fragment)?.run.id;
      if (!init || run === undefined) continue;
      const known = inits.get(run);
      if (init.data) inits.set(run, init.data);
      else if (known) init.data = known;
    }
  });
  onFinalError(hls, events.onFailure);
  hls.attachMedia({ media: video, overrides: { duration: durationS } });
  hls.loadSource(reelUrl);

  const fragments = (): readonly MediaFragment[] => hls.levels?.[0]?.details?.fragments ?? [];
  const fragmentOf = ({ sequence }: ReelPiece): MediaFragment | undefined => {
    const list = fragments();
    return list[sequence - (list[0]?.sn ?? 0)];
  };
  const pieceOf = ({ sn }: MediaFragment): ReelPiece | undefined => reel.pieces[sn - (reel.pieces[0]?.sequence ?? 0)];

  return {
    get pieces() {
      return reel.window;
    },
    canGrow: true,
    hasSound,
    wallTimeAt(mediaS) {
      const list = fragments();
      const fragment =
        list[
          Math.max(
            lastIndex(list, (one) => one.start <= mediaS + roundingS),
            0,
          )
        ];
      const piece = fragment && pieceOf(fragment);
      if (!piece) return null;
      const offset = offsets.get(piece.stretch);
      if (!piece.run.exact || offset === undefined) return wallInto(piece, mediaS - fragment.start);
      // Where frames are reordered, the last ones are shown after the piece's end.
      return piece.fromMs + (mediaS + offset - piece.run.timeS) * 1_000;
    },
    positionOf(wallMs) {
      const found = pieceFor(reel.window, wallMs, ({ run }) => delays.get(run.id) ?? 0);
      const piece = found && reel.window[found.index];
      const fragment = piece && fragmentOf(piece);
      if (!found || !fragment) return null;
      const offset = offsets.get(piece.stretch);
      const beginS = piece.run.exact && offset !== undefined ? piece.run.timeS - offset : fragment.start;
      return { wallMs: found.wallMs, mediaS: Math.max(beginS + intoOf(piece, found.wallMs), 0) };
    },
    endS: () => fragments().at(-1)?.end ?? 0,
    append: (more) => reel.append(more),
    jump: (others) => reel.jump(others),
    setAheadS(seconds) {
      hls.config.maxBufferLength = seconds;
    },
    destroy() {
      reel.onChange(null);
      hls.destroy();
    },
  };
}

/** Seconds of playing before the piece. */
function placeOf(pieces: readonly ReelPiece[], index: number): number {
  return pieces.slice(0, index).reduce((sum, { durationS }) => sum + durationS, 0);
}

/** Index of the last item for which `test` holds, −1 when none; `test` is true, then false. */
function lastIndex<T>(items: readonly T[], test: (item: T) => boolean): number {
  let low = -1;
  let high = items.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (test(items[middle] as T)) low = middle;
    else high = middle - 1;
  }
  return low;
}
