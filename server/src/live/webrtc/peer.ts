import os from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  MediaStream,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  RTCRtpHeaderExtensionParameters,
  type RTCRtpSender,
} from 'werift';
import type { WebRtcConfig } from '../../config/index.ts';
import { type Offer, type OfferedTrack, playoutDelayUri } from './offer.ts';
import { RtpClock } from './rtp-clock.ts';

/** A connection to a viewer, answered and not yet connected. */
export interface Peer {
  connection: RTCPeerConnection;
  answer: string;
  video: RTCRtpSender;
  audio: RTCRtpSender | null;
  clock: RtpClock;
  /** null when the viewer did not offer the header extension. */
  playoutDelayId: number | null;
}

/** The answer waits for STUN and TURN servers as long as this; one that does not respond is done without. */
const gatherMs = 1_500;

interface PeerOptions {
  offer: Offer;
  ice: WebRtcConfig;
  /** The viewer showed that it is there. */
  onSign(): void;
}

/** Negotiates with a viewer. @throws what werift makes of an offer that it cannot use. */
export async function openPeer({ offer, ice, onSign }: PeerOptions): Promise<Peer> {
  const hasServers = ice.servers.length > 0;
  const connection = new RTCPeerConnection({
    codecs: {
      video: codecsOf('video/H264', 90_000, offer.video),
      audio: offer.audio ? codecsOf('audio/opus', 48_000, offer.audio) : [],
    },
    headerExtensions: { video: [new RTCRtpHeaderExtensionParameters({ uri: playoutDelayUri })], audio: [] },
    // Without helpers only those are answered who know the password, and nobody is asked: not even those addresses
    // that an offer names. Else werift would also ask a STUN server of its own choice.
    iceLite: !hasServers,
    iceServers: ice.servers,
    ...(ice.ports && { icePortRange: ice.ports }),
    iceAdditionalHostAddresses: loopbackIfAlone(),
    iceFilterStunResponse: () => {
      onSign();
      return true;
    },
    bundlePolicy: 'max-bundle',
  });
  try {
    await connection.setRemoteDescription({ type: 'offer', sdp: offer.sdp });
    // One stream for both: browsers keep those in step that belong together.
    const stream = new MediaStream();
    for (const transceiver of connection.getTransceivers()) {
      if (transceiver.stopped || transceiver.rejected) continue;
      transceiver.setDirection('sendonly');
      transceiver.sender.setStreams([stream]);
    }
    for (const transport of connection.iceTransports) {
      const gather = transport.gather.bind(transport);
      transport.gather = () => Promise.race([gather(), sleep(gatherMs, undefined, { ref: false })]);
    }
    const answer = await connection.createAnswer();
    await connection.setLocalDescription(answer);
    const senderOf = (kind: 'video' | 'audio') =>
      connection
        .getTransceivers()
        .find((transceiver) => transceiver.kind === kind && transceiver.direction === 'sendonly');
    const video = senderOf('video');
    if (!video) throw new Error('the picture was not negotiated');
    for (const transport of connection.dtlsTransports) transport.onRtcp.subscribe(onSign);
    const clock = new RtpClock();
    const extension = video.headerExtensions.find(({ uri }) => uri === playoutDelayUri);
    return {
      connection,
      answer: withClock(
        withAddresses(connection.localDescription?.sdp ?? answer.sdp, ice.publicAddresses),
        clock.videoOffset,
      ),
      clock,
      video: video.sender,
      audio: (offer.audio && senderOf('audio')?.sender) || null,
      playoutDelayId: extension?.id ?? null,
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** Alert `close_notify` (RFC 8446 section 6.1; RFC 6347): record type, and its two bytes. */
const alertRecord = 21;
const closeNotify = Buffer.from([1, 0]);

/** Tells the viewer, which would else wait some seconds for what comes no more; then closes all there is. */
export async function closePeer({ connection }: Peer): Promise<void> {
  for (const { dtls, state } of connection.dtlsTransports) {
    if (!dtls || state !== 'connected') continue;
    // werift knows no alerts but those it gets; what it would send as data is made one.
    const { cipher } = dtls;
    const encryptPacket = cipher.encryptPacket.bind(cipher);
    cipher.encryptPacket = (packet) => {
      packet.recordLayerHeader.contentType = alertRecord;
      return encryptPacket(packet);
    };
    // A way that is closed already needs no word.
    await dtls.send(closeNotify).catch(() => {});
  }
  await connection.close();
}

function codecsOf(mimeType: string, clockRate: number, track: OfferedTrack): RTCRtpCodecParameters[] {
  const { payloadType, parameters, retransmissionType } = track;
  const isVideo = mimeType.startsWith('video');
  const main = new RTCRtpCodecParameters({
    ...{ mimeType, clockRate, payloadType, parameters },
    ...(isVideo ? { rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] } : { channels: 2 }),
  });
  if (retransmissionType === null) return [main];
  const rtx = { mimeType: 'video/rtx', clockRate, payloadType: retransmissionType, parameters: `apt=${payloadType}` };
  return [main, new RTCRtpCodecParameters(rtx)];
}

/** A machine without a network has viewers of its own. */
function loopbackIfAlone(): string[] {
  const addresses = Object.values(os.networkInterfaces()).flatMap((interfaces) => interfaces ?? []);
  return addresses.some(({ internal }) => !internal) ? [] : ['127.0.0.1'];
}

/** Each of our candidates once more under the addresses that a router forwards to it, at the same port. */
export function withAddresses(sdp: string, addresses: readonly string[]): string {
  if (addresses.length === 0) return sdp;
  const lines = sdp.split('\r\n');
  const known = new Set<string>();
  return lines
    .flatMap((line) => {
      const [, foundation, rest, port] = /^a=candidate:(\S+) (1 udp \d+) \S+ (\d+) typ host/i.exec(line) ?? [];
      const added = addresses
        .map((address, index) => `a=candidate:${foundation}p${index} ${rest} ${address} ${port} typ host`)
        .filter((candidate) => port !== undefined && !known.has(candidate));
      for (const candidate of added) known.add(candidate);
      return [line, ...added];
    })
    .join('\r\n');
}

/**
 * Says what the picture's RTP times mean: counted from the Unix epoch by the recorder's own clock, plus an offset
 * (RFC 7273, sections 4.4 and 5.2). A viewer tells by that how old a picture is.
 */
export const withClock = (sdp: string, videoOffset: number): string =>
  sdp.replace(
    /^m=video .*\r\n(?:c=.*\r\n)?/m,
    (media) => `${media}a=ts-refclk:local\r\na=mediaclk:direct=${videoOffset}\r\n`,
  );
