/** How an address of a source may begin, lower case. */
export const sourceSchemes = [
  'rtsp',
  'rtsps',
  'http',
  'https',
  'rtmp',
  'rtmps',
  'srt',
  'udp',
  'rtp',
  'file',
  'v4l2',
] as const;
export type SourceScheme = (typeof sourceSchemes)[number];

/** Of an address; null where it is none of a source. */
export function schemeOf(address: string): SourceScheme | null {
  const [, scheme = ''] = /^([a-z0-9]+):\/\//i.exec(address) ?? [];
  return sourceSchemes.find((known) => known === scheme.toLowerCase()) ?? null;
}

/** Whether an address is of a kind for which RTP may travel over TCP or UDP: only there `transport` matters. */
export const hasTransport = (address: string): boolean => schemeOf(address) === 'rtsp';

const eitherCase = (scheme: string) => scheme.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** JSON Schema patterns know no flags. */
export const sourceUrlPattern = `^(${sourceSchemes.map(eitherCase).join('|')})://\\S+$`;

/** How media really comes: `tcp` and `udp` are RTP's, and `udp` a transport stream's; the others say it themselves. */
export const receivedOver = ['tcp', 'udp', 'http', 'hls', 'rtmp', 'srt', 'file', 'device'] as const;
export type ReceivedOver = (typeof receivedOver)[number];

/** What is said of an address that begins otherwise. */
export const sourceUrlMustBe = `must be an address that begins with one of ${sourceSchemes.map((scheme) => `${scheme}://`).join(', ')}`;
