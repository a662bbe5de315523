import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './net.ts';
import { Relay } from './relay.ts';

const handshakeBytes = 1 + 1536 + 1536;
/** Of the messages' headers by format, without the one to three bytes before. */
const headerBytes = [11, 7, 3, 0] as const;
const mediaTypes = [8, 9, 18];
const setChunkSize = 1;

/** An RTMP server that plays a camera to each client, from an ffmpeg of its own. */
export function rtmpServer(camera: string): Server {
  return createServer((client) => {
    void play(camera, client);
  });
}

async function play(camera: string, client: Socket): Promise<void> {
  const port = await freePort();
  const output = ['-c', 'copy', '-f', 'flv', '-listen', '1', `rtmp://127.0.0.1:${port}/live/camera`];
  const relay = new Relay(camera, output);
  client.on('error', () => {});
  client.once('close', () => void relay[Symbol.asyncDispose]());
  client.pause();
  const server = await connected(port, () => client.destroyed || relay.ended);
  if (!server) return void client.destroy();
  const fix = new StreamIds();
  server.on('data', (bytes: Buffer) => client.write(fix.push(bytes)));
  server.on('error', () => client.destroy());
  server.once('close', () => client.destroy());
  client.pipe(server);
}

/** ffmpeg listens only when it has seen the camera. */
async function connected(port: number, isVain: () => boolean): Promise<Socket | null> {
  while (!isVain()) {
    const socket = connect({ host: '127.0.0.1', port });
    const isConnected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    if (isConnected) return socket;
    await sleep(50);
  }
  return null;
}

/**
 * ffmpeg sends its media on message stream 0 although it has told the client that it is 1, and clients that go by the
 * book (Adobe's RTMP 1.0, section 5.3.1.2) wait for ever: the number is put right on the way.
 */
class StreamIds {
  #pending = Buffer.alloc(0);
  #handshakeLeft = handshakeBytes;
  #chunkSize = 128;
  readonly #messages = new Map<number, { length: number; left: number; type: number }>();

  push(bytes: Buffer): Buffer {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    const out: Buffer[] = [];
    if (this.#handshakeLeft > 0) out.push(this.#take(Math.min(this.#handshakeLeft, this.#pending.length)));
    this.#handshakeLeft -= out[0]?.length ?? 0;
    for (let chunk = this.#handshakeLeft === 0 && this.#chunk(); chunk; chunk = this.#chunk()) out.push(chunk);
    return Buffer.concat(out);
  }

  #take(length: number): Buffer {
    const taken = Buffer.from(this.#pending.subarray(0, length));
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  /** A whole one; null while it is not there. */
  #chunk(): Buffer | null {
    const first = this.#pending[0];
    if (first === undefined) return null;
    const basic = (first & 63) === 0 ? 2 : (first & 63) === 1 ? 3 : 1;
    const format = (first >> 6) as 0 | 1 | 2 | 3;
    const head = basic + headerBytes[format];
    if (this.#pending.length < head) return null;
    const id = this.#pending.readUIntBE(0, basic) & (basic === 1 ? 63 : 0xffff);
    const before = this.#messages.get(id);
    let { length, type } = before ?? { length: 0, type: 0 };
    if (format < 2) {
      length = this.#pending.readUIntBE(basic + 3, 3);
      type = this.#pending[basic + 6] ?? 0;
    }
    const begins = !before || before.left === 0;
    const left = begins ? length : before.left;
    const size = Math.min(left, this.#chunkSize);
    if (this.#pending.length < head + size) return null;
    const chunk = this.#take(head + size);
    if (format === 0 && mediaTypes.includes(type)) chunk.writeUInt32LE(1, basic + 7);
    if (type === setChunkSize && left === size) this.#chunkSize = chunk.readUInt32BE(head) & 0x7fffffff;
    this.#messages.set(id, { length, left: left - size, type });
    return chunk;
  }
}
