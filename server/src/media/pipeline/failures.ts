import { NvrError } from '../../shared/errors.ts';
import { GstError, type GstErrorFields } from '../gst/index.ts';
import type { Trouble } from './watchdog.ts';

/** Codes of `gst-resource-error-quark` (GstResourceError). */
const resource = {
  notFound: 3,
  openRead: 5,
  openReadWrite: 7,
  read: 9,
  write: 10,
  settings: 13,
  notAuthorized: 15,
} as const;

/** GST_STREAM_ERROR_WRONG_TYPE of rtspsrc: no track could be set up over this transport. */
const noTrackSetUp = 6;

/** What a pipeline's error message means to a person. */
export function pipelineFailure(error: GstErrorFields): NvrError {
  const cause = new Error(`${error.element}: ${error.domain}/${error.code}: ${error.message} ${error.debug}`);
  if (error.element === 'src' && error.domain === 'gst-stream-error-quark' && error.code === noTrackSetUp)
    return refusedTransport(cause);
  if (error.domain !== 'gst-resource-error-quark') {
    return new NvrError('pipeline_failed', `The stream cannot be processed (${error.element}: ${error.message})`, {
      cause,
    });
  }
  switch (error.code) {
    case resource.notFound:
      return new NvrError(
        'camera_stream_not_found',
        'The camera has no stream at this path. Check the path of the address.',
        { cause },
      );
    case resource.notAuthorized:
      return new NvrError('camera_auth_failed', 'The camera refuses this user name or password. Correct them.', {
        cause,
      });
    case resource.openRead:
    case resource.openReadWrite:
      return new NvrError('camera_unreachable', 'The connection to the camera failed. Is it switched on?', { cause });
    case resource.settings:
      return refusedTransport(cause);
    default:
      return lost(error, cause);
  }
}

/** rtspsrc reports an RTSP status it did not expect as a failed read or write, with the status in the debug text. */
function lost({ debug }: GstErrorFields, cause: Error): NvrError {
  const [, status] = /Error \((\d{3})\)/.exec(debug) ?? [];
  return status === undefined
    ? new NvrError('camera_stream_ended', 'The connection to the camera was lost.', { cause })
    : new NvrError(
        'camera_protocol_error',
        `The camera answered ${status} when the stream was set up. Restart the camera.`,
        { cause },
      );
}

const refusedTransport = (cause: Error) =>
  new NvrError(
    'camera_transport_refused',
    'The camera refuses to stream over this transport. Choose the other, or auto.',
    { cause },
  );

/** What frames that stay away mean to a person. */
export function troubleError({ kind, forMs }: Trouble): NvrError {
  const seconds = Math.round(forMs / 1000);
  switch (kind) {
    case 'silent':
      return new NvrError(
        'camera_timeout',
        `The camera accepted the connection but sent no picture within ${seconds} s.`,
      );
    case 'no-picture':
      return new NvrError(
        'camera_no_video',
        `The camera sends sound but no picture for ${seconds} s. Restart the camera.`,
      );
    case 'no-keyframe':
      return new NvrError(
        'camera_no_keyframe',
        `The camera has sent no keyframe for ${seconds} s, and a recording begins with one. Shorten its keyframe interval (GOP, I-frame interval).`,
      );
    case 'stalled':
      return new NvrError(
        'camera_stalled',
        `No picture for ${seconds} s although the connection stands. Reconnecting.`,
      );
  }
}

/** Any failure as one with a code; what we did not foresee keeps its text in the cause. */
export function asNvrError(error: unknown): NvrError {
  if (error instanceof NvrError) return error;
  if (error instanceof GstError) return pipelineFailure(error);
  return new NvrError('pipeline_failed', 'The stream cannot be processed; the log says why.', { cause: error });
}
