// The characters of a URL inside plain text or inside a JSON string, where a quote in it is escaped.
const urlCharacters = '(?:\\\\.|[^\\s"\\\\])*';
const userInfo = new RegExp(`([a-z][a-z0-9+.-]*://)${urlCharacters}@`, 'gi');
const secretField = /\b((?:password|passwd|pwd|pass|secret|token)=)(?:\\.|[^\s"\\&])+/gi;

/**
 * Replaces the user name and password of every URL in a text, and `password=…` parameters, by `***`.
 * When in doubt (an unescaped `@` or `/` in a password) it removes too much rather than too little.
 */
export function redactUrl(text: string): string {
  return text.replace(userInfo, '$1***@').replace(secretField, '$1***');
}
