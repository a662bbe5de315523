import { AppSink } from './app-sink.ts';
import { AppSrc } from './app-src.ts';
import { type BusMessage, popMessage } from './bus.ts';
import { GstError, gstErrorFrom } from './errors.ts';
import { c, type Nullable, type OutPointer, type Pointer } from './ffi.ts';
import { elementsOf } from './iterate.ts';
import { type BranchFor, makeLateBranches } from './late-branches.ts';
import { makeLateLinks, takeLateLinks } from './late-links.ts';
import { typeOf } from './layout.ts';
import { initGst } from './library.ts';
import { getNumberProperty, getStringProperty, getStructureProperty, hasProperty, setProperty } from './properties.ts';
import { appendControls } from './sdp-controls.ts';

/** GstState */
const STATE = { null: 1, ready: 2, paused: 3, playing: 4 } as const;
/** GstStateChangeReturn */
const RESULT = ['failure', 'success', 'async', 'no-preroll'] as const;
const PARSE_FATAL_ERRORS = 1;
const NONE = 2n ** 64n - 1n;

export type State = keyof typeof STATE;
export type StateChange = (typeof RESULT)[number];

/**
 * A GStreamer pipeline. It holds C memory, threads and sockets until `close()`.
 * After a failure build a new one: delayed links are made only once, so NULL → PLAYING does not bring a pipeline back.
 */
export class Pipeline implements AsyncDisposable {
  #pipeline: Pointer;
  #bus: Pointer;
  #closed = false;
  #started = false;
  #isPlaying = false;
  #closing: Promise<void> | null = null;
  /** State changes run on other threads, one after the other. */
  #lastChange: Promise<unknown> = Promise.resolve();
  readonly #endLateLinks: () => void;
  readonly #endLateBranches: Array<() => void> = [];
  readonly #ends: Array<AppSink | AppSrc> = [];
  #endControls = () => {};

  /**
   * @param description gst-launch syntax. Links to pads that come later are safe in the form `name. ! application/x-rtp,… !`
   * (see `takeLateLinks`).
   * @throws {GstError} domain `gst_parse_error`: code 0 syntax, 1 no such element, 2 no such property, 3 link.
   */
  constructor(description: string) {
    initGst();
    const { text, links } = takeLateLinks(description);
    this.#pipeline = parse(text);
    this.#endLateLinks = makeLateLinks(this.#pipeline, links);
    const bus = c.elementGetBus(this.#pipeline);
    if (bus === null) throw new Error('a pipeline always has a bus');
    this.#bus = bus;
  }

  /** Never blocks the event loop. `async`: still under way when this resolves (live sources: `no-preroll`). */
  setState(state: State): Promise<StateChange> {
    if (this.#closing !== null) return Promise.resolve('failure');
    this.#started = true;
    return this.#change(state).then((change) => {
      this.#isPlaying = state === 'playing' && change !== 'failure';
      return change;
    });
  }

  /** Its base time is set: before, elements that stamp buffers by the clock stamp them with the time since the machine's start. */
  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** The oldest message not yet read; null when there is none, or after `close()`. Never waits. */
  pollBus(): BusMessage | null {
    if (this.#closed) return null;
    const message = popMessage(this.#bus);
    if (message?.type === 'latency') c.binRecalculateLatency(this.#pipeline);
    return message;
  }

  /** Running time now, nanoseconds, on the scale of `Sample.ptsNs`; null before the pipeline has a clock. */
  clockTimeNs(): number | null {
    if (this.#closed) return null;
    const time = BigInt(c.runningTime(this.#pipeline));
    return time === NONE ? null : Number(time);
  }

  /**
   * The appsink becomes `async=false`: else a stream that stays silent, like the sound of some cameras, would keep the
   * pipeline from playing and with it all others. Those of late branches must be so by their description: to set it on one
   * that waits at the end of its stream would wait as well. @throws when there is no appsink of this name.
   */
  appSink(name: string): AppSink {
    const sink = this.#typed(name, c.sinkType(), 'appsink');
    if (!this.#started) c.setObjectArg(sink, 'async', 'false');
    return this.#own(new AppSink(sink));
  }

  /** @throws when there is no appsrc of this name. */
  appSrc(name: string): AppSrc {
    return this.#own(new AppSrc(this.#typed(name, c.sourceType(), 'appsrc')));
  }

  /**
   * Adds a branch for each pad that `element` adds later; a branch's errors come from its elements, or to `onError` when it
   * cannot be made. To be called before the pipeline is started. @throws when there is no such element.
   */
  branch(element: string, branchFor: BranchFor, onError: (error: unknown) => void): void {
    // What comes while the pipeline is taken down needs no branch.
    const whileOpen: BranchFor = (caps) => (this.#closing === null ? branchFor(caps) : null);
    this.#use(element, (pointer) => {
      this.#endLateBranches.push(makeLateBranches(this.#pipeline, pointer, whileOpen, onError));
    });
  }

  hasElement(name: string): boolean {
    const found = this.#find(name);
    if (found !== null) c.objectUnref(found);
    return found !== null;
  }

  /**
   * Sets a property from its text form (enum nicks, fractions, caps, booleans), as in a pipeline description.
   * @throws when there is no such element or property. A value that does not parse leaves the property as it was.
   */
  set(element: string, property: string, value: string | number | boolean): void {
    this.#use(element, (pointer) => setProperty(pointer, property, value));
  }

  /** As `set`, of a pad that is there already. @throws as `set` does, or when there is no such pad. */
  setPad(element: string, padName: string, property: string, value: string | number | boolean): void {
    this.#use(element, (pointer) => {
      const pad = c.staticPad(pointer, padName);
      if (pad === null) throw new Error(`${element} has no pad ${padName}`);
      setProperty(pad, property, value);
      c.objectUnref(pad);
    });
  }

  /** Whether this version of GStreamer knows the property. @throws when there is no such element. */
  hasProperty(element: string, property: string): boolean {
    return this.#use(element, (pointer) => hasProperty(pointer, property));
  }

  /** '' for NULL. @throws when there is no such element or property, or it is no string. */
  getString(element: string, property: string): string {
    return this.#use(element, (pointer) => getStringProperty(pointer, property));
  }

  /** Integers, floats, enums, flags, booleans (0, 1). @throws when there is no such element or property, or it is no number. */
  getNumber(element: string, property: string): number {
    return this.#use(element, (pointer) => getNumberProperty(pointer, property));
  }

  /** A GstStructure's text form, e.g. rtpjitterbuffer's `stats`; '' for NULL. @throws as `getString` does. */
  getStructure(element: string, property: string): string {
    return this.#use(element, (pointer) => getStructureProperty(pointer, property));
  }

  /** `getStructure` of all elements of a kind, also of those in bins that elements make themselves (rtspsrc's). */
  getStructures(factory: string, property: string): string[] {
    if (this.#closed) return [];
    return elementsOf(this.#pipeline, factory, (element) => getStructureProperty(element, property));
  }

  /** Serialised caps of what an always-present pad carries; '' before it carries anything. @throws when there is no such pad. */
  padCaps(element: string, padName: string): string {
    return this.#use(element, (pointer) => {
      const pad = c.staticPad(pointer, padName);
      if (pad === null) throw new Error(`${element} has no pad ${padName}`);
      const caps = c.padCurrentCaps(pad);
      c.objectUnref(pad);
      if (caps === null) return '';
      const text = c.capsToString(caps);
      c.miniUnref(caps);
      return text;
    });
  }

  /** Serialised caps of what an always-present pad could carry. @throws when there is no such pad. */
  possibleCaps(element: string, padName: string): string {
    return this.#use(element, (pointer) => {
      const pad = c.staticPad(pointer, padName);
      if (pad === null) throw new Error(`${element} has no pad ${padName}`);
      const caps = c.padQueryCaps(pad, null);
      c.objectUnref(pad);
      if (caps === null) return '';
      const text = c.capsToString(caps);
      c.miniUnref(caps);
      return text;
    });
  }

  /** See `appendControls`; before the pipeline is started. @throws when there is no such element. */
  appendControls(rtspsrc: string, base: string): void {
    this.#use(rtspsrc, (pointer) => {
      const end = appendControls(pointer, base);
      this.#endControls = () => void end();
    });
  }

