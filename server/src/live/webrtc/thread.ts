/** The thread that packs, encrypts and sends; what it is told and tells is in `protocol.ts`. */
import { parentPort, workerData } from 'node:worker_threads';
import { RTCDtlsTransport } from 'werift';
import type { WebRtcConfig } from '../../config/index.ts';
import { Outlet } from './outlet.ts';
import { closePeer, openPeer, type Peer } from './peer.ts';
import type { FromThread, ToThread } from './protocol.ts';
import { Viewer } from './viewer.ts';

const ice = workerData as WebRtcConfig;
// Ours to all viewers; made before the first one waits for it.
void RTCDtlsTransport.SetupCertificate();

/** A viewer who is not connected by then will not be. */
const connectMs = 15_000;
/** Without a sign of the viewer for this long it is gone; browsers send some each second. */
const silenceMs = 10_000;
const checkEveryMs = 1_000;

interface Session {
  streamId: string;
  peer: Peer | null;
  viewer: Viewer | null;
  openedAtMs: number;
  /** When the viewer last showed that it is there. */
  signAtMs: number;
}

const outlets = new Map<string, Outlet>();
const sessions = new Map<string, Session>();
const closing = new Set<Promise<void>>();
const tell = (message: FromThread) => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'open':
      return void open(message);
    case 'candidates':
      return void addCandidates(message.sessionId, message.candidates);
    case 'close':
      return end(message.sessionId, 'the viewer left');
    case 'run':
      return outletOf(message.streamId).onRun(message.parameterSets);
    case 'pictures':
      return outletOf(message.streamId).onPictures(message.pictures);
    case 'gap':
      return outletOf(message.streamId).onGap();
    case 'sound':
      for (const { streamId, viewer } of sessions.values()) {
        if (streamId === message.streamId) viewer?.onSound(message.utcMs, message.data);
      }
      return;
    case 'forget':
      outlets.delete(message.streamId);
      return;
    case 'stop':
      return void Promise.all(closing).then(() => process.exit());
  }
});

setInterval(() => {
  const nowMs = performance.now();
  for (const [id, { viewer, signAtMs, openedAtMs }] of sessions) {
    if (viewer && nowMs - signAtMs > silenceMs) end(id, 'the viewer fell silent');
    if (!viewer && nowMs - openedAtMs > connectMs) end(id, 'no way to the viewer was found');
  }
}, checkEveryMs);

function outletOf(streamId: string): Outlet {
  const outlet = outlets.get(streamId) ?? new Outlet();
  outlets.set(streamId, outlet);
  return outlet;
}

async function open({ sessionId, streamId, offer }: Extract<ToThread, { type: 'open' }>): Promise<void> {
  const nowMs = performance.now();
  const session: Session = { streamId, peer: null, viewer: null, openedAtMs: nowMs, signAtMs: nowMs };
  sessions.set(sessionId, session);
  const onSign = () => {
    session.signAtMs = performance.now();
  };
  try {
    const peer = await openPeer({ offer, ice, onSign });
    session.peer = peer;
    // It may have been closed meanwhile.
    if (!sessions.has(sessionId)) return close(peer);
    peer.connection.connectionStateChange.subscribe((state) => {
      if (state === 'connected') session.viewer ??= new Viewer(peer, outletOf(streamId), offer);
      if (state === 'failed' || state === 'closed') end(sessionId, 'the viewer left');
    });
    tell({ type: 'answer', sessionId, sdp: peer.answer });
  } catch (error) {
    sessions.delete(sessionId);
    tell({ type: 'refused', sessionId, problem: error instanceof Error ? error.message : String(error) });
  }
}

async function addCandidates(sessionId: string, candidates: readonly string[]): Promise<void> {
  const connection = sessions.get(sessionId)?.peer?.connection;
  for (const candidate of candidates) {
    // One that is of no use is none; others may be.
    await connection?.addIceCandidate({ candidate, sdpMLineIndex: 0 }).catch(() => {});
  }
}

function end(sessionId: string, reason: string): void {
  const session = sessions.get(sessionId);
  if (!session) return;
  sessions.delete(sessionId);
  session.viewer?.close();
  if (session.peer) close(session.peer);
  tell({ type: 'closed', sessionId, reason });
}

function close(peer: Peer): void {
  // Its sockets are closed in any case; what else fails meanwhile is of no consequence.
  const closed = closePeer(peer).catch(() => {});
  closing.add(closed);
  void closed.then(() => closing.delete(closed));
}
