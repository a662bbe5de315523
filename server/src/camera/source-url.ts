import { type SourceScheme, schemeOf, sourceUrlMustBe } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';

export interface Credentials {
  username?: string;
  password?: string;
}

/**
 * Takes the credentials out of a source's address; the rest stays as it was typed, for cameras are picky about their paths.
 * An `@` in the password may be written as it is; `/`, `?` and `#` must be percent-encoded (RFC 3986 section 3.2.1). The
 * passphrase of SRT, which stands among the parameters, becomes the password.
 * @param field of the request that it stands in.
 * @throws {NvrError} `invalid_request` on the field; the message does not repeat the address.
 */
export function splitSourceUrl(address: string, field = 'source.url'): { url: string; credentials: Credentials } {
  const scheme = schemeOf(address);
  if (!scheme) throw badUrl(field, sourceUrlMustBe);
  const [, authority = '', rest = ''] = /^[^:]+:\/\/([^/?#]*)(.*)$/s.exec(address) ?? [];
  const at = authority.lastIndexOf('@');
  const host = authority.slice(at + 1);
  const problem = problemOf(scheme, host, rest);
  if (problem) throw badUrl(field, problem);
  // `udp://@239.0.0.1:5000` is how some programs write that they receive.
  const credentials = at <= 0 ? {} : readUserInfo(authority.slice(0, at));
  if (scheme !== 'srt') return { url: `${scheme}://${host}${rest}`, credentials };
  const { without, passphrase } = takePassphrase(rest);
  const password = passphrase === null ? {} : { password: passphrase };
  return { url: `srt://${host}${without}`, credentials: { ...credentials, ...password } };
}

const badUrl = (field: string, problem: string) => new NvrError('invalid_request', `${field}: ${problem}`, { field });

/** What is wrong with an address; null when nothing is. */
function problemOf(scheme: SourceScheme, host: string, rest: string): string | null {
  switch (scheme) {
    case 'file':
      return host === '' && rest.startsWith('/')
        ? null
        : 'must name a file with its whole path: file:///folder/clip.mp4';
    case 'v4l2':
      return host === '' && /^\/dev\/[\w/:.-]+$/.test(rest) && !rest.includes('..')
        ? null
        : 'must name a device: v4l2:///dev/video0';
    case 'udp':
    case 'rtp':
      return hasPort(host) ? null : `must name a port, and may name a group: ${scheme}://239.0.0.1:5000`;
    case 'srt':
      return hasPort(host) && (!host.startsWith(':') || /[?&]mode=listener(&|$)/.test(rest))
        ? null
        : 'must name host and port: srt://192.168.1.20:9000; only with mode=listener the host may be left out';
    default:
      return hasHost(`${scheme}://${host}${rest}`)
        ? null
        : 'has no valid host and port; write / ? # and : in a password as %2F %3F %23 %3A, or use the password field';
  }
}

function hasHost(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.hostname !== '' && parsed.port !== '0';
}

/** Where a host is not needed, a port is. */
function hasPort(host: string): boolean {
  const named = host.startsWith(':') ? `any${host}` : host;
  return hasHost(`udp://${named}`) && /:\d+$/.test(named);
}

function takePassphrase(rest: string): { without: string; passphrase: string | null } {
  const [path = '', query] = rest.split(/\?(.*)/s);
  const isPassphrase = (parameter: string) => /^passphrase=/i.test(parameter);
  const parameters = (query ?? '').split('&');
  const found = parameters.find(isPassphrase);
  if (found === undefined) return { without: rest, passphrase: null };
  const others = parameters.filter((parameter) => !isPassphrase(parameter)).join('&');
  return {
    without: others === '' ? path : `${path}?${others}`,
    passphrase: decoded(found.slice(found.indexOf('=') + 1)),
  };
}

function readUserInfo(userInfo: string): Credentials {
  const colon = userInfo.indexOf(':');
  if (colon < 0) return { username: decoded(userInfo) };
  return { username: decoded(userInfo.slice(0, colon)), password: decoded(userInfo.slice(colon + 1)) };
}

/** Percent-decoded; as it stands when it is not percent-encoded after all (`100%safe`). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
