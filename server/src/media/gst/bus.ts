import { redactUrl } from '../../shared/redact.ts';
import type { GstErrorFields } from './errors.ts';
import { c, type OutPointer, type Pointer, pointerAt, takeText, uint32At } from './ffi.ts';
import { layout, messageTypes, takeError } from './layout.ts';

/** `element` is the name of the element that sent the message. */
export type BusMessage =
  | ({ type: 'error' | 'warning' | 'info' } & GstErrorFields)
  | { type: 'eos'; element: string }
  /** Sent by an element about itself, or about the steps of its work; serialised GstStructure. */
  | { type: 'element' | 'progress'; element: string; structure: string }
  | { type: 'latency' | 'async-done' | 'clock-lost'; element: string };

const allTypes = Object.values(messageTypes).reduce((mask, type) => mask | type, 0);
const nameOfType = new Map(
  Object.entries(messageTypes).map(([name, type]) => [type as number, name as BusMessage['type']]),
);
const parserOf = { error: c.parseError, warning: c.parseWarning, info: c.parseInfo };

/** The oldest message, or null when there is none; never waits. */
export function popMessage(bus: Pointer): BusMessage | null {
  const message = c.busPop(bus, 0, allTypes);
  if (message === null) return null;
  try {
    return decodeMessage(message);
  } finally {
    c.miniUnref(message);
  }
}

function decodeMessage(message: Pointer): BusMessage {
  const source = pointerAt(message + BigInt(layout.message.source));
  const element = source === null ? '' : c.objectName(source);
  const type = nameOfType.get(uint32At(message + BigInt(layout.message.type)));
  switch (type) {
    case 'error':
    case 'warning':
    case 'info':
      return { type, ...decodeReport(message, type), element };
    case 'element':
    case 'progress': {
      const structure = c.messageStructure(message);
      return { type, element, structure: structure === null ? '' : redactUrl(c.structureToString(structure)) };
    }
    case 'eos':
    case 'latency':
    case 'async-done':
    case 'clock-lost':
      return { type, element };
    case undefined:
      throw new Error('the bus gave a message type that was not asked for');
  }
}

function decodeReport(message: Pointer, type: keyof typeof parserOf): Omit<GstErrorFields, 'element'> {
  const error: OutPointer = [null];
  const debug: OutPointer = [null];
  parserOf[type](message, error, debug);
  const plain = error[0] === null ? { domain: '', code: 0, message: '' } : takeError(error[0]);
  return { ...plain, message: redactUrl(plain.message), debug: redactUrl(takeText(debug[0])) };
}
