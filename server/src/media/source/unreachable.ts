import { NvrError } from '../../shared/errors.ts';

interface Peer {
  /** `host:port`, for people. */
  host: string;
  hostname: string;
  /** What it should speak: `RTSP`, `HTTP` … */
  protocol: string;
}

/** What it means that a connection cannot be made, or breaks before an answer; by the system's error codes. */
export function connectionFailure({ host, hostname, protocol }: Peer, cause: NodeJS.ErrnoException): NvrError {
  switch (cause.code) {
    case 'ECONNREFUSED':
      return new NvrError(
        'camera_refused',
        `${host} refuses the connection. Is ${protocol} switched on, and the port right?`,
        { cause },
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new NvrError('camera_unreachable', `The name ${hostname} is not known. Check the address.`, { cause });
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ETIMEDOUT':
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return new NvrError('camera_unreachable', `${host} cannot be reached. Is it switched on and on this network?`, {
        cause,
      });
    default:
      return new NvrError(
        'camera_protocol_error',
        `${host} does not speak ${protocol} on this port (${cause.message}).`,
        { cause },
      );
  }
}

/** It was reached, and says nothing. */
export const noAnswer = (host: string, cause: Error): NvrError =>
  new NvrError('camera_timeout', `${host} does not answer. Is it switched on and on this network?`, { cause });

/** As the system itself would say it, after minutes. */
export const timedOut = () => Object.assign(new Error('not connected in time'), { code: 'ETIMEDOUT' });

export function missingElement(element: string, debianPackage: string): NvrError {
  return new NvrError(
    'pipeline_failed',
    `This kind of source needs the GStreamer element ${element}, which is not installed; on Debian and Ubuntu it is in ${debianPackage}.`,
  );
}
