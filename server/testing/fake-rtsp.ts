import { createServer, type Server, type Socket } from 'node:net';

/** Answers a request, or says nothing for `null`. */
export type RtspAnswer = (method: string, url: string) => string | null;

/** A server that answers RTSP as a test says: for what the simulated camera, which behaves, cannot do. */
export class FakeRtspServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: RtspAnswer) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // A client that goes away while it is answered is none of the test's business.
      socket.on('error', () => {});
      serve(socket, answer);
    });
  }

  static async start(answer: RtspAnswer): Promise<FakeRtspServer> {
    const fake = new FakeRtspServer(answer);
    await new Promise<void>((resolve) => fake.#server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('not listening');
    return `rtsp://127.0.0.1:${address.port}/stream`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function serve(socket: Socket, answer: RtspAnswer): void {
  let pending = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    pending += text;
    for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
      const request = pending.slice(0, end);
      pending = pending.slice(end + 4);
      const [method = '', url = ''] = request.split(' ');
      const sequence = /^CSeq: *(\d+)/im.exec(request)?.[1] ?? '0';
      const reply = answer(method, url);
      if (reply !== null) socket.write(reply.replace('\r\n', `\r\nCSeq: ${sequence}\r\n`));
    }
  });
}

/** A 200 with this session description (RFC 8866); `lines` after its `t=` line. */
export function description(...lines: string[]): string {
  const body = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 0.0.0.0', 't=0 0', ...lines, ''].join('\r\n');
  return `RTSP/1.0 200 OK\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

export const options = 'RTSP/1.0 200 OK\r\nPublic: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n';
