import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { NvrError } from '../../shared/errors.ts';
import { connectionFailure, noAnswer, timedOut } from '../source/unreachable.ts';
import { authorization, type Challenge, type Credentials, chooseChallenge } from './authentication.ts';

export interface DescribeRequest {
  /** `rtsp://host[:port]/path` or `rtsps://…`, without credentials. */
  url: string;
  credentials: Credentials | null;
  /** For the whole exchange. */
  timeoutMs: number;
  signal?: AbortSignal;
}

export interface Description {
  /** RFC 8866. */
  sdp: string;
  /** What the tracks' relative addresses are relative to: Content-Base, Content-Location or the address asked for. */
  base: string;
  /** Whether the camera's certificate is one that this machine trusts; null without TLS. */
  certificateTrusted: boolean | null;
  /** Closes the connection, which stays open until then. Idempotent. */
  release(): void;
}

interface Reply {
  status: number;
  reason: string;
  /** Lower-case names; repeated headers keep all their values, in order. */
  headers: Map<string, string[]>;
  body: string;
}

/** A host that is there answers within the first two repetitions of the request (RFC 6298: after 1 and 3 s). */
const connectWithinMs = 5_000;
const maxReplyBytes = 256 * 1024;
const maxRedirects = 3;

/**
 * Asks a camera what it offers: RTSP DESCRIBE (RFC 2326 section 10.2) on a connection of its own.
 * GStreamer would ask the same, but tells a missing host, a refused connection and a wrong path apart only by text.
 *
 * @throws {NvrError} `camera_unreachable`, `camera_refused`, `camera_auth_failed`, `camera_stream_not_found`,
 *   `camera_protocol_error` or `camera_timeout`: connected, but no answer, or `signal` has aborted.
 */
export async function describe({ url, credentials, timeoutMs, signal }: DescribeRequest): Promise<Description> {
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal ? AbortSignal.any([timeout, signal]) : timeout;
  if (!URL.canParse(url))
    throw new NvrError('invalid_request', 'The address is not a valid rtsp:// URL.', { field: 'source.url' });
  let target = url;
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const { reply, socket } = await ask(target, credentials, either).catch((error: NodeJS.ErrnoException) => {
      throw either.aborted && error.code !== 'ETIMEDOUT'
        ? noAnswer(hostOf(target), error)
        : connectionError(target, error);
    });
    const location = reply.status >= 300 && reply.status < 400 ? reply.headers.get('location')?.[0] : undefined;
    if (location === undefined && reply.status === 200) {
      const certificateTrusted = socket instanceof TLSSocket ? socket.authorized : null;
      return { sdp: reply.body, base: baseOf(reply, target), certificateTrusted, release: () => socket.destroy() };
    }
    socket.destroy();
    if (location === undefined) throw refusal(reply, target, credentials !== null);
    target = withoutCredentials(location, target);
  }
  throw new NvrError('camera_protocol_error', `${hostOf(url)} redirects in a circle. Check the address.`);
}

async function ask(
  url: string,
  credentials: Credentials | null,
  signal: AbortSignal,
): Promise<{ reply: Reply; socket: Socket }> {
  signal.throwIfAborted();
  const socket = openSocket(url);
  // What happens to it after the answer does not matter.
  socket.on('error', () => {});
  const onAbort = () => socket.destroy(socket.connecting ? timedOut() : new Error('aborted'));
  signal.addEventListener('abort', onAbort, { once: true });
  const connecting = setTimeout(() => socket.destroy(timedOut()), connectWithinMs);
  socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
  try {
    const replies = readReplies(socket);
    const first = await request(socket, replies, url, 1);
    const challenge = first.status === 401 ? chooseChallenge(first.headers.get('www-authenticate') ?? []) : null;
    const reply = challenge && credentials ? await request(socket, replies, url, 2, { challenge, credentials }) : first;
    return { reply, socket };
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(connecting);
    signal.removeEventListener('abort', onAbort);
  }
}

