import { ApiFailure, apiFailureOf } from './client.ts';

/** A WebRTC session at the recorder (RFC 9725). */
export interface WhepSession {
  /** The recorder's SDP. */
  answer: string;
  /** The header with the STUN and TURN servers to use; null without. */
  link: string | null;
  /** Ends it at the recorder; works also from a page that is being left. */
  leave(): void;
}

/** Offers a session. @throws {ApiFailure}; aborting rejects with the signal's reason, or leaves what was begun. */
export async function offerWhep(url: string, offer: string, signal: AbortSignal): Promise<WhepSession> {
  let response: Response;
  try {
    const headers = { 'content-type': 'application/sdp', accept: 'application/sdp, application/json' };
    response = await fetch(url, { method: 'POST', headers, body: offer });
  } catch {
    signal.throwIfAborted();
    throw new ApiFailure('offline', 'The recorder does not answer.');
  }
  if (!response.ok) throw await apiFailureOf(response);
  const location = response.headers.get('location');
  const session = location && new URL(location, response.url).href;
  let left = false;
  const leave = () => {
    if (left || !session) return;
    left = true;
    // Nobody is left to hear of a failure; the recorder notices by itself, later.
    fetch(session, { method: 'DELETE', keepalive: true }).catch(() => {});
  };
  // Not aborted by the signal: what the recorder has begun meanwhile could not be ended without its address.
  if (signal.aborted) leave();
  signal.throwIfAborted();
  return { answer: await response.text(), link: response.headers.get('link'), leave };
}
