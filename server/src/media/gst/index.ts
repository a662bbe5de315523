export { AppSink, type Sample } from './app-sink.ts';
export { AppSrc, type PushOptions, type PushResult } from './app-src.ts';
export type { BusMessage } from './bus.ts';
export { type Caps, parseCaps } from './caps.ts';
export { GstError, type GstErrorFields } from './errors.ts';
export { clockSynchronized } from './kernel-clock.ts';
export { elementExists, gstVersion, initGst, setDebug } from './library.ts';
export { Pipeline, type State, type StateChange } from './pipeline.ts';
