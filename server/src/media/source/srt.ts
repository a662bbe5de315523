import { lookup } from 'node:dns/promises';
import { NvrError } from '../../shared/errors.ts';
import { elementExists, type GstErrorFields } from '../gst/index.ts';
import { Branches } from './branches.ts';
import { quoted } from './quoted.ts';
import { type OpenSource, oneFeed, type SourceRequest } from './source.ts';
import { connectionFailure, missingElement } from './unreachable.ts';

/** A transport stream over SRT: we call, or are called (`mode=listener`). The passphrase is the password. */
export async function openSrt(request: SourceRequest): Promise<OpenSource> {
  const { url, password } = request.settings.source;
  if (!elementExists('srtsrc')) throw missingElement('srtsrc', 'gstreamer1.0-plugins-bad');
  const host = await reachable(url);
  return {
    receivedOver: 'srt',
    certificateTrusted: null,
    isPaced: false,
    next: oneFeed(
      () => {
        const plan = new Branches(request);
        return {
          text: 'srtsrc name=src do-timestamp=false ! tsdemux name=demux',
          plan,
          prepare(pipeline) {
            pipeline.set('src', 'uri', quoted(url));
            if (password) pipeline.set('src', 'passphrase', quoted(password));
            // GStreamer 1.22: else it connects again by itself for ever, and nobody is told.
            if (pipeline.hasProperty('src', 'auto-reconnect')) pipeline.set('src', 'auto-reconnect', false);
            plan.follow(pipeline);
          },
          failure: (error) => failureOf(error, host, Boolean(password)),
        };
      },
      () => new NvrError('camera_stream_ended', 'The source has ended the stream.'),
    ),
    release() {},
  };
}

/** SRT says nothing of a name that is not known. Answers `host:port`. */
async function reachable(url: string): Promise<string> {
  const [, hostname = '', port = ''] = /^srt:\/\/(.*?):(\d+)(?:[/?].*)?$/.exec(url) ?? [];
  const host = `${hostname}:${port}`;
  if (hostname === '') return host;
  await lookup(hostname.replace(/^\[|\]$/g, '')).catch((error: NodeJS.ErrnoException) => {
    throw connectionFailure({ host, hostname, protocol: 'SRT' }, error);
  });
  return host;
}

/** srtsrc tells what happened by text only, behind its place in the source. */
function failureOf({ element, debug }: GstErrorFields, host: string, hasPassword: boolean): NvrError | null {
  if (element !== 'src') return null;
  const said = debug.split('\n').slice(1).join(' ');
  const cause = new Error(debug);
  if (/secret|passphrase|authenticat|security/i.test(said)) {
    const advice = hasPassword ? 'Correct it.' : 'Enter it as the password.';
    return new NvrError('camera_auth_failed', `${host} does not take this passphrase. ${advice}`, { cause });
  }
  if (/reject|forbidden/i.test(said))
    return new NvrError('camera_refused', `${host} refuses the connection (${said}).`, { cause });
  if (/timeout|timed out|setup failure|unable to connect/i.test(said))
    return new NvrError('camera_unreachable', `${host} does not answer over SRT. Is it sending, and the port right?`, {
      cause,
    });
  return new NvrError('camera_stream_ended', 'The connection to the source was lost.', { cause });
}
