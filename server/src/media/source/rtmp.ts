import { connect } from 'node:net';
import { NvrError } from '../../shared/errors.ts';
import { elementExists } from '../gst/index.ts';
import { Branches } from './branches.ts';
import { quoted } from './quoted.ts';
import { credentialsOf, type OpenSource, oneFeed, type SourceRequest } from './source.ts';
import { connectionFailure, missingElement, timedOut } from './unreachable.ts';

const connectWithinMs = 5_000;

/** A stream of an RTMP server, with TLS or without. Certificates are taken as they are. */
export async function openRtmp(request: SourceRequest): Promise<OpenSource> {
  const { source } = request.settings;
  if (!elementExists('rtmp2src')) throw missingElement('rtmp2src', 'gstreamer1.0-plugins-bad');
  const isTls = source.url.startsWith('rtmps:');
  return {
    receivedOver: 'rtmp',
    certificateTrusted: isTls ? false : null,
    isPaced: false,
    next: oneFeed(
      () => {
        const plan = new Branches(request);
        return {
          text: 'rtmp2src name=src ! flvdemux name=demux',
          plan,
          prepare(pipeline) {
            pipeline.set('src', 'location', quoted(source.url));
            if (isTls) pipeline.set('src', 'tls-validation-flags', 0);
            const credentials = credentialsOf(source);
            if (credentials) {
              pipeline.set('src', 'username', quoted(credentials.username));
              pipeline.set('src', 'password', quoted(credentials.password));
            }
            plan.follow(pipeline);
          },
        };
      },
      () => new NvrError('camera_stream_ended', 'The source has ended the stream.'),
    ),
    explain: (failure) => explained(source.url, isTls, failure),
    release() {},
  };
}

/** rtmp2src tells why it is not connected by text only; asked before, a server that takes one client would take us for it. */
async function explained(url: string, isTls: boolean, failure: NvrError): Promise<NvrError> {
  const { hostname, port } = new URL(url);
  const host = `${hostname}:${port || (isTls ? 443 : 1935)}`;
  const problem = await connectionProblem(hostname, Number(port) || (isTls ? 443 : 1935));
  if (problem) return connectionFailure({ host, hostname, protocol: 'RTMP' }, problem);
  const said = failure.cause instanceof Error ? failure.cause.message : '';
  if (/authori|permission|not allowed|denied/i.test(said))
    return new NvrError('camera_auth_failed', `${host} refuses this user name or password. Correct them.`, {
      cause: failure,
    });
  if (/notfound|not found|no such|failed to play/i.test(said))
    return new NvrError(
      'camera_stream_not_found',
      `${host} answers, but has no stream at this path. Check the path of the address.`,
      { cause: failure },
    );
  return failure.code === 'camera_unreachable'
    ? new NvrError('camera_protocol_error', `${host} does not speak RTMP on this port.`, { cause: failure })
    : failure;
}

function connectionProblem(hostname: string, port: number): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port });
    const end = (problem: NodeJS.ErrnoException | null) => {
      socket.destroy();
      resolve(problem);
    };
    socket.setTimeout(connectWithinMs, () => end(timedOut()));
    socket.once('connect', () => end(null));
    socket.once('error', end);
  });
}
