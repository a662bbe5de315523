import { ApiFailure, fetchPlaylist } from '../api/client.ts';
import type { Engine, EngineOptions } from './engine.ts';
import { firstVariantOf, type MediaPiece, mediaPositionAt, piecesOfPlaylist, wallTimeAt } from './wall-time.ts';

/** The browser's own HLS player (iOS before 17.1). Its map of wall time is read from the playlist by us. */
export function openNativeEngine({ video, url, startAtMs, events }: EngineOptions): Engine {
  const stop = new AbortController();
  let pieces: MediaPiece[] = [];
  const onError = () => {
    const unsupported = video.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED && pieces.length > 0;
    events.onFailure({
      code: unsupported ? 'unsupported' : 'media',
      message: video.error?.message || 'The video could not be played.',
    });
  };
  const onMetadata = () => {
    const start = startAtMs === undefined ? null : mediaPositionAt(pieces, startAtMs);
    if (start) video.currentTime = start.mediaS;
    events.onReady();
  };
  video.addEventListener('error', onError);

  const engine: Engine = {
    get pieces() {
      return pieces;
    },
    wallTimeMs: () => wallTimeAt(pieces, video.currentTime),
    seek(mediaS) {
      video.currentTime = mediaS;
    },
    // The browser decides by itself.
    setAheadS() {},
    destroy() {
      stop.abort();
      video.removeEventListener('error', onError);
      video.removeEventListener('loadedmetadata', onMetadata);
      video.removeAttribute('src');
      video.load();
    },
  };

  readPieces(url, stop.signal).then(
    (found) => {
      pieces = found;
      if (video.readyState > HTMLMediaElement.HAVE_NOTHING) onMetadata();
      else video.addEventListener('loadedmetadata', onMetadata, { once: true });
    },
    (error: unknown) => {
      if (stop.signal.aborted) return;
      const code = error instanceof ApiFailure ? error.code : 'offline';
      events.onFailure({ code, message: error instanceof Error ? error.message : 'The recorder does not answer.' });
    },
  );
  video.src = url;
  return engine;
}

async function readPieces(url: string, signal: AbortSignal): Promise<MediaPiece[]> {
  const first = await fetchPlaylist(new URL(url, location.href).href, signal);
  const variant = firstVariantOf(first.text, first.url);
  return piecesOfPlaylist(variant === null ? first.text : (await fetchPlaylist(variant, signal)).text);
}
