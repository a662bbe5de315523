import { c, type Pointer, pointerAt, textAt } from './ffi.ts';
import { layout } from './layout.ts';

/** Fundamental GTypes (gobject/gtype.h): number << 2. */
const TYPE = {
  boolean: 20,
  int: 24,
  uint: 28,
  long: 32,
  ulong: 36,
  int64: 40,
  uint64: 44,
  enum: 48,
  flags: 52,
  float: 56,
  double: 60,
  string: 64,
  boxed: 72,
};

/**
 * Sets a property from its text form (enum nicks, fractions, caps, booleans), as in a pipeline description.
 * @throws when the object has no such property. A value that does not parse leaves the property as it was.
 */
export function setProperty(object: Pointer, property: string, value: string | number | boolean): void {
  requireProperty(object, property);
  c.setObjectArg(object, property, String(value));
}

/** Strings; '' for NULL. */
export function getStringProperty(object: Pointer, property: string): string {
  return withValue(object, property, (fundamental, data) => {
    if (fundamental !== TYPE.string) throw new Error(`property ${property} is not a string`);
    return textAt(dataPointer(data));
  });
}

/** Integers, floats, enums, flags and booleans (0, 1). 64-bit values above 2^53 are rounded. */
export function getNumberProperty(object: Pointer, property: string): number {
  return withValue(object, property, (fundamental, data) => {
    switch (fundamental) {
      case TYPE.boolean:
      case TYPE.int:
      case TYPE.enum:
        return data.getInt32(0, true);
      case TYPE.uint:
      case TYPE.flags:
        return data.getUint32(0, true);
      case TYPE.long:
      case TYPE.int64:
        return Number(data.getBigInt64(0, true));
      case TYPE.ulong:
      case TYPE.uint64:
        return Number(data.getBigUint64(0, true));
      case TYPE.float:
        return data.getFloat32(0, true);
      case TYPE.double:
        return data.getFloat64(0, true);
      default:
        throw new Error(`property ${property} is not a number`);
    }
  });
}

/** A GstStructure in its text form, e.g. rtpjitterbuffer's `stats`; '' for NULL. */
export function getStructureProperty(object: Pointer, property: string): string {
  return withValue(object, property, (fundamental, data) => {
    if (fundamental !== TYPE.boxed) throw new Error(`property ${property} is not a structure`);
    const structure = dataPointer(data);
    return structure === null ? '' : c.structureToString(structure);
  });
}

function withValue<T>(object: Pointer, property: string, use: (fundamental: number, data: DataView) => T): T {
  requireProperty(object, property);
  const value = new Uint8Array(layout.value.size);
  c.getProperty(object, property, value);
  try {
    const view = new DataView(value.buffer);
    const fundamental = Number(c.typeFundamental(view.getBigUint64(layout.value.type, true)));
    return use(fundamental, new DataView(value.buffer, layout.value.data));
  } finally {
    c.valueUnset(value);
  }
}

const dataPointer = (data: DataView): Pointer | null => data.getBigUint64(0, true) || null;

export function hasProperty(object: Pointer, property: string): boolean {
  const objectClass = pointerAt(object + BigInt(layout.object.class));
  return c.findProperty(objectClass, property) !== null;
}

function requireProperty(object: Pointer, property: string): void {
  if (!hasProperty(object, property)) throw new Error(`${c.objectName(object)} has no property ${property}`);
}
