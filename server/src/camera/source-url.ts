import { NvrError } from '../shared/errors.ts';

export interface Credentials {
  username?: string;
  password?: string;
}

/**
 * Takes the credentials out of an RTSP address; the rest stays as it was typed, for cameras are picky about their paths.
 * An `@` in the password may be written as it is; `/`, `?` and `#` must be percent-encoded (RFC 3986 section 3.2.1).
 * @param field of the request that it stands in.
 * @throws {NvrError} `invalid_request` on the field; the message does not repeat the address.
 */
export function splitSourceUrl(address: string, field = 'source.url'): { url: string; credentials: Credentials } {
  const match = /^rtsp:\/\/([^/?#]*)(.*)$/i.exec(address);
  if (!match) throw badUrl(field, 'must be an rtsp:// address');
  const [, authority = '', rest = ''] = match;
  const at = authority.lastIndexOf('@');
  const url = `rtsp://${authority.slice(at + 1)}${rest}`;
  if (!hasHost(url)) {
    throw badUrl(
      field,
      'has no valid host and port; write / ? # and : in a password as %2F %3F %23 %3A, or use the password field',
    );
  }
  return { url, credentials: at < 0 ? {} : readUserInfo(authority.slice(0, at)) };
}

const badUrl = (field: string, problem: string) => new NvrError('invalid_request', `${field}: ${problem}`, { field });

function hasHost(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed !== null && parsed.hostname !== '' && parsed.port !== '0';
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
