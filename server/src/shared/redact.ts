/** Stretches in which a URL can be: without white space or quotes, but with those that JSON escapes. */
const stretches = /[^\s"\\]+(?:\\.[^\s"\\]*)*/g;
const parameters = /\b((?:password|passphrase|passwd|pwd|pass|secret|token|streamid)=)[^\s"\\&]*(?:\\.[^\s"\\&]*)*/gi;
const fields = /("(?:password|authorization|cookie)":)"[^"\\]*(?:\\.[^"\\]*)*"/gi;

/**
 * Replaces the user name and password of every URL in a text, and `password=…` parameters (SRT's `streamid` often holds one), by `***`.
 * When in doubt (an unescaped `@` or `/` in a password) it removes too much rather than too little.
 */
export function redactUrl(text: string): string {
  return text.replace(stretches, withoutUserInfo).replace(parameters, '$1***');
}

/** The same for a line of JSON, in which `"password":"…"` is hidden as well, at any depth. */
export function redactJson(line: string): string {
  return redactUrl(line.replace(fields, '$1"***"'));
}

function withoutUserInfo(stretch: string): string {
  const start = stretch.indexOf('://');
  const end = stretch.lastIndexOf('@');
  return start < 0 || end < start ? stretch : `${stretch.slice(0, start)}://***${stretch.slice(end)}`;
}
