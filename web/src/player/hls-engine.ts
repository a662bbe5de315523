import Hls, {
  type HlsConfig,
  type LoaderCallbacks,
  type LoaderConfiguration,
  type LoaderContext,
  type PlaylistLoaderConstructor,
} from 'hls.js/light';
import type { Engine, EngineOptions } from './engine.ts';
import { commonConfig, onFinalError } from './hls-common.ts';
import { type MediaPiece, piecesOfPlaylist, startingAt, wallTimeAt } from './wall-time.ts';

export const isHlsSupported = (): boolean => Hls.isSupported();

const config: Partial<HlsConfig> = {
  ...commonConfig,
  lowLatencyMode: false,
  maxBufferLength: 30,
  maxMaxBufferLength: 120,
  // Bytes that are loaded even beyond maxBufferLength: a seek must not queue behind a minute nobody wants any more.
  maxBufferSize: 4_000_000,
  backBufferLength: 60,
};

export function openHlsEngine({ video, url, startAtMs, events }: EngineOptions): Engine {
  let pieces: MediaPiece[] = [];
  const prepare = (playlist: string): string => {
    // Our own reading: hls.js bends the lengths of its fragments to what it parsed last.
    pieces = piecesOfPlaylist(playlist);
    return startAtMs === undefined ? playlist : startingAt(playlist, pieces, startAtMs);
  };
  const hls = new Hls({ ...config, pLoader: loaderWith(prepare) });
  let ready = false;

  hls.on(Hls.Events.LEVEL_LOADED, () => {
    if (ready) return;
    ready = true;
    events.onReady();
  });
  onFinalError(hls, events.onFailure);
  hls.attachMedia(video);
  hls.loadSource(url);

  return {
    get pieces() {
      return pieces;
    },
    wallTimeMs: () => wallTimeAt(pieces, video.currentTime),
    seek(mediaS) {
      video.currentTime = mediaS;
    },
    setAheadS(seconds) {
      hls.config.maxBufferLength = seconds;
    },
    destroy: () => hls.destroy(),
  };
}

/**
 * hls.js's playlist loader, with `prepare` between network and parser. EXT-X-START is the way to tell hls.js where to
 * begin: where that is, is known only with the playlist, and once hls.js has it, it asks for the day's first seconds.
 */
function loaderWith(prepare: (playlist: string) => string): PlaylistLoaderConstructor {
  return class extends Hls.DefaultConfig.loader {
    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      const onSuccess: LoaderCallbacks<LoaderContext>['onSuccess'] = (response, ...rest) => {
        if (typeof response.data === 'string') response.data = prepare(response.data);
        callbacks.onSuccess(response, ...rest);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  } as unknown as PlaylistLoaderConstructor;
}
