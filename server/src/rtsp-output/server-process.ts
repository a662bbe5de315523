/**
 * The RTSP server: a process of its own, for it is the one part of GStreamer that strangers talk to. It takes frames from
 * main and knows nothing of cameras. When main goes away it ends.
 */
import os from 'node:os';
import { RtspServer } from '../media/gst/rtsp-server.ts';
import { Feed } from './feed.ts';
import type { FromServer, ToServer } from './protocol.ts';

/** While there are readers; else all there is to do is to answer requests. */
const tickMs = 5;
const idleTickMs = 30;
const checkEveryMs = 250;
const aliveEveryMs = 1_000;
const listenAgainMs = 10_000;
/** Each takes threads and a megabyte or two. */
const maxReaders = 256;
/** Who has asked what there is and begins nothing holds a pipeline. */
const maxIdleMs = 30_000;
/** Below that of whoever records. */
const niceness = 5;

const feeds = new Map<string, Feed>();
let server: RtspServer | null = null;
let credentials: Extract<ToServer, { type: 'listen' }>['credentials'] = null;

function send(message: FromServer): void {
  // An error means main is gone; 'disconnect' follows and ends us.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}

function handle(message: ToServer): void {
  switch (message.type) {
    case 'listen':
      listen(message);
      return;
    case 'stream':
      setUp(message);
      return;
    case 'frames':
      feeds.get(message.streamId)?.onFrames(message.frames);
      return;
    case 'remove':
      feeds.get(message.streamId)?.remove();
      feeds.delete(message.streamId);
      return;
  }
}

function listen(message: Extract<ToServer, { type: 'listen' }>): void {
  credentials = message.credentials;
  server = new RtspServer({ address: message.host, port: message.port, method: credentials ? 'both' : null });
  server.limitSessions(maxReaders);
  tryToListen(server, true);
}

/** A port that is taken may be free again some time. */
function tryToListen(server: RtspServer, isFirst: boolean): void {
  try {
    server.listen();
    send({ type: 'listening', port: server.port });
  } catch (error) {
    if (isFirst) send({ type: 'not-listening', reason: error instanceof Error ? error.message : String(error) });
    setTimeout(() => tryToListen(server, false), listenAgainMs);
  }
}

function setUp({ streamId, path, config }: Extract<ToServer, { type: 'stream' }>): void {
  if (!server) return;
  const known = feeds.get(streamId);
  if (known) {
    if (config) known.configure(config);
    return;
  }
  const onWanted = (wanted: boolean) => send({ type: 'wanted', streamId, wanted });
  const onAsked = () => send({ type: 'asked', streamId });
  const log = (text: string) => send({ type: 'log', level: 'info', message: `${streamId}: ${text}` });
  feeds.set(streamId, new Feed({ server, streamId, path, credentials, onWanted, onAsked, log }, config));
}

function tick(): void {
  RtspServer.iterate();
  let busy = false;
  for (const feed of feeds.values()) {
    feed.pump();
    busy ||= feed.busy;
  }
  setTimeout(tick, busy ? tickMs : idleTickMs);
}

function check(): void {
  for (const feed of feeds.values()) feed.check();
  server?.cleanUpSessions();
  server?.closeIdleClients(maxIdleMs);
}

os.setPriority(niceness);
process.on('message', (message: ToServer) => handle(message));
process.on('disconnect', () => process.exit());
// Main decides when to stop; a terminal's Ctrl-C reaches us as well.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
setInterval(check, checkEveryMs);
setInterval(() => {
  send({ type: 'alive', readers: [...feeds.values()].reduce((sum, { playing }) => sum + playing, 0) });
}, aliveEveryMs);
tick();
