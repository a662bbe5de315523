/** An address as people paste it: without the scheme, with spaces around, with user name and password in it. */
export function readAddress(text: string): { url: string; username?: string; password?: string } {
  const trimmed = text.trim();
  const address = trimmed === '' || /^[a-z]+:\/\//i.test(trimmed) ? trimmed : `rtsp://${trimmed}`;
  const match = /^([a-z]+:\/\/)([^/?#]*)@([^/?#]*)(.*)$/i.exec(address);
  if (!match) return { url: address };
  const [, scheme = '', userInfo = '', host = '', rest = ''] = match;
  const colon = userInfo.indexOf(':');
  const url = `${scheme}${host}${rest}`;
  if (colon < 0) return { url, username: decoded(userInfo) };
  return { url, username: decoded(userInfo.slice(0, colon)), password: decoded(userInfo.slice(colon + 1)) };
}

export const isAddress = (text: string): boolean => /^rtsp:\/\/[^\s/]+\S*$/i.test(readAddress(text).url);

/** Percent-decoded; as it stands when it is not percent-encoded after all (`100%safe`). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
