import { createHash, randomBytes } from 'node:crypto';

export interface Credentials {
  username: string;
  password: string;
}

type DigestHash = 'md5' | 'sha256';

/** One scheme offered by a `WWW-Authenticate` header. */
export type Challenge =
  | { scheme: 'basic' }
  | {
      scheme: 'digest';
      realm: string;
      nonce: string;
      opaque?: string;
      qopAuth: boolean;
      hash: DigestHash;
      algorithm?: string;
    };

/**
 * The best scheme of several `WWW-Authenticate` values: Digest (SHA-256 before MD5) before Basic; null when none is known.
 * RFC 7616, RFC 7617; RTSP uses them as HTTP does (RFC 2326 section 14).
 */
export function chooseChallenge(headers: readonly string[]): Challenge | null {
  const challenges = headers.map(parseChallenge).filter((challenge) => challenge !== null);
  const rank = (challenge: Challenge) => (challenge.scheme === 'basic' ? 0 : challenge.hash === 'md5' ? 1 : 2);
  return challenges.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

function parseChallenge(header: string): Challenge | null {
  const [, scheme = '', rest = ''] = /^\s*(\S+)\s*(.*)$/s.exec(header) ?? [];
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' };
  if (scheme.toLowerCase() !== 'digest') return null;
  const fields = new Map<string, string>();
  for (const [, key = '', quoted, bare] of rest.matchAll(/([\w-]+)\s*=\s*(?:"([^"]*)"|([^\s,]+))/g)) {
    fields.set(key.toLowerCase(), quoted ?? bare ?? '');
  }
  const nonce = fields.get('nonce');
  if (nonce === undefined) return null;
  const algorithm = fields.get('algorithm');
  const hash = digestHashOf(algorithm);
  if (!hash) return null;
  const opaque = fields.get('opaque');
  return {
    scheme: 'digest',
    realm: fields.get('realm') ?? '',
    nonce,
    hash,
    qopAuth: (fields.get('qop') ?? '').split(/\s*,\s*/).includes('auth'),
    ...(algorithm !== undefined && { algorithm }),
    ...(opaque !== undefined && { opaque }),
  };
}

const digestHashes: Record<string, DigestHash> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** RFC 7616 section 3.3: no algorithm means MD5; null for one we do not know. */
const digestHashOf = (algorithm = 'MD5'): DigestHash | null => digestHashes[algorithm.toUpperCase()] ?? null;

/** Value of the `Authorization` header that answers a challenge. */
export function authorization(
  challenge: Challenge,
  { username, password }: Credentials,
  request: { method: string; uri: string },
  clientNonce = randomBytes(8).toString('hex'),
): string {
  if (challenge.scheme === 'basic') {
    return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
  }
  const { realm, nonce, qopAuth, hash, algorithm, opaque } = challenge;
  const digest = (text: string) => createHash(hash).update(text, 'utf8').digest('hex');
  const secret = digest(`${username}:${realm}:${password}`);
  const action = digest(`${request.method}:${request.uri}`);
  const response = qopAuth
    ? digest(`${secret}:${nonce}:00000001:${clientNonce}:auth:${action}`)
    : digest(`${secret}:${nonce}:${action}`);
  const quote = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const fields = [
    `username=${quote(username)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(request.uri)}`,
    `response=${quote(response)}`,
    ...(algorithm === undefined ? [] : [`algorithm=${algorithm}`]),
    ...(opaque === undefined ? [] : [`opaque=${quote(opaque)}`]),
    ...(qopAuth ? ['qop=auth', 'nc=00000001', `cnonce=${quote(clientNonce)}`] : []),
  ];
  return `Digest ${fields.join(', ')}`;
}
