/**
 * A string for `gst_util_set_object_arg`, which takes it as it is unless it begins with a quote; then it unescapes it
 * (`gst_string_unwrap`: any byte as three octal digits).
 */
export function quoted(text: string): string {
  if (!text.startsWith('"')) return text;
  const octal = [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`);
  return `"${octal.join('')}"`;
}
