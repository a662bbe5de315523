import { AppSrc } from './app-src.ts';
import { c, type Pointer } from './ffi.ts';
import { elementsOf } from './iterate.ts';
import { newStateCallback, r } from './rtsp-ffi.ts';

const NONE = 2n ** 64n - 1n;
/** GstState */
const STATE_NULL = 1;
const STATE_PLAYING = 4;

/** Media that wait for their first client to play. The C callback is one for all and never released: media outlive their `RtspMedia`. */
const waiting = new Map<bigint, () => void>();
let lastId = 0n;

function onNewState(state: number, id: bigint): void {
  if (state !== STATE_PLAYING) return;
  waiting.get(id)?.();
  waiting.delete(id);
}

// Not made on demand: koffi 3.3 mistakes the stack of a callback that was registered within another callback.
const newState = newStateCallback(onNewState);

/**
 * What the RTSP server made for the clients of one mount. It is configured while a client waits for its DESCRIBE: the server
 * answers only when each stream has its first buffer, so push that before returning.
 * Nothing is sent before a client plays. Running time 0 is the moment of construction; buffers are sent when running time
 * reaches their pts.
 */
export class RtspMedia {
  readonly #element: Pointer;
  readonly #media: Pointer;
  readonly #clock: Pointer;
  #baseNs: bigint;
  readonly #sources: AppSrc[] = [];
  readonly #id = ++lastId;
  readonly #shiftedNs = new Map<string, bigint>();
  #released = false;

  constructor(media: Pointer) {
    this.#media = media;
    this.#element = r.mediaElement(media);
    this.#clock = r.systemClock();
    this.#baseNs = BigInt(r.clockTime(this.#clock));
    const pipeline = r.parent(this.#element);
    if (pipeline === null) throw new Error('the media has no pipeline yet');
    r.useClock(pipeline, this.#clock);
    // Without a start time the pipeline keeps the base time we give it.
    r.setStartTime(pipeline, NONE);
    r.setBaseTime(pipeline, this.#baseNs);
    c.objectUnref(pipeline);
    c.signalConnect(media, 'new-state', newState, this.#id, null, 0);
  }

  /** Calls `listener` once, when the first client plays. */
  onPlay(listener: () => void): void {
    waiting.set(this.#id, listener);
  }

  /** The server has taken it down, or not yet brought it up. */
  get stopped(): boolean {
    const state = new Int32Array(1);
    if (!this.#released) r.getState(this.#element, state, null, 0);
    return this.#released || state[0] === STATE_NULL;
  }

  /** Whether it is this one, by its address. */
  is(media: Pointer): boolean {
    return media === this.#media;
  }

  /** Nanoseconds since construction, or as `setRunningTime` made it. */
  runningTimeNs(): number {
    return Number(BigInt(r.clockTime(this.#clock)) - this.#baseNs);
  }

  /**
   * Makes it `ns` now, for what is pushed from now on. Sender reports tell receivers that what has this pts was captured
   * now.
   */
  setRunningTime(ns: number): void {
    const pipeline = this.#released ? null : r.parent(this.#element);
    if (pipeline === null) return;
    this.#baseNs = BigInt(r.clockTime(this.#clock)) - BigInt(Math.round(ns));
    // A bin gives it to its elements only when they change state.
    r.setBaseTime(pipeline, this.#baseNs);
    elementsOf(pipeline, null, (element) => r.setBaseTime(element, this.#baseNs));
    c.objectUnref(pipeline);
  }

  /** @throws when there is no appsrc of this name. */
  appSrc(name: string): AppSrc {
    const source = new AppSrc(this.#find(name));
    this.#sources.push(source);
    return source;
  }

  /**
   * Adds `shiftNs` to the RTP timestamps that `payloader` makes of the buffers of `source`, from now on; the moment of sending
   * stays the same: running time is shifted before the payloader and shifted back behind it.
   */
  shiftTimestamps(source: string, payloader: string, shiftNs: number): void {
    const total = (this.#shiftedNs.get(payloader) ?? 0n) + BigInt(Math.round(shiftNs));
    this.#shiftedNs.set(payloader, total);
    const before = () => this.#offsetPad(source, total);
    const after = () => this.#offsetPad(payloader, -total);
    // A buffer that passes between the two settings must look late, never early: the sink would hold it back.
    for (const set of shiftNs > 0 ? [after, before] : [before, after]) set();
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    waiting.delete(this.#id);
    for (const source of this.#sources) source.release();
    c.objectUnref(this.#clock);
    c.objectUnref(this.#element);
  }

  #offsetPad(elementName: string, offset: bigint): void {
    const element = this.#find(elementName);
    const pad = c.staticPad(element, 'src');
    if (pad !== null) {
      r.setPadOffset(pad, offset);
      c.objectUnref(pad);
    }
    c.objectUnref(element);
  }

  #find(name: string): Pointer {
    const element = this.#released ? null : c.binGetByName(this.#element, name);
    if (element === null) throw new Error(`the media has no element ${name}`);
    return element;
  }
}
