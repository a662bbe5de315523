import { type Engine, type EngineOptions, soundIn } from './engine.ts';
import { intoOf, type Piece, pieceFor, wallInto } from './pieces.ts';

/** The browser's own HLS player (iOS before 17.1): plays one window, of which it need not know our map of time. */
export function openNativeEngine({ video, pieces, address, startMs, events }: EngineOptions): Engine {
  const stop = new AbortController();
  const { signal } = stop;
  const starts = startsOf(pieces);
  const positionOf = (wallMs: number) => {
    const found = pieceFor(pieces, wallMs);
    const piece = found && pieces[found.index];
    if (!found || !piece) return null;
    return { wallMs: found.wallMs, mediaS: (starts[found.index] ?? 0) + intoOf(piece, found.wallMs) };
  };
  const onMetadata = () => {
    const start = positionOf(startMs);
    if (start) video.currentTime = start.mediaS;
  };
  const onError = () => {
    const unsupported = video.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
    events.onFailure({
      code: unsupported ? 'unsupported' : 'media',
      message: video.error?.message || 'The video could not be played.',
    });
  };
  video.addEventListener('error', onError, { signal });
  video.addEventListener('loadedmetadata', onMetadata, { once: true, signal });
  video.src = address;

  return {
    pieces,
    canGrow: false,
    hasSound: soundIn(pieces),
    wallTimeAt(mediaS) {
      const index = Math.max(
        starts.findLastIndex((start) => start <= mediaS),
        0,
      );
      const piece = pieces[index];
      return piece ? wallInto(piece, mediaS - (starts[index] ?? 0)) : null;
    },
    positionOf,
    endS: () => (starts.at(-1) ?? 0) + (pieces.at(-1)?.durationS ?? 0),
    append() {},
    jump() {},
    // The browser decides by itself.
    setAheadS() {},
    destroy() {
      stop.abort();
      video.removeAttribute('src');
      video.load();
    },
  };
}

function startsOf(pieces: readonly Piece[]): number[] {
  let nextS = 0;
  return pieces.map(({ durationS }) => {
    const startS = nextS;
    nextS += durationS;
    return startS;
  });
}
