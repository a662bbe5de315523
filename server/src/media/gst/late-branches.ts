import koffi from 'koffi';
import { gstErrorFrom } from './errors.ts';
import { c, type Nullable, type OutPointer, type Pointer } from './ffi.ts';

/**
 * What is to take the media of a pad with these caps (serialised): a description whose first element has a free sink pad,
 * or null to leave the pad alone.
 */
export type BranchFor = (caps: string) => string | null;

const PadAdded = koffi.proto('void BranchPadAdded(void *element, void *pad, void *data)');
const PARSE_FATAL_ERRORS = 1;
const PAD_LINK_OK = 0;

const listeners = new Map<bigint, (pad: Pointer) => void>();
let lastId = 0n;

// As in `late-links.ts`: called on GStreamer's threads, which wait meanwhile, and registered for good.
const padAdded = koffi.register((_element: Pointer, pad: Nullable, id: Nullable) => {
  if (pad !== null && id !== null) listeners.get(id)?.(pad);
}, koffi.pointer(PadAdded));

/**
 * Lengthens the pipeline by a branch for each pad that `element` adds, such as a demuxer that has found out what there is.
 * A branch that cannot be made is told to `onError`. Returns what ends it.
 *
 * The thread that adds the pad waits, so that no data comes before its branch is there. Nothing here waits for such threads.
 */
export function makeLateBranches(
  pipeline: Pointer,
  element: Pointer,
  branchFor: BranchFor,
  onError: (error: unknown) => void,
): () => void {
  const id = ++lastId;
  listeners.set(id, (pad) => {
    try {
      const description = branchFor(capsOf(pad));
      if (description !== null) addBranch(pipeline, pad, description);
    } catch (error) {
      // Thrown into C, it would be lost.
      onError(error);
    }
  });
  c.signalConnect(element, 'pad-added', padAdded, id, null, 0);
  return () => void listeners.delete(id);
}

function addBranch(pipeline: Pointer, pad: Pointer, description: string): void {
  const error: OutPointer = [null];
  const bin = c.parseBin(description, 1, null, PARSE_FATAL_ERRORS, error);
  if (error[0] !== null) {
    if (bin !== null) c.objectUnref(bin);
    throw gstErrorFrom(error[0]);
  }
  if (bin === null) throw new Error('empty branch');
  // The pipeline takes the floating reference.
  c.binAdd(pipeline, bin);
  const sink = c.staticPad(bin, 'sink');
  if (sink === null) throw new Error('a branch without a free sink pad');
  c.syncState(bin);
  const result = c.padLink(pad, sink);
  c.objectUnref(sink);
  if (result !== PAD_LINK_OK) throw new Error(`a branch that does not fit (GstPadLinkReturn ${result})`);
}

function capsOf(pad: Pointer): string {
  const caps = c.padCurrentCaps(pad) ?? c.padQueryCaps(pad, null);
  if (caps === null) return '';
  const text = c.capsToString(caps);
  c.miniUnref(caps);
  return text;
}
