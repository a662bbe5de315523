export interface Caps {
  /** Media type, e.g. `video/x-h264`. */
  name: string;
  /** Integers and floats as numbers, buffers as bytes, everything else (fractions, booleans, ranges, lists) as its text. */
  fields: Record<string, string | number | Buffer>;
}

const numeric = new Set(['int', 'uint', 'int64', 'uint64', 'gint64', 'guint64', 'float', 'double']);

/**
 * Reads serialised caps (`gst_caps_to_string`); of several structures the first.
 * @throws when the text is not caps with a media type (`ANY`, `EMPTY`).
 */
export function parseCaps(caps: string): Caps {
  const head = /^\s*([A-Za-z][\w\-+:/.]*)\s*(?:\([^)]*\))?\s*/.exec(caps);
  const name = head?.[1];
  if (head === null || name === undefined || name === 'ANY' || name === 'EMPTY') throw new Error(`not caps: ${caps}`);
  const fields: Caps['fields'] = {};
  const field =
    /,\s*([A-Za-z][\w\-.:+/]*)\s*=\s*(?:\(([\w\-: ]+)\)\s*)?("(?:[^"\\]|\\.)*"|\[[^\]]*\]|\{[^}]*\}|<[^>]*>|[^,;]*)\s*/y;
  field.lastIndex = head[0].length;
  for (let match = field.exec(caps); match !== null; match = field.exec(caps)) {
    const [, key = '', type = '', text = ''] = match;
    fields[key] = toValue(type.trim(), text.trim());
  }
  return { name, fields };
}

function toValue(type: string, text: string): string | number | Buffer {
  if (/^[[{<]/.test(text)) return text;
  if (type === 'buffer') return Buffer.from(text, 'hex');
  if (numeric.has(type)) return Number(text);
  return text.startsWith('"') ? unquote(text) : text;
}

/** gst_string_wrap: backslash before a character, or before three octal digits of a byte. */
function unquote(text: string): string {
  const bytes = text
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, escaped: string) =>
      escaped.length === 3 ? String.fromCharCode(Number.parseInt(escaped, 8)) : escaped,
    );
  return /[\u0080-\u00ff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}
