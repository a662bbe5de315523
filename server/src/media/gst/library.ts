import { gstErrorFrom } from './errors.ts';
import { c, type OutPointer } from './ffi.ts';
import { checkLayout } from './layout.ts';

let ready = false;

/**
 * Loads GStreamer's plugin registry (a first start scans all plugins: seconds) and checks the struct layout.
 * Idempotent; every other call of this folder needs it first.
 * @throws {GstError} when GStreamer cannot start.
 */
export function initGst(): void {
  if (ready) return;
  const error: OutPointer = [null];
  if (!c.initCheck(null, null, error)) throw error[0] === null ? new Error('gst_init failed') : gstErrorFrom(error[0]);
  checkLayout();
  ready = true;
}

/** `GStreamer 1.22.0` */
export function gstVersion(): string {
  initGst();
  return c.versionString();
}

/** Is there a plugin with this element factory, e.g. `x264enc`? It may still fail to start, e.g. without its hardware. */
export function elementExists(factory: string): boolean {
  initGst();
  const found = c.factoryFind(factory);
  if (found !== null) c.objectUnref(found);
  return found !== null;
}

/** GST_DEBUG syntax, e.g. `2,rtspsrc:5`; replaces all levels set before. Output goes to stderr. */
export function setDebug(level: string): void {
  initGst();
  c.debugThreshold(level, 1);
}
