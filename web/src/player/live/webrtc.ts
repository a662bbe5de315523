import { ApiFailure } from '../../api/client.ts';
import { liveUrl } from '../../api/media-urls.ts';
import { offerWhep, type WhepSession } from '../../api/whep.ts';
import { iceServersOf } from './ice-servers.ts';
import { ReceiverDelay, videoOffsetOf } from './receiver-delay.ts';
import type { LiveTransport, TransportOptions } from './transport.ts';

const connectWithinMs = 2_500;
/** A connection that does not hear from the recorder may still come back; for so long. */
const silentMs = 2_000;
const measureEveryMs = 500;

/** WebRTC by WHEP (RFC 9725): each frame as it comes, shown without waiting. */
export function openWebRtc(options: TransportOptions): LiveTransport {
  return new WhepTransport(options);
}

class WhepTransport implements LiveTransport {
  readonly #options: TransportOptions;
  readonly #connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  readonly #stop = new AbortController();
  readonly #delay = new ReceiverDelay();
  readonly #measuring: number;
  #session: WhepSession | null = null;
  #deadline: number | undefined;
  #receivedBytes: number | null = null;

  constructor(options: TransportOptions) {
    this.#options = options;
    const connection = this.#connection;
    const media = new MediaStream();
    connection.ontrack = ({ track, receiver }) => {
      showAtOnce(receiver);
      media.addTrack(track);
      options.video.srcObject = media;
      options.onReady();
    };
    connection.onconnectionstatechange = () => this.#onState(connection.connectionState);
    this.#measuring = window.setInterval(() => void this.#measure(), measureEveryMs);
    window.addEventListener('pagehide', this.#leave);
    this.#connect().catch((error: unknown) => {
      if (error instanceof ApiFailure) this.#fail(error.code, error.message);
      else this.#fail('media', error instanceof Error ? error.message : 'WebRTC did not work.');
    });
  }

  latencyMs(): number | null {
    return this.#delay.latencyMs;
  }

  receivedBytes(): number | null {
    return this.#receivedBytes;
  }

  destroy(): void {
    this.#stop.abort();
    window.clearInterval(this.#measuring);
    window.clearTimeout(this.#deadline);
    window.removeEventListener('pagehide', this.#leave);
    this.#connection.close();
    this.#options.video.srcObject = null;
    this.#leave();
  }

  async #connect(): Promise<void> {
    const connection = this.#connection;
    const { signal } = this.#stop;
    connection.addTransceiver('video', { direction: 'recvonly' });
    if (this.#options.withSound) connection.addTransceiver('audio', { direction: 'recvonly' });
    // Before any candidate is known: the recorder's own are in its answer, and ours it learns from the first packet.
    const offer = await connection.createOffer();
    this.#session = await offerWhep(liveUrl(this.#options.source, 'whep'), offer.sdp ?? '', signal);
    if (signal.aborted) return this.#leave();
    const { answer, link } = this.#session;
    this.#delay.onAnswer(videoOffsetOf(answer));
    const iceServers = iceServersOf(link);
    if (iceServers.length > 0) connection.setConfiguration({ iceServers });
    await connection.setLocalDescription(offer);
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    // The recorder tells when it ends a session; the connection's own state would take some seconds.
    const transport = connection.getReceivers()[0]?.transport;
    transport?.addEventListener('statechange', () => {
      if (transport.state === 'closed') this.#fail('offline', 'The recorder ended the WebRTC connection.');
    });
    this.#deadline = window.setTimeout(() => {
      this.#fail('no_path', 'No WebRTC connection came about. UDP may be closed on the way.');
    }, connectWithinMs);
  }

  #onState(state: RTCPeerConnectionState): void {
    const broken = () => this.#fail('offline', 'The WebRTC connection broke.');
    if (state === 'connected') window.clearTimeout(this.#deadline);
    else if (state === 'failed') broken();
    else if (state === 'disconnected') this.#deadline = window.setTimeout(broken, silentMs);
  }

  async #measure(): Promise<void> {
    this.#options.video.requestVideoFrameCallback?.((_, { rtpTimestamp, expectedDisplayTime }) => {
      if (rtpTimestamp === undefined) return;
      this.#delay.onFrame(rtpTimestamp, this.#options.clock.nowMs + expectedDisplayTime - performance.now());
    });
    const stats = await this.#connection.getStats();
    for (const entry of stats.values()) {
      const { type, kind } = entry as { type: string; kind?: string };
      if (type === 'inbound-rtp' && kind === 'video') {
        this.#delay.onStatistics(entry as RTCInboundRtpStreamStats);
      } else if (type === 'candidate-pair' && (entry as RTCIceCandidatePairStats).nominated) {
        this.#delay.onPath((entry as RTCIceCandidatePairStats).currentRoundTripTime);
      } else if (type === 'transport') {
        this.#receivedBytes = (entry as RTCTransportStats).bytesReceived ?? null;
      }
    }
  }

  /** Also from a page that is being left: the recorder would send on for a while. */
  readonly #leave = (): void => this.#session?.leave();

  #fail(code: Parameters<TransportOptions['onFailure']>[0]['code'], message: string): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#options.onFailure({ code, message });
  }
}

/** No waiting for smoothness: a frame that comes late is shown late, and the next ones are young again. */
function showAtOnce(receiver: RTCRtpReceiver & { playoutDelayHint?: number }): void {
  if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
  else if ('playoutDelayHint' in receiver) (receiver as { playoutDelayHint: number }).playoutDelayHint = 0;
}
