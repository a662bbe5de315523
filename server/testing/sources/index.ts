import { mkdirSync } from 'node:fs';
import { connect, type Server } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import type { SourceInput } from '@nightjar/contract';
import { waitFor } from '../wait.ts';
import { certificate } from './certificate.ts';
import { httpServer } from './http.ts';
import { freeUdpPort, Vanishing } from './net.ts';
import { Relay } from './relay.ts';
import { rtmpServer } from './rtmp.ts';

/** A source that can vanish and come back. */
export interface TestSource extends AsyncDisposable {
  source: SourceInput;
  vanish(): Promise<void>;
  appear(): Promise<void>;
}

export const account = { user: 'viewer', password: 'r:ight@1' };
export const passphrase = 'ten-or-more';

/** One camera, given on in all the ways that are no RTSP. */
export async function startSources(camera: string, folder: string): Promise<Record<string, TestSource>> {
  const hls = path.join(folder, 'hls');
  mkdirSync(hls, { recursive: true });
  const segmenter = new Relay(camera, [
    ...['-c', 'copy', '-f', 'hls', '-hls_time', '1', '-hls_list_size', '30', '-hls_flags', 'delete_segments'],
    path.join(hls, 'index.m3u8'),
  ]);
  const wish = { camera, folder: hls, ...account };
  const web = await Vanishing.start(() => httpServer(wish));
  const secureWeb = await Vanishing.start(() => httpServer(wish, true));
  const rtmp = await Vanishing.start(() => rtmpServer(camera));
  const secure = await Vanishing.start(() => tlsInFrontOf(camera));
  const credentials = { username: account.user, password: account.password };
  const of = (server: Vanishing, source: SourceInput): TestSource => ({
    source,
    vanish: () => server.vanish(),
    appear: () => server.appear(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  });
  const at = (server: Vanishing, scheme: string, rest: string) => `${scheme}://127.0.0.1:${server.port}${rest}`;
  return {
    rtsps: of(secure, { url: at(secure, 'rtsps', new URL(camera).pathname) }),
    hls: {
      ...of(web, { url: at(web, 'http', '/digest/hls/index.m3u8'), ...credentials }),
      async [Symbol.asyncDispose]() {
        await segmenter[Symbol.asyncDispose]();
        await web[Symbol.asyncDispose]();
      },
    },
    mjpeg: of(secureWeb, { url: at(secureWeb, 'https', '/basic/mjpeg'), ...credentials }),
    'http-ts': of(secureWeb, { url: at(secureWeb, 'https', '/away') }),
    'http-flv': of(secureWeb, { url: at(secureWeb, 'https', '/digest/flv'), ...credentials }),
    rtmp: of(rtmp, { url: at(rtmp, 'rtmp', '/live/camera') }),
    udp: await sent(camera, 'udp', (port) => ['-f', 'mpegts', `udp://127.0.0.1:${port}?pkt_size=1316`]),
    rtp: await sent(camera, 'rtp', (port) => ['-f', 'rtp_mpegts', `rtp://127.0.0.1:${port}`]),
    srt: await sent(
      camera,
      'srt',
      // It is the recorder that is called, so that the two need not wait for each other.
      (port) => ['-f', 'mpegts', `srt://127.0.0.1:${port}?mode=caller&passphrase=${encodeURIComponent(passphrase)}`],
      (port) => ({ url: `srt://:${port}?mode=listener`, password: passphrase }),
    ),
  };
}

/** What is sent to the recorder, whether it listens or not. */
async function sent(
  camera: string,
  scheme: string,
  output: (port: number) => string[],
  sourceAt: (port: number) => SourceInput = (port) => ({ url: `${scheme}://127.0.0.1:${port}` }),
): Promise<TestSource> {
  const port = await freeUdpPort();
  let relay: Relay | null = null;
  let isWanted = true;
  // A sender that calls gives up when nobody is there.
  const keepSending = () => {
    if (isWanted && (relay === null || relay.ended)) relay = new Relay(camera, ['-c', 'copy', ...output(port)]);
  };
  keepSending();
  const timer = setInterval(keepSending, 300);
  const vanish = async () => {
    isWanted = false;
    await relay?.[Symbol.asyncDispose]();
  };
  return {
    source: sourceAt(port),
    vanish,
    async appear() {
      isWanted = true;
      keepSending();
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await vanish();
    },
  };
}

/** RTSPS is RTSP in TLS. */
const tlsInFrontOf = (camera: string): Server =>
  tls.createServer(certificate, (client) => {
    const server = connect(Number(new URL(camera).port), '127.0.0.1');
    client.on('error', () => server.destroy());
    server.on('error', () => client.destroy());
    client.once('close', () => server.destroy());
    client.pipe(server).pipe(client);
  });

/** Some seconds of a camera as a file. */
export async function recordClip(camera: string, file: string, seconds: number): Promise<void> {
  await using relay = new Relay(camera, ['-y', '-t', String(seconds), '-c', 'copy', file]);
  await waitFor('the clip is there', () => relay.ended);
}
