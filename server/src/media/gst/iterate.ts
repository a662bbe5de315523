import { c, type Pointer } from './ffi.ts';
import { layout } from './layout.ts';

/** GstIteratorResult */
const OK = 1;
const RESYNC = 2;
/** A bin that changes each time it is looked at is looked at no more. */
const maxTries = 5;

/** What `read` gives for each element that the factory made (null: any), in `bin` and all bins in it. */
export function elementsOf<T>(bin: Pointer, factory: string | null, read: (element: Pointer) => T): T[] {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const found = elementsAtOnce(bin, factory, read);
    if (found !== null) return found;
  }
  return [];
}

/** null when the bin changed meanwhile. */
function elementsAtOnce<T>(bin: Pointer, factory: string | null, read: (element: Pointer) => T): T[] | null {
  const found: T[] = [];
  const value = new Uint8Array(layout.value.size);
  const view = new DataView(value.buffer);
  const iterator = factory === null ? c.binIterateRecurse(bin) : c.binIterateFactory(bin, factory);
  try {
    for (;;) {
      const result = c.iteratorNext(iterator, value);
      if (result === RESYNC) return null;
      if (result !== OK) return found;
      try {
        found.push(read(view.getBigUint64(layout.value.data, true)));
      } finally {
        c.valueUnset(value);
      }
    }
  } finally {
    c.iteratorFree(iterator);
  }
}
