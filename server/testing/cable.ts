import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `reset`: a router forgets the connections, or the camera restarts. `close`: the camera ends them properly. `silence`: the
 * cable is pulled, or the camera hangs: nothing comes, new connections get no answer either.
 */
export type Cut = 'reset' | 'close' | 'silence';

/** A TCP connection to a camera that a test can cut, and mend again. Everything else goes through unchanged. */
export class Cable implements AsyncDisposable {
  readonly #server: Server;
  readonly #camera: URL;
  readonly #pairs = new Set<{ near: Socket; far: Socket }>();
  #isSilent = false;

  private constructor(camera: URL) {
    this.#camera = camera;
    this.#server = createServer({ allowHalfOpen: false }, (near) => this.#join(near));
  }

  /** @param url `rtsp://` with a port. */
  static async to(url: string): Promise<Cable> {
    const cable = new Cable(new URL(url));
    cable.#server.listen(0, '127.0.0.1');
    await once(cable.#server, 'listening');
    return cable;
  }

  /** The camera's address at this end. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `rtsp://127.0.0.1:${port}${this.#camera.pathname}`;
  }

  cut(how: Cut): void {
    if (how === 'silence') {
      this.#isSilent = true;
      for (const { near, far } of this.#pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
      return;
    }
    for (const { near, far } of this.#pairs) {
      far.destroy();
      if (how === 'reset') near.resetAndDestroy();
      else near.end();
    }
  }

  /** After `silence`: what was held back goes on its way, as TCP does it. */
  mend(): void {
    this.#isSilent = false;
    for (const pair of this.#pairs) flow(pair);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    const far = connect({ host: this.#camera.hostname, port: Number(this.#camera.port), noDelay: true });
    near.setNoDelay(true);
    const pair = { near, far };
    this.#pairs.add(pair);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      // 'close' follows, and ends the other side.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
    if (!this.#isSilent) flow(pair);
  }
}

function flow({ near, far }: { near: Socket; far: Socket }): void {
  near.pipe(far);
  far.pipe(near);
}
