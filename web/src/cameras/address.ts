import { type SourceScheme, schemeOf } from '@nightjar/contract';

/** An address as people paste it: without the scheme, with spaces around, with user name and password in it. */
export function readAddress(text: string): { url: string; username?: string; password?: string } {
  const trimmed = text.trim();
  const address = trimmed === '' || /^[a-z0-9]+:\/\//i.test(trimmed) ? trimmed : `rtsp://${trimmed}`;
  const match = /^([a-z0-9]+:\/\/)([^/?#]*)@([^/?#]*)(.*)$/i.exec(address);
  if (!match) return { url: address };
  const [, scheme = '', userInfo = '', host = '', rest = ''] = match;
  const colon = userInfo.indexOf(':');
  const url = `${scheme}${host}${rest}`;
  if (colon < 0) return { url, username: decoded(userInfo) };
  return { url, username: decoded(userInfo.slice(0, colon)), password: decoded(userInfo.slice(colon + 1)) };
}

/** What an address is for, as far as the form cares; null for what is none. */
export type AddressKind = 'rtsp' | 'rtsps' | 'web' | 'rtmp' | 'srt' | 'sent' | 'file' | 'device';

const kindOf: Record<SourceScheme, AddressKind> = {
  rtsp: 'rtsp',
  rtsps: 'rtsps',
  http: 'web',
  https: 'web',
  rtmp: 'rtmp',
  rtmps: 'rtmp',
  srt: 'srt',
  udp: 'sent',
  rtp: 'sent',
  file: 'file',
  v4l2: 'device',
};

/** How those look that name no host. */
const others: Partial<Record<AddressKind, { pattern: RegExp; example: string }>> = {
  srt: { pattern: /^srt:\/\/[^\s/?]*:\d+([/?]\S*)?$/i, example: 'srt://192.168.1.23:9000' },
  sent: { pattern: /^(udp|rtp):\/\/[^\s/?]*:\d+([/?]\S*)?$/i, example: 'udp://239.0.0.1:5000' },
  file: { pattern: /^file:\/\/\/\S+$/i, example: 'file:///media/clip.mp4' },
  device: { pattern: /^v4l2:\/\/\/dev\/\S+$/i, example: 'v4l2:///dev/video0' },
};

export function addressKind(text: string): AddressKind | null {
  const scheme = schemeOf(readAddress(text).url);
  return scheme && kindOf[scheme];
}

export const isAddress = (text: string): boolean => text.trim() !== '' && addressProblem(text) === null;

/** What to say of an address that is none; null where it can be one. */
export function addressProblem(text: string): string | null {
  const { url } = readAddress(text);
  const kind = addressKind(text);
  if (!kind) return 'An address looks like rtsp://192.168.1.20:554/stream1. Other kinds: see below.';
  const { pattern, example } = others[kind] ?? {
    pattern: /^[a-z]+:\/\/[^\s/]+\S*$/i,
    example: `${schemeOf(url)}://192.168.1.20/stream1`,
  };
  return pattern.test(url) ? null : `An address of this kind looks like ${example}`;
}

/** Percent-decoded; as it stands when it is not percent-encoded after all (`100%safe`). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
