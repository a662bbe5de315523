import koffi from 'koffi';
import { c, type Nullable, type Pointer } from './ffi.ts';

/** A link to a pad that its element adds later, e.g. rtspsrc when a stream's first packet comes. */
interface LateLink {
  /** Name of the element that will add a pad. */
  source: string;
  /** Name of the capsfilter that takes it. */
  target: string;
}

/**
 * Takes the links `name. ! application/x-rtp,… ! …` out of a pipeline description; what follows begins with a capsfilter instead.
 *
 * gst_parse_launch would make them itself, but from whatever thread adds a pad: when the pads for picture and sound
 * come at the same moment, both threads make the same link and free it twice (GStreamer 1.22: once in some 200 connections on a
 * busy machine, GLib criticals or a crash).
 */
export function takeLateLinks(description: string): { text: string; links: LateLink[] } {
  const links: LateLink[] = [];
  const text = description.replace(
    /(^|\s)([\w-]+)\.\s+!\s+(application\/x-rtp[^!"]*?)\s*!/g,
    (_, before, source, caps) => {
      const target = `late-link-${links.length}`;
      links.push({ source, target });
      return `${before}capsfilter name=${target} caps="${caps}" !`;
    },
  );
  return { text, links };
}

const PadAdded = koffi.proto('void PadAdded(void *element, void *pad, void *data)');
const PAD_LINK_OK = 0;

type OnPad = (pad: Pointer) => void;

const listeners = new Map<bigint, OnPad>();
let lastId = 0n;

// Called on GStreamer's threads: koffi hands the call to this thread and holds the other until we are done. For good, since a
// pipeline may still add a pad while it is taken down.
const padAdded = koffi.register((_element: Pointer, pad: Nullable, id: Nullable) => {
  if (pad !== null && id !== null) listeners.get(id)?.(pad);
}, koffi.pointer(PadAdded));

/**
 * Links each pad that comes with the first open link of `links` whose caps fit. No synchronous call may wait for GStreamer's threads
 * while the pipeline starts: they may be waiting for this one. Returns what ends it.
 */
export function makeLateLinks(pipeline: Pointer, links: LateLink[]): () => void {
  const ids = [...new Set(links.map(({ source }) => source))].map((name) => {
    const id = ++lastId;
    const open = new Set(links.filter(({ source }) => source === name).map(({ target }) => target));
    listeners.set(id, (pad) => {
      for (const target of open) if (linkTo(pipeline, target, pad)) return void open.delete(target);
    });
    withElement(pipeline, name, (element) => c.signalConnect(element, 'pad-added', padAdded, id, null, 0));
    return id;
  });
  return () => {
    for (const id of ids) listeners.delete(id);
  };
}

const linkTo = (pipeline: Pointer, target: string, pad: Pointer): boolean =>
  withElement(pipeline, target, (element) => {
    const sink = c.staticPad(element, 'sink');
    if (sink === null) return false;
    const linked = c.padLink(pad, sink) === PAD_LINK_OK;
    c.objectUnref(sink);
    return linked;
  });

function withElement<T>(pipeline: Pointer, name: string, use: (element: Pointer) => T): T {
  const element = c.binGetByName(pipeline, name);
  if (element === null) throw new Error(`the pipeline has no element ${name}`);
  try {
    return use(element);
  } finally {
    c.objectUnref(element);
  }
}
