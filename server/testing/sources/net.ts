import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** A server that can vanish with all its connections, and come back at the same port. */
export class Vanishing implements AsyncDisposable {
  readonly #make: () => Server;
  readonly port: number;
  #server: Server | null = null;
  readonly #connections = new Set<import('node:net').Socket>();

  private constructor(make: () => Server, port: number) {
    this.#make = make;
    this.port = port;
  }

  static async start(make: () => Server): Promise<Vanishing> {
    const vanishing = new Vanishing(make, await freePort());
    await vanishing.appear();
    return vanishing;
  }

  async appear(): Promise<void> {
    if (this.#server) return;
    this.#server = this.#make();
    // TLS and HTTP servers tell of the sockets under them, too.
    this.#server.on('connection', (socket) => {
      this.#connections.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#connections.delete(socket));
    });
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  async vanish(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = null;
    const closed = once(server, 'close');
    server.close();
    for (const socket of this.#connections) socket.destroy();
    await closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.vanish();
  }
}
