import type { SubstreamDto, Transport } from '@nightjar/contract';
import { type Credentials, splitSourceUrl } from './source-url.ts';

/** Holds passwords: answer and log a `SourceDto` instead. The URL is without credentials. */
export type Source = { url: string; transport: Transport } & Credentials;

/** A camera's second stream. Without credentials of its own it has those of the first, where that is safe. */
export type Substream = Source & Pick<SubstreamDto, 'record' | 'connect'>;

/** What the substream is connected to. The first stream's password goes to the host and port it was given for, and to no other. */
export function substreamSource(main: Source, substream: Substream): Source {
  const { url, transport, username, password } = substream;
  const hasOwn = username !== undefined || password !== undefined || !isSamePlace(main.url, url);
  return { url, transport, ...credentialsOf(hasOwn ? substream : main) };
}

/** The first of these sources whose password may be sent to an address. */
export function storedCredentials(sources: readonly Source[], address: string): Credentials {
  const { url } = splitSourceUrl(address);
  const source = sources.find((each) => each.password !== undefined && isSamePlace(each.url, url));
  return source ? credentialsOf(source) : {};
}

const credentialsOf = ({ username, password }: Credentials): Credentials => ({
  ...(username !== undefined && { username }),
  ...(password !== undefined && { password }),
});

const defaultPorts: Record<string, string> = { 'rtsp:': '554', 'rtsps:': '322', 'http:': '80', 'https:': '443' };

function isSamePlace(a: string, b: string): boolean {
  const [one, other] = [placeOf(a), placeOf(b)];
  return one !== null && one === other;
}

/** Host and port; null for an address that has none. */
function placeOf(url: string): string | null {
  const parsed = URL.parse(url);
  if (!parsed?.hostname) return null;
  return `${parsed.hostname.toLowerCase()} ${parsed.port || (defaultPorts[parsed.protocol] ?? parsed.protocol)}`;
}
