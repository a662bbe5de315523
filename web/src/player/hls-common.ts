import type { ApiError } from '@nightjar/contract';
import Hls, { type ErrorData, type HlsConfig, type LoadPolicy } from 'hls.js/light';
import type { PlayerFailure } from './engine.ts';

/** What live view and playback have in common in their use of hls.js. */

/** Few quick retries inside hls.js; after them we begin anew, with the backoff of the session. */
const loadPolicy = (errorRetries: number): LoadPolicy => ({
  default: {
    maxTimeToFirstByteMs: 8_000,
    maxLoadTimeMs: 20_000,
    timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
    errorRetry: { maxNumRetry: errorRetries, retryDelayMs: 500, maxRetryDelayMs: 2_000 },
  },
});

export const commonConfig: Partial<HlsConfig> = {
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

/** Tells of the error that ends playing. The first one of the decoder is mended instead. */
export function onFinalError(hls: Hls, onFailure: (failure: PlayerFailure) => void): void {
  let mediaErrors = 0;
  hls.on(Hls.Events.ERROR, (_, data) => {
    if (!data.fatal) return;
    const repairable = data.type === Hls.ErrorTypes.MEDIA_ERROR && !isUnsupported(data);
    if (repairable && mediaErrors === 0) {
      mediaErrors += 1;
      hls.recoverMediaError();
    } else {
      onFailure(failureOf(data));
    }
  });
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