/** Cameras sign their certificates themselves: they are taken as they are, and it is told. */
function openSocket(url: string): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol !== 'rtsps:') return connect({ host, port: Number(port) || 554 });
  const servername = isIP(host) ? {} : { servername: host };
  return connectTls({ host, port: Number(port) || 322, rejectUnauthorized: false, ...servername });
}

async function request(
  socket: Socket,
  replies: AsyncGenerator<Reply, void>,
  url: string,
  sequence: number,
  auth?: { challenge: Challenge; credentials: Credentials },
): Promise<Reply> {
  const answer = auth && authorization(auth.challenge, auth.credentials, { method: 'DESCRIBE', uri: url });
  const lines = [
    `DESCRIBE ${url} RTSP/1.0`,
    `CSeq: ${sequence}`,
    'User-Agent: Nightjar',
    'Accept: application/sdp',
    ...(answer === undefined ? [] : [`Authorization: ${answer}`]),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const { value } = await replies.next();
  if (!value) throw new Error('connection closed before an answer');
  return value;
}

async function* readReplies(socket: Socket): AsyncGenerator<Reply, void> {
  let pending = Buffer.alloc(0);
  for await (const bytes of socket as AsyncIterable<Buffer>) {
    pending = Buffer.concat([pending, bytes]);
    if (pending.length > maxReplyBytes) throw new Error('answer too long');
    for (let parsed = parseReply(pending); parsed; parsed = parseReply(pending)) {
      pending = pending.subarray(parsed.length);
      yield parsed.reply;
    }
  }
}

/** One whole reply at the start of `bytes`; null while it is incomplete. @throws when it is not RTSP. */
function parseReply(bytes: Buffer): { reply: Reply; length: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (bytes.length >= 5 && !bytes.subarray(0, 5).equals(Buffer.from('RTSP/'))) throw new Error('not an RTSP answer');
  if (headEnd < 0) return null;
  const [statusLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [, status = '', reason = ''] = /^RTSP\/\d\.\d (\d{3}) ?(.*)$/.exec(statusLine) ?? [];
  if (status === '') throw new Error('not an RTSP answer');
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()]);
  }
  const bodyLength = Number(headers.get('content-length')?.[0] ?? 0);
  const length = headEnd + 4 + bodyLength;
  if (bytes.length < length) return null;
  return {
    reply: { status: Number(status), reason, headers, body: bytes.toString('utf8', headEnd + 4, length) },
    length,
  };
}

const baseOf = ({ headers }: Reply, url: string): string =>
  withoutCredentials(headers.get('content-base')?.[0] ?? headers.get('content-location')?.[0] ?? url, url);

function refusal({ status, reason }: Reply, url: string, hadCredentials: boolean): NvrError {
  const host = hostOf(url);
  if (status === 401 || status === 403) {
    return new NvrError(
      'camera_auth_failed',
      hadCredentials
        ? `${host} refuses this user name or password. Correct them; some cameras keep separate accounts for streaming.`
        : `${host} asks for a user name and password. Enter them.`,
    );
  }
  if (status === 404 || status === 454) {
    return new NvrError(
      'camera_stream_not_found',
      `${host} answers, but has no stream at this path. Check the path of the address.`,
    );
  }
  return new NvrError(
    'camera_protocol_error',
    `${host} answered ${status} ${reason}. Check the address, or restart the camera.`,
  );
}

function connectionError(url: string, cause: NodeJS.ErrnoException): NvrError {
  return connectionFailure({ host: hostOf(url), hostname: new URL(url).hostname, protocol: 'RTSP' }, cause);
}

/** Of an address that may be relative to another; the other where it is none. */
function withoutCredentials(url: string, relativeTo: string): string {
  const parsed = URL.parse(url, relativeTo);
  if (!parsed) return relativeTo;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

const hostOf = (url: string) => {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === 'rtsps:' ? 322 : 554)}`;
};
