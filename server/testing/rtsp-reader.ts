import { createHash } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface RtspReaderOptions {
  username?: string;
  password?: string;
  /** Answer a Basic challenge although there is a Digest one. */
  basic?: boolean;
}

/** What came on one track. Packets are lost when their numbers do not follow on each other. */
export interface TrackCount {
  kind: string;
  /** Of the SDP, such as `H264`. */
  encoding: string;
  packets: number;
  bytes: number;
  lost: number;
  /** Packets with the marker bit: pictures, or frames of sound. */
  frames: number;
  /** RTP timestamps that went back; a few are right where pictures are reordered. */
  steppedBack: number;
}

interface Track extends TrackCount {
  control: string;
  channel: number;
  sequence: number;
  timestamp: number;
}

interface Answer {
  status: number;
  headers: Map<string, string>;
  body: string;
}

/**
 * A light RTSP reader over TCP: it plays all tracks and counts their packets, without decoding anything, so that one process
 * can be a hundred readers. `stall` makes it one that no longer reads.
 */
export class RtspReader implements AsyncDisposable {
  readonly #socket: net.Socket;
  readonly #url: string;
  readonly #options: RtspReaderOptions;
  readonly #tracks: Track[] = [];
  #received: Buffer = Buffer.alloc(0);
  #answers: Array<(answer: Answer) => void> = [];
  #sequence = 0;
  #challenge: string | null = null;
  #session = '';
  #askedMs = 0;
  #firstPictureMs: number | null = null;
  #keepAlive: NodeJS.Timeout | null = null;

