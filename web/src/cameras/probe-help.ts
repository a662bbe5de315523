import type { ApiFailure } from '../api/client.ts';
import { addressKind } from './address.ts';

/** The way to a picture, in order. */
export const probeSteps = ['Reach the camera', 'Sign in', 'Find the stream', 'Receive a picture'] as const;

export interface ProbeHelp {
  title: string;
  /** Index into `probeSteps` of the step that failed; null when it is not known which. */
  step: number | null;
  /** What to try, most likely first. */
  tries: string[];
}

interface Help extends ProbeHelp {
  /** Instead, where the source is no camera that speaks RTSP: what failed says the rest. */
  otherTries?: string[];
}

const helpOf: Partial<Record<ApiFailure['code'], Help>> = {
  camera_unreachable: {
    title: 'The camera cannot be reached',
    step: 0,
    tries: [
      'Check the address: can you open the camera’s own web page at it?',
      'Check that the camera has power and is on the same network as the recorder.',
    ],
    otherTries: ['Check the address, and that the source is switched on and can be reached from the recorder.'],
  },
  camera_refused: {
    title: 'The camera refuses the connection',
    step: 0,
    tries: [
      'Switch on RTSP (or ONVIF) in the camera’s own settings.',
      'Check the port: 554 is usual, some cameras use 8554 or 10554.',
    ],
    otherTries: ['Check the address, and that the source is switched on and may be used from here.'],
  },
  camera_auth_failed: {
    title: 'Wrong user name or password',
    step: 1,
    tries: [
      'Enter the camera’s own user name and password; some cameras have separate ones for streaming.',
      'After several wrong attempts many cameras lock for some minutes: wait before you try again.',
    ],
  },
  camera_stream_not_found: {
    title: 'There is no stream at this path',
    step: 2,
    tries: ['Look up the path of the RTSP address for your model: it is the part behind the host, e.g. /stream1.'],
    otherTries: ['Check the part of the address behind the host.'],
  },
  camera_no_video: {
    title: 'The stream has no video',
    step: 3,
    tries: ['Choose another stream of the camera: this one carries only sound or data.'],
  },
  camera_no_keyframe: {
    title: 'No keyframe came in time',
    step: 3,
    tries: ['Shorten the keyframe interval (GOP, I-frame interval) in the camera’s own settings.'],
  },
  camera_unsupported_codec: {
    title: 'This video format cannot be recorded',
    step: 3,
    tries: ['Set the stream to H.264 or H.265 in the camera’s own settings.'],
  },
  camera_protocol_error: {
    title: 'The camera answers in a way we do not understand',
    step: null,
    tries: ['Check that the port is the RTSP port, not that of the web page.', 'Try the other transport: TCP or UDP.'],
    otherTries: ['Check the address: it must be that of a stream, not of a page.'],
  },
  camera_transport_refused: {
    title: 'The camera streams only over the other transport',
    step: 3,
    tries: ['Set the transport to auto.'],
  },
  camera_timeout: {
    title: 'No picture came in time',
    step: null,
    tries: [
      'Check the address, and that the camera is switched on and on this network.',
      'Try the other transport: TCP or UDP.',
      'Restart the camera: some allow few viewers at once and forget to count them down.',
    ],
    otherTries: ['Check the address, and that the source is sending now.'],
  },
  camera_stalled: { title: 'The picture stopped', step: 3, tries: ['Try again; if it stays, restart the camera.'] },
  camera_stream_ended: {
    title: 'The camera ended the stream',
    step: 3,
    tries: ['Try again; the camera may allow only few viewers at once.'],
  },
  snapshot_failed: {
    title: 'The stream works, but its picture could not be decoded',
    step: 3,
    tries: ['You can save the camera all the same: recording does not need to decode it.'],
  },
  busy: { title: 'The recorder tries other cameras at the moment', step: null, tries: ['Try again in some seconds.'] },
  offline: { title: 'The recorder does not answer', step: null, tries: ['Check that it is running, then try again.'] },
};

export function probeHelp(failure: ApiFailure, address: string): ProbeHelp {
  const { otherTries, ...help } = helpOf[failure.code] ?? { title: 'This did not work', step: null, tries: [] };
  const kind = addressKind(address);
  if (kind === null || kind === 'rtsp' || kind === 'rtsps' || !otherTries) return help;
  return { ...help, title: help.title.replace('The camera', 'The source'), tries: otherTries };
}
