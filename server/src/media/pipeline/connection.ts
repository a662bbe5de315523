import { type SourceInput, schemeOf, type Transport } from '@nightjar/contract';
import type { NvrError } from '../../shared/errors.ts';

/** How a camera is connected to. */
export interface Connection {
  transport: 'tcp' | 'udp';
  /**
   * Keep the connection on which it was asked what it offers until frames come. Servers that make their stream on demand
   * take it down when the last client leaves, and refuse the next one meanwhile (gst-rtsp-server: 503). Cameras that
   * serve one client only want it closed first.
   */
  keepDescribe: boolean;
}

const transportsOf = (transport: Transport): ReadonlyArray<'tcp' | 'udp'> =>
  transport === 'auto' ? ['tcp', 'udp'] : [transport];

/** Over which transports a source is tried; null where there are no others to try. */
export function transportFor({ url, transport = 'auto' }: SourceInput): Transport | null {
  const scheme = schemeOf(url);
  if (scheme === 'rtsp') return transport;
  // With TLS it is TCP.
  return scheme === 'rtsps' ? 'tcp' : null;
}

/** The first to try. */
export const firstConnection = (transport: Transport | null): Connection => ({
  transport: transportsOf(transport ?? 'tcp')[0] ?? 'tcp',
  keepDescribe: true,
});

/**
 * The next to try after one that brought no frame although the camera had said what it offers; null when all were tried.
 * Silence, and a refusal of the transport, say that the transport is at fault; where something came, nothing of it is.
 */
export function nextConnection(transport: Transport | null, failed: Connection, failure: NvrError): Connection | null {
  if (transport === null) return null;
  if (failure.code === 'camera_no_video' || failure.code === 'camera_no_keyframe') return null;
  const transportAtFault = failure.code === 'camera_transport_refused' || failure.code === 'camera_timeout';
  if (failed.keepDescribe && !transportAtFault) return { ...failed, keepDescribe: false };
  const transports = transportsOf(transport);
  const next = transports[transports.indexOf(failed.transport) + 1];
  return next ? { transport: next, keepDescribe: true } : null;
}
