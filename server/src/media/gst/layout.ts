import { c, int32At, type Pointer, pointerAt, textAt, uint32At } from './ffi.ts';

/**
 * Byte offsets of the struct fields we touch: 64-bit little-endian Linux. All these structs are in GStreamer's and GLib's
 * public headers, and their layout is frozen through 1.x and 2.x. `checkLayout` compares what can be compared at start.
 */
export const layout = {
  /** GstMiniObject, the head of GstBuffer, GstMessage, GstSample, GstCaps. */
  miniObject: { refCount: 8, flags: 16, size: 64 },
  message: { type: 64, source: 80 },
  buffer: { pts: 72, dts: 80, duration: 88, headSize: 96 },
  segment: { rate: 8, format: 24, base: 32, offset: 40, start: 48, headSize: 56 },
  referenceTimestampMeta: { reference: 16, timestamp: 24 },
  error: { domain: 0, code: 4, message: 8 },
  value: { type: 0, data: 8, size: 24 },
  /** GTypeInstance: first word of any GObject; its class starts with the GType. */
  object: { class: 0 },
  list: { data: 0, next: 8 },
} as const;

/** GstFormat */
export const FORMAT_TIME = 3;
export const BUFFER_DISCONT = 1 << 6;
export const BUFFER_HEADER = 1 << 10;
export const BUFFER_MARKER = 1 << 9;
export const BUFFER_DELTA_UNIT = 1 << 13;

export const messageTypes = {
  eos: 1 << 0,
  error: 1 << 1,
  warning: 1 << 2,
  info: 1 << 3,
  'clock-lost': 1 << 10,
  element: 1 << 15,
  latency: 1 << 19,
  'async-done': 1 << 21,
  progress: 1 << 25,
} as const;

/** GType of an object or 0n for none. */
export function typeOf(object: Pointer): bigint {
  const objectClass = pointerAt(object + BigInt(layout.object.class));
  return objectClass === null ? 0n : (pointerAt(objectClass) ?? 0n);
}

interface PlainError {
  domain: string;
  code: number;
  message: string;
}

/** Reads a GError and releases it. */
export function takeError(error: Pointer): PlainError {
  const at = layout.error;
  const plain = {
    domain: c.quarkToString(uint32At(error + BigInt(at.domain))) ?? '',
    code: int32At(error + BigInt(at.code)),
    message: textAt(pointerAt(error + BigInt(at.message))),
  };
  c.errorFree(error);
  return plain;
}

/** Fails on a platform or library whose structs are not those of `layout`, instead of corrupting memory later. */
export function checkLayout(): void {
  const check = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`unsupported platform or GStreamer build: ${what} is not where expected`);
  };
  check(
    new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 && process.arch.endsWith('64'),
    '64-bit little-endian data',
  );
  for (const [name, type] of Object.entries(messageTypes))
    check(c.messageTypeName(type) === name, `message type ${name}`);
  checkBuffer(check);
  const message = c.messageNewEos(null);
  check(uint32At(message + BigInt(layout.message.type)) === messageTypes.eos, 'GstMessage.type');
  check(pointerAt(message + BigInt(layout.message.source)) === null, 'GstMessage.src');
  c.miniUnref(message);
}

function checkBuffer(check: (holds: boolean, what: string) => void): void {
  const none = 2n ** 64n - 1n;
  const buffer = c.bufferNew();
  const reference = c.capsFromString('timestamp/x-ntp');
  if (reference === null) throw new Error('GStreamer could not parse caps');
  for (const field of ['pts', 'dts', 'duration'] as const) {
    check(pointerAt(buffer + BigInt(layout.buffer[field])) === none, `GstBuffer.${field}`);
  }
  check(pointerAt(buffer + BigInt(layout.buffer.pts - 8)) === null, 'GstBuffer.pool');
  check(int32At(buffer + BigInt(layout.miniObject.refCount)) === 1, 'GstMiniObject.refcount');
  c.bufferSetFlags(buffer, BUFFER_DELTA_UNIT | BUFFER_DISCONT);
  const flags = uint32At(buffer + BigInt(layout.miniObject.flags));
  check((flags & BUFFER_DELTA_UNIT) !== 0 && (flags & BUFFER_DISCONT) !== 0, 'GstMiniObject.flags');
  const meta = c.addReferenceTimestamp(buffer, reference, 123_456_789_012n, none);
  const at = layout.referenceTimestampMeta;
  check(meta !== null && pointerAt(meta + BigInt(at.reference)) === reference, 'GstReferenceTimestampMeta.reference');
  check(
    meta !== null && pointerAt(meta + BigInt(at.timestamp)) === 123_456_789_012n,
    'GstReferenceTimestampMeta.timestamp',
  );
  c.miniUnref(buffer);
  c.miniUnref(reference);
}