  private constructor(socket: net.Socket, url: string, options: RtspReaderOptions) {
    this.#socket = socket;
    this.#url = url;
    this.#options = options;
    socket.on('data', (data) => this.#receive(data));
    // 'close' follows, and whoever waits for an answer is told by it.
    socket.on('error', () => {});
  }

  /** Resolves when it plays. @throws with the status of the answer that is not 200. */
  static async play(url: string, options: RtspReaderOptions = {}): Promise<RtspReader> {
    const { hostname, port } = new URL(url);
    const socket = net.connect(Number(port || 554), hostname);
    await once(socket, 'connect');
    const reader = new RtspReader(socket, url, options);
    try {
      await reader.#start();
      return reader;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }

  get tracks(): readonly TrackCount[] {
    return this.#tracks;
  }

  /** @throws when there is none of this kind. */
  track(kind: 'video' | 'audio'): TrackCount {
    const track = this.#tracks.find((one) => one.kind === kind);
    if (!track) throw new Error(`no ${kind}`);
    return track;
  }

  /** From connecting until the first picture was complete; null before it is. */
  get firstPictureMs(): number | null {
    return this.#firstPictureMs;
  }

  /** The server has closed the connection. */
  get closed(): boolean {
    return this.#socket.destroyed || this.#socket.readableEnded;
  }

  /** Reads nothing more until `resume`. */
  stall(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** Reads one byte each second from now on, until the connection ends. */
  async crawl(): Promise<void> {
    this.#socket.removeAllListeners('data');
    this.#socket.pause();
    while (!this.closed) {
      this.#socket.read(1);
      await sleep(1_000, undefined, { ref: false });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#keepAlive) clearInterval(this.#keepAlive);
    if (!this.closed) this.#socket.write(this.#request('TEARDOWN', this.#url));
    this.#socket.destroy();
  }

  async #start(): Promise<void> {
    this.#askedMs = performance.now();
    const description = await this.#ask('DESCRIBE', this.#url, ['Accept: application/sdp']);
    this.#tracks.push(...tracksOf(description.body));
    const base = (description.headers.get('content-base') ?? this.#url).replace(/\/?$/, '/');
    for (const { control, channel } of this.#tracks) {
      const transport = `Transport: RTP/AVP/TCP;unicast;interleaved=${channel}-${channel + 1}`;
      const answer = await this.#ask('SETUP', /^rtsp:/.test(control) ? control : base + control, [transport]);
      this.#session = answer.headers.get('session')?.split(';')[0] ?? '';
    }
    await this.#ask('PLAY', this.#url, ['Range: npt=0-']);
    this.#keepAlive = setInterval(() => this.#socket.write(this.#request('OPTIONS', this.#url)), 20_000).unref();
  }

  async #ask(method: string, url: string, headers: string[] = []): Promise<Answer> {
    let answer = await this.#exchange(this.#request(method, url, headers));
    if (answer.status === 401 && this.#options.username !== undefined && this.#challenge === null) {
      this.#challenge = answer.headers.get(this.#options.basic ? 'basic' : 'digest') ?? '';
      answer = await this.#exchange(this.#request(method, url, headers));
    }
    if (answer.status !== 200) throw new Error(`${method}: ${answer.status}`);
    return answer;
  }

  #exchange(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const onClose = () => reject(new Error('the server closed the connection'));
      this.#socket.once('close', onClose);
      this.#answers.push((answer) => {
        this.#socket.off('close', onClose);
        resolve(answer);
      });
      this.#socket.write(request);
    });
  }

  #request(method: string, url: string, headers: string[] = []): string {
    this.#sequence += 1;
    const session = this.#session === '' ? [] : [`Session: ${this.#session}`];
    const authorization = this.#authorization(method, url);
    return [
      `${method} ${url} RTSP/1.0`,
      `CSeq: ${this.#sequence}`,
      ...[...session, ...authorization, ...headers],
      '\r\n',
    ].join('\r\n');
  }

  #authorization(method: string, url: string): string[] {
    const { username = '', password = '', basic } = this.#options;
    if (this.#challenge === null) return [];
    if (basic) return [`Authorization: Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`];
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    const field = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(this.#challenge ?? '')?.[1] ?? '';
    const [realm, nonce] = [field('realm'), field('nonce')];
    const response = md5(`${md5(`${username}:${realm}:${password}`)}:${nonce}:${md5(`${method}:${url}`)}`);
    const fields = { username, realm, nonce, uri: url, response };
    const text = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
    return [`Authorization: Digest ${text.join(', ')}`];
  }

  #receive(data: Buffer): void {
    this.#received = this.#received.length === 0 ? data : Buffer.concat([this.#received, data]);
    let at = 0;
    for (let next = this.#takeOne(at); next > at; next = this.#takeOne(at)) at = next;
    this.#received = this.#received.subarray(at);
  }

  /** Where what begins at `at` ends; `at` when it is not all there. */
  #takeOne(at: number): number {
    const buffer = this.#received;
    if (buffer.length - at < 4) return at;
    if (buffer[at] === 0x24) {
      const end = at + 4 + buffer.readUInt16BE(at + 2);
      if (end > buffer.length) return at;
      this.#count(buffer[at + 1] ?? 0, buffer.subarray(at + 4, end));
      return end;
    }
    const headEnd = buffer.indexOf('\r\n\r\n', at);
    if (headEnd < 0) return at;
    const answer = parseHead(buffer.toString('latin1', at, headEnd));
    const end = headEnd + 4 + Number(answer.headers.get('content-length') ?? 0);
    if (end > buffer.length) return at;
    this.#answers.shift()?.({ ...answer, body: buffer.toString('utf8', headEnd + 4, end) });
    return end;
  }

  #count(channel: number, packet: Buffer): void {
    const track = this.#tracks.find((one) => one.channel === channel);
    if (!track || packet.length < 12) return;
    const sequence = packet.readUInt16BE(2);
    const timestamp = packet.readUInt32BE(4);
    if (track.packets > 0) {
      track.lost += (sequence - track.sequence - 1) & 0xffff;
      if ((timestamp - track.timestamp) >> 31 !== 0) track.steppedBack += 1;
    }
    track.sequence = sequence;
    track.timestamp = timestamp;
    track.packets += 1;
    track.bytes += packet.length;
    if (((packet[1] ?? 0) & 0x80) === 0) return;
    track.frames += 1;
    if (track.kind === 'video') this.#firstPictureMs ??= performance.now() - this.#askedMs;
  }
}

function parseHead(text: string): Omit<Answer, 'body'> {
  const [first = '', ...lines] = text.split('\r\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const [name, value] = [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    if (name === 'www-authenticate') headers.set(value.split(' ')[0]?.toLowerCase() ?? '', value);
    else headers.set(name, value);
  }
  return { status: Number(first.split(' ')[1]), headers };
}

function tracksOf(sdp: string): Track[] {
  const sections = sdp.split(/^m=/m).slice(1);
  return sections.map((section, index) => ({
    kind: /^\w+/.exec(section)?.[0] ?? '',
    encoding: /^a=rtpmap:\d+ ([^/\s]+)/m.exec(section)?.[1] ?? '',
    control: /^a=control:(\S+)/m.exec(section)?.[1] ?? '',
    channel: index * 2,
    ...{ packets: 0, bytes: 0, lost: 0, frames: 0, steppedBack: 0, sequence: 0, timestamp: 0 },
  }));
}
