import http from 'node:http';
import https from 'node:https';
import type { TLSSocket } from 'node:tls';
import { NvrError } from '../../shared/errors.ts';
import { authorization, type Challenge, type Credentials, chooseChallenge } from '../rtsp/authentication.ts';
import { connectionFailure, noAnswer, timedOut } from './unreachable.ts';

const connectWithinMs = 5_000;
const answerWithinMs = 8_000;
/** A connection on which nothing comes for so long is dead. */
const silentMs = 30_000;
const maxRedirects = 5;

/** An answer with status 200 or 206; its body is to be read or destroyed. */
export interface HttpAnswer {
  body: http.IncomingMessage;
  /** After redirects. */
  url: string;
  contentType: string;
}

/**
 * Fetches from one server, with its user name and password by Basic or Digest. Certificates are taken as they are, since
 * cameras sign theirs themselves, and `certificateTrusted` tells.
 */
export class HttpClient {
  readonly #credentials: Credentials | null;
  /** The password goes to this host and no other, wherever we are sent. */
  readonly #host: string;
  readonly #signal: AbortSignal;
  readonly #agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true, rejectUnauthorized: false }),
  };
  #challenge: Challenge | null = null;
  certificateTrusted: boolean | null = null;

  constructor(url: string, credentials: Credentials | null, signal: AbortSignal) {
    this.#credentials = credentials;
    this.#host = new URL(url).host;
    this.#signal = signal;
  }

  close(): void {
    for (const agent of Object.values(this.#agents)) agent.destroy();
  }

  /**
   * @param range `bytes=…`, when a part is wanted.
   * @throws {NvrError} `camera_…`, what keeps it from being fetched.
   */
  async get(url: string, range?: string): Promise<HttpAnswer> {
    let target = url;
    for (let hop = 0; hop <= maxRedirects; hop += 1) {
      const body = await this.#ask(target, range);
      const { statusCode: status = 0, statusMessage = '', headers } = body;
      if (status === 200 || status === 206) {
        return { body, url: target, contentType: (headers['content-type'] ?? '').toLowerCase() };
      }
      body.destroy();
      const next = status >= 300 && status < 400 && headers.location ? URL.parse(headers.location, target) : null;
      if (!next) throw refusal(target, status, statusMessage, this.#credentials !== null);
      if (next.protocol !== 'http:' && next.protocol !== 'https:') break;
      next.username = '';
      next.password = '';
      target = next.href;
    }
    throw new NvrError('camera_protocol_error', `${hostOf(url)} redirects in a circle. Check the address.`);
  }

  /** The whole body. @throws as `get`, and when it is longer than `maxBytes`. */
  async fetch(url: string, maxBytes: number, range?: string): Promise<{ bytes: Buffer; url: string }> {
    const answer = await this.get(url, range);
    const parts: Buffer[] = [];
    let length = 0;
    try {
      for await (const part of answer.body as AsyncIterable<Buffer>) {
        parts.push(part);
        length += part.length;
        if (length > maxBytes) throw new NvrError('camera_protocol_error', `${hostOf(url)} sends more than it should.`);
      }
    } catch (error) {
      throw error instanceof NvrError ? error : connectionLost(url, error);
    }
    return { bytes: Buffer.concat(parts), url: answer.url };
  }

  async #ask(url: string, range: string | undefined): Promise<http.IncomingMessage> {
    const mayAuthenticate = this.#credentials !== null && new URL(url).host === this.#host;
    try {
      const first = await this.#request(url, range, mayAuthenticate);
      if (first.statusCode !== 401 || !mayAuthenticate) return first;
      const { 'www-authenticate': offers = '' } = first.headers;
      const challenge = chooseChallenge(splitChallenges(offers));
      if (!challenge) return first;
      first.resume();
      this.#challenge = challenge;
      return await this.#request(url, range, true);
    } catch (error) {
      if (error instanceof NvrError || this.#signal.aborted) throw error;
      const { hostname } = new URL(url);
      throw connectionFailure(
        { host: hostOf(url), hostname, protocol: url.startsWith('https:') ? 'HTTPS' : 'HTTP' },
        error as NodeJS.ErrnoException,
      );
    }
  }

  #request(url: string, range: string | undefined, authenticates: boolean): Promise<http.IncomingMessage> {
    const { protocol, pathname, search } = new URL(url);
    const answer =
      authenticates && this.#challenge && this.#credentials
        ? authorization(this.#challenge, this.#credentials, { method: 'GET', uri: `${pathname}${search}` })
        : undefined;
    const isTls = protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (isTls ? https : http).get(url, {
        agent: this.#agents[isTls ? 'https:' : 'http:'],
        headers: {
          'user-agent': 'Nightjar',
          accept: '*/*',
          ...(range !== undefined && { range }),
          ...(answer !== undefined && { authorization: answer }),
        },
      });
      // Not `signal` of the request: Node 24 throws its abort past all listeners when the answer has come (measured).
      const onAbort = () => request.destroy(new Error('aborted'));
      this.#signal.addEventListener('abort', onAbort, { once: true });
      if (this.#signal.aborted) onAbort();
      const connecting = setTimeout(() => request.destroy(timedOut()), connectWithinMs);
      const answering = setTimeout(() => {
        reject(noAnswer(hostOf(url), timedOut()));
        request.destroy();
      }, answerWithinMs);
      const isConnected = () => clearTimeout(connecting);
      request.once('socket', (socket) => {
        if (!socket.connecting) return isConnected();
        socket.once(isTls ? 'secureConnect' : 'connect', () => {
          isConnected();
          if (isTls) this.certificateTrusted = (socket as TLSSocket).authorized;
        });
      });
      request.once('response', (response) => {
        clearTimeout(answering);
        // Whoever reads it is told; one that is given up is of no interest.
        response.on('error', () => {});
        this.#signal.removeEventListener('abort', onAbort);
        const giveUp = () => void response.destroy();
        this.#signal.addEventListener('abort', giveUp);
        response.once('close', () => this.#signal.removeEventListener('abort', giveUp));
        response.setTimeout(silentMs, () => response.destroy(timedOut()));
        resolve(response);
      });
      request.on('error', (error) => {
        this.#signal.removeEventListener('abort', onAbort);
        clearTimeout(connecting);
        clearTimeout(answering);
        reject(error);
      });
    });
  }
}

/** Node joins repeated headers with a comma, which stands inside of challenges as well. */
const splitChallenges = (header: string): string[] => header.split(/,\s*(?=(?:basic|digest)\s)/i);

export const connectionLost = (url: string, cause: unknown) =>
  new NvrError('camera_stream_ended', `The connection to ${hostOf(url)} was lost.`, { cause });

function refusal(url: string, status: number, reason: string, hadCredentials: boolean): NvrError {
  const host = hostOf(url);
  if (status === 401 || status === 403) {
    return new NvrError(
      'camera_auth_failed',
      hadCredentials
        ? `${host} refuses this user name or password. Correct them.`
        : `${host} asks for a user name and password. Enter them.`,
    );
  }
  if (status === 404 || status === 410) {
    return new NvrError('camera_stream_not_found', `${host} answers, but has nothing at this path. Check the address.`);
  }
  return new NvrError('camera_protocol_error', `${host} answered ${status} ${reason}. Check the address.`);
}

const hostOf = (url: string) => {
  const { protocol, hostname, port } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
};
