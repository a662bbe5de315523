import net from 'node:net';

/** Where viewers over WebRTC meet the recorder, and who helps to find a way there. */
export interface WebRtcConfig {
  /** Addresses under which the recorder is reached from outside, beside its own. */
  publicAddresses: string[];
  /** UDP ports to use, both included; null: any. */
  ports: [from: number, to: number] | null;
  /** STUN and TURN, as RTCPeerConnection takes them; for the recorder and the browsers alike. */
  servers: { urls: string; username?: string; credential?: string }[];
  maxSessions: number;
}

/** `none`, or addresses separated by commas. */
export function readAddresses(text: string): string[] | undefined {
  const addresses = listOf(text);
  return addresses.every((address) => net.isIP(address) !== 0) ? addresses : undefined;
}

/** `any`, or two ports with a hyphen between. */
export function readPorts(text: string): [number, number] | 'any' | undefined {
  if (text === 'any') return 'any';
  const [, from = 0, to = 0] = /^(\d{1,5})-(\d{1,5})$/.exec(text)?.map(Number) ?? [];
  return from >= 1 && to <= 65_535 && from < to ? [from, to] : undefined;
}

/** `none`, or addresses such as `stun:host:3478` and `turn:host:3478?transport=udp`, separated by commas. */
export function readIceUrls(text: string): string[] | undefined {
  const urls = listOf(text);
  const valid = /^(stun|turn|turns):(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/i;
  return urls.every((url) => valid.test(url)) ? urls : undefined;
}

const listOf = (text: string): string[] => (text === 'none' ? [] : text.split(',').map((part) => part.trim()));

/** The account holds for the TURN servers; STUN needs none. */
export function iceServers(
  urls: readonly string[],
  username: string | undefined,
  credential: string | undefined,
): WebRtcConfig['servers'] {
  return urls.map((url) => ({
    urls: url,
    ...(url.toLowerCase().startsWith('turn') && username && credential && { username, credential }),
  }));
}