  /** Asks an encoder for a keyframe now; false when nothing upstream of `element` took the request. */
  forceKeyUnit(element: string): boolean {
    return this.#use(element, (pointer) => c.sendEvent(pointer, c.forceKeyUnit(NONE, 1, 0)) !== 0);
  }

  /** Ends the stream at the sources; an `eos` message follows when all sinks have drained. */
  sendEos(): boolean {
    return !this.#closed && c.sendEvent(this.#pipeline, c.eventNewEos()) !== 0;
  }

  /** Stops and frees everything; resolves when it is gone. Idempotent, allowed in any state and while a change is under way. */
  close(): Promise<void> {
    this.#closing ??= this.#change('null').then(() => this.#free());
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #change(state: State): Promise<StateChange> {
    const change = this.#lastChange.then(
      () =>
        new Promise<StateChange>((resolve, reject) => {
          c.setState.async(this.#pipeline, STATE[state], (error: unknown, result: number) => {
            if (error) reject(error);
            else resolve(RESULT[result] ?? 'failure');
          });
        }),
    );
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  #free(): void {
    this.#closed = true;
    this.#endLateLinks();
    for (const end of this.#endLateBranches) end();
    this.#endControls();
    for (const end of this.#ends) end.release();
    c.objectUnref(this.#bus);
    c.objectUnref(this.#pipeline);
  }

  #own<T extends AppSink | AppSrc>(end: T): T {
    this.#ends.push(end);
    return end;
  }

  #find(name: string): Nullable {
    return this.#closed ? null : c.binGetByName(this.#pipeline, name);
  }

  #use<T>(name: string, use: (element: Pointer) => T): T {
    const element = this.#find(name);
    if (element === null) throw new Error(`the pipeline has no element ${name}`);
    try {
      return use(element);
    } finally {
      c.objectUnref(element);
    }
  }

  #typed(name: string, type: number | bigint, what: string): Pointer {
    const element = this.#find(name);
    if (element !== null && c.typeIsA(typeOf(element), type) !== 0) return element;
    if (element !== null) c.objectUnref(element);
    throw new Error(`the pipeline has no ${what} ${name}`);
  }
}

/** A pipeline we own; a lone element is put into one. */
function parse(description: string): Pointer {
  const error: OutPointer = [null];
  const parsed = c.parseLaunch(description, null, PARSE_FATAL_ERRORS, error);
  if (error[0] !== null) {
    if (parsed !== null) c.objectUnref(parsed);
    throw gstErrorFrom(error[0]);
  }
  if (parsed === null)
    throw new GstError({ domain: 'gst_parse_error', code: 6, message: 'empty pipeline', debug: '', element: '' });
  c.refSink(parsed);
  if (c.typeIsA(typeOf(parsed), c.pipelineType()) !== 0) return parsed;
  const pipeline = c.pipelineNew(null);
  c.refSink(pipeline);
  c.binAdd(pipeline, parsed);
  c.objectUnref(parsed);
  return pipeline;
}
