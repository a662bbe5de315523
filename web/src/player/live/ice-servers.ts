/**
 * The STUN and TURN servers that the recorder names in its `Link` header (RFC 8288), as RFC 9725 section 4.6 has it:
 * `<turn:example.org>; rel="ice-server"; username="a"; credential="b"`.
 */
export function iceServersOf(link: string | null): RTCIceServer[] {
  const servers: RTCIceServer[] = [];
  for (const [, urls = '', parameters = ''] of (link ?? '').matchAll(
    /<([^>]*)>((?:\s*;\s*[\w-]+="(?:[^"\\]|\\.)*")*)/g,
  )) {
    const named = [...parameters.matchAll(/([\w-]+)="((?:[^"\\]|\\.)*)"/g)];
    const { rel, username, credential } = Object.fromEntries(
      named.map(([, name = '', value = '']) => [name, value.replace(/\\(.)/g, '$1')]),
    );
    if (rel !== 'ice-server') continue;
    servers.push(username !== undefined && credential !== undefined ? { urls, username, credential } : { urls });
  }
  return servers;
}
