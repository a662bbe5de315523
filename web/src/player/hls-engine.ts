import type { ApiError } from '@nightjar/contract';
import Hls, {
  type ErrorData,
  type HlsConfig,
  type LoaderCallbacks,
  type LoaderConfiguration,
  type LoaderContext,
  type LoadPolicy,
  type PlaylistLoaderConstructor,
} from 'hls.js/light';
import type { Engine, EngineKind, EngineOptions, PlayerFailure } from './engine.ts';
import { type MediaPiece, piecesOfPlaylist, startingAt, wallTimeAt } from './wall-time.ts';

export const isHlsSupported = (): boolean => Hls.isSupported();

/** Few quick retries inside hls.js; after them we begin anew, with the backoff of the session. */
const loadPolicy = (errorRetries: number): LoadPolicy => ({
  default: {
    maxTimeToFirstByteMs: 8_000,
    maxLoadTimeMs: 20_000,
    timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: errorRetries, retryDelayMs: 500, maxRetryDelayMs: 2_000 },
  },
});

const common: Partial<HlsConfig> = {
  // fMP4 is passed through, not remuxed: a worker would only cost memory.
  enableWorker: false,
  testBandwidth: false,
  enableEmsgMetadataCues: false,
  enableID3MetadataCues: false,
  enableDateRangeMetadataCues: false,
  manifestLoadPolicy: loadPolicy(0),
  playlistLoadPolicy: loadPolicy(1),
  fragLoadPolicy: loadPolicy(2),
};

const configOf: Record<EngineKind, Partial<HlsConfig>> = {
  live: {
    ...common,
    lowLatencyMode: true,
    // In target durations from the playlist's end; grows by itself, a second with each stall.
    liveSyncDurationCount: 1.5,
    liveMaxLatencyDurationCount: 6,
    maxLiveSyncPlaybackRate: 1.2,
    liveDurationInfinity: true,
    backBufferLength: 10,
    maxBufferLength: 10,
  },
  playback: {
    ...common,
    lowLatencyMode: false,
    maxBufferLength: 30,
    maxMaxBufferLength: 120,
    // Bytes that are loaded even beyond maxBufferLength: a seek must not queue behind a minute nobody wants any more.
    maxBufferSize: 4_000_000,
    backBufferLength: 60,
  },
};

export function openHlsEngine({ kind, video, url, startAtMs, events }: EngineOptions): Engine {
  let pieces: MediaPiece[] = [];
  const prepare = (playlist: string): string => {
    // Our own reading: hls.js bends the lengths of its fragments to what it parsed last.
    pieces = piecesOfPlaylist(playlist);
    return startAtMs === undefined ? playlist : startingAt(playlist, pieces, startAtMs);
  };
  const own = kind === 'playback' ? { pLoader: loaderWith(prepare) } : {};
  const hls = new Hls({ ...configOf[kind], ...own });
  let mediaErrors = 0;
  let ready = false;

  hls.on(Hls.Events.LEVEL_LOADED, () => {
    if (ready) return;
    ready = true;
    events.onReady();
  });
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    const repairable = data.type === Hls.ErrorTypes.MEDIA_ERROR && !isUnsupported(data);
    if (repairable && mediaErrors === 0) {
      mediaErrors += 1;
      hls.recoverMediaError();
    } else {
      events.onFailure(failureOf(data));
    }
  });
  hls.attachMedia(video);
  hls.loadSource(url);

  return {
    get pieces() {
      return pieces;
    },
    wallTimeMs: () => (kind === 'live' ? (hls.playingDate?.getTime() ?? null) : wallTimeAt(pieces, video.currentTime)),
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

const isUnsupported = ({ details }: ErrorData): boolean =>
  details === Hls.ErrorDetails.MANIFEST_INCOMPATIBLE_CODECS_ERROR ||
  details === Hls.ErrorDetails.BUFFER_ADD_CODEC_ERROR ||
  details === Hls.ErrorDetails.BUFFER_INCOMPATIBLE_CODECS_ERROR;

function failureOf(data: ErrorData): PlayerFailure {
  if (isUnsupported(data)) {
    return { code: 'unsupported', message: 'This browser cannot play the camera’s video format.' };
  }
  if (data.type === Hls.ErrorTypes.NETWORK_ERROR) {
    return (
      answeredError(data.networkDetails) ?? {
        code: data.response?.code ? 'internal' : 'offline',
        message: data.response?.code
          ? `The recorder answered with HTTP status ${data.response.code}.`
          : 'The recorder does not answer.',
      }
    );
  }
  return { code: 'media', message: `The video could not be played (${data.details}).` };
}

/** The API's own error, when the failed request got one. */
function answeredError(request: ErrorData['networkDetails']): PlayerFailure | null {
  if (!(request instanceof XMLHttpRequest) || (request.responseType !== '' && request.responseType !== 'text'))
    return null;
  try {
    const error = JSON.parse(request.responseText) as Partial<ApiError>;
    return error.code && error.message ? { code: error.code, message: error.message } : null;
  } catch {
    // Not JSON: the status says enough.
    return null;
  }
}
