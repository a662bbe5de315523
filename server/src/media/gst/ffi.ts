/**
 * The C functions we call, bound once. Nothing outside this folder sees a pointer.
 *
 * Ownership: a result that the caller must release says so; everything else is borrowed.
 */
import koffi, { type KoffiFunc, type LibraryHandle } from 'koffi';

/** An address in this process; `null` is NULL. */
export type Pointer = bigint;
export type Nullable = Pointer | null;
/** C writes a pointer into element 0. */
export type OutPointer = [Nullable];
// biome-ignore lint/suspicious/noConfusingVoidType: `void` is what a C function without a result gives
type CValue = Nullable | number | bigint | string | boolean | Uint8Array | OutPointer | void;

/** Every koffi call runs on a stack of koffi's own. Changing state loads plugins and opens devices: 128 KiB is too little. */
koffi.config({ async_stack_size: 1 << 20, resident_async_pools: 4 });

export const openLibrary = (soname: string): LibraryHandle => koffi.load(soname);

/** Binds a C prototype to a TypeScript signature; the two are kept in step by hand, on one line. */
export const bind = <T extends (...args: never[]) => CValue>(library: LibraryHandle, prototype: string): KoffiFunc<T> =>
  library.func(prototype) as unknown as KoffiFunc<T>;

const libc = openLibrary('libc.so.6');
const glib = openLibrary('libglib-2.0.so.0');
const gobject = openLibrary('libgobject-2.0.so.0');
const gst = openLibrary('libgstreamer-1.0.so.0');
const gstApp = openLibrary('libgstapp-1.0.so.0');
const gstVideo = openLibrary('libgstvideo-1.0.so.0');

const gFree = bind<(memory: Nullable) => void>(glib, 'void g_free(void *memory)');
/** A string that C hands over: copied, then released with g_free. */
koffi.disposable('OwnedString', 'str', gFree);

type Get = (object: Pointer) => Nullable;
type Drop = (object: Pointer) => void;
type ParseMessage = (message: Pointer, error: OutPointer, debug: OutPointer) => void;

export const c = {
  gFree,
  /** Copies out of C memory; `from` must hold `size` bytes. */
  read: bind<(to: Uint8Array, from: Pointer, size: number) => void>(
    libc,
    'void memcpy(void *to, void *from, size_t n)',
  ),
  /** Copies into C memory. */
  write: bind<(to: Pointer, from: Uint8Array, size: number) => void>(
    libc,
    'void memcpy(void *to, void *from, size_t n)',
  ),
  /** Reads the kernel's clock when `modes` is 0. 5 when nothing keeps it right, -1 when it is not to be asked. */
  adjtimex: bind<(timex: Uint8Array) => number>(libc, 'int adjtimex(void *timex)'),
  mallocTrim: bind<(pad: number) => number>(libc, 'int malloc_trim(size_t pad)'),

  errorFree: bind<Drop>(glib, 'void g_error_free(void *error)'),
  quarkToString: bind<(quark: number) => string | null>(glib, 'const char *g_quark_to_string(uint32 quark)'),

  getProperty: bind<(object: Pointer, name: string, value: Uint8Array) => void>(
    gobject,
    'void g_object_get_property(void *object, const char *name, void *value)',
  ),
  findProperty: bind<(objectClass: Nullable, name: string) => Nullable>(
    gobject,
    'void *g_object_class_find_property(void *class, const char *name)',
  ),
  valueUnset: bind<(value: Uint8Array) => void>(gobject, 'void g_value_unset(void *value)'),
  typeFundamental: bind<(type: bigint) => number>(gobject, 'size_t g_type_fundamental(size_t type)'),
  typeIsA: bind<(type: bigint, ancestor: number | bigint) => number>(
    gobject,
    'int g_type_is_a(size_t type, size_t ancestor)',
  ),

  signalConnect: bind<
    (object: Pointer, signal: string, callback: bigint, data: bigint, destroy: null, flags: number) => number | bigint
  >(
    gobject,
    'ulong g_signal_connect_data(void *object, const char *signal, void *callback, void *data, void *destroy, int flags)',
  ),

  initCheck: bind<(argc: null, argv: null, error: OutPointer) => number>(
    gst,
    'int gst_init_check(void *argc, void *argv, _Out_ void **error)',
  ),
  versionString: bind<() => string>(gst, 'OwnedString gst_version_string()'),
  debugThreshold: bind<(list: string, reset: number) => void>(
    gst,
    'void gst_debug_set_threshold_from_string(const char *list, int reset)',
  ),
  factoryFind: bind<(name: string) => Nullable>(gst, 'void *gst_element_factory_find(const char *name)'),

  /** Result is floating. */
  parseLaunch: bind<(description: string, context: null, flags: number, error: OutPointer) => Nullable>(
    gst,
    'void *gst_parse_launch_full(const char *description, void *context, uint32 flags, _Out_ void **error)',
  ),
  /** Result is floating. */
  parseBin: bind<(description: string, ghostPads: number, context: null, flags: number, error: OutPointer) => Nullable>(
    gst,
    'void *gst_parse_bin_from_description_full(const char *description, int ghost, void *context, uint32 flags, _Out_ void **error)',
  ),
  pipelineType: bind<() => number | bigint>(gst, 'size_t gst_pipeline_get_type()'),
  pipelineNew: bind<(name: null) => Pointer>(gst, 'void *gst_pipeline_new(const char *name)'),
  refSink: bind<Get>(gst, 'void *gst_object_ref_sink(void *object)'),
  objectUnref: bind<Drop>(gst, 'void gst_object_unref(void *object)'),
  objectName: bind<(object: Pointer) => string>(gst, 'OwnedString gst_object_get_name(void *object)'),
  binAdd: bind<(bin: Pointer, element: Pointer) => number>(gst, 'int gst_bin_add(void *bin, void *element)'),
  /** Searches child bins too. Release the result. */
  binGetByName: bind<(bin: Pointer, name: string) => Nullable>(
    gst,
    'void *gst_bin_get_by_name(void *bin, const char *name)',
  ),
  /** Searches child bins too. Release the result with `iteratorFree`. */
  binIterateFactory: bind<(bin: Pointer, factory: string) => Pointer>(
    gst,
    'void *gst_bin_iterate_all_by_element_factory_name(void *bin, const char *factory)',
  ),
  /** All elements, those of child bins too. Release the result with `iteratorFree`. */
  binIterateRecurse: bind<(bin: Pointer) => Pointer>(gst, 'void *gst_bin_iterate_recurse(void *bin)'),
  /** Fills the GValue, which is to be unset; 1 for an object, 2 when the bin has changed meanwhile. */
  iteratorNext: bind<(iterator: Pointer, value: Uint8Array) => number>(
    gst,
    'int gst_iterator_next(void *iterator, void *value)',
  ),
  iteratorFree: bind<Drop>(gst, 'void gst_iterator_free(void *iterator)'),
  binRecalculateLatency: bind<(bin: Pointer) => number>(gst, 'int gst_bin_recalculate_latency(void *bin)'),
  /** May block: call it through `.async`. */
  setState: bind<(element: Pointer, state: number) => number>(
    gst,
    'int gst_element_set_state(void *element, int state)',
  ),
  /** As above, but of an element that opens nothing. */
  syncState: bind<(element: Pointer) => number>(gst, 'int gst_element_sync_state_with_parent(void *element)'),
  /** Nanoseconds; 2^64-1 without a clock. */
  runningTime: bind<(element: Pointer) => number | bigint>(
    gst,
    'uint64 gst_element_get_current_running_time(void *element)',
  ),
  sendEvent: bind<(element: Pointer, ownedEvent: Pointer) => number>(
    gst,
    'int gst_element_send_event(void *element, void *event)',
  ),
  eventNewEos: bind<() => Pointer>(gst, 'void *gst_event_new_eos()'),
  /** Release the result. */
  staticPad: bind<(element: Pointer, name: string) => Nullable>(
    gst,
    'void *gst_element_get_static_pad(void *element, const char *name)',
  ),
  /** Release the result. */
  padCurrentCaps: bind<Get>(gst, 'void *gst_pad_get_current_caps(void *pad)'),
  /** Release the result. */
  padQueryCaps: bind<(pad: Pointer, filter: null) => Nullable>(
    gst,
    'void *gst_pad_query_caps(void *pad, void *filter)',
  ),
  /** 0 when linked; refuses when caps do not fit or one is linked already. */
  padLink: bind<(source: Pointer, sink: Pointer) => number>(gst, 'int gst_pad_link(void *source, void *sink)'),
  setObjectArg: bind<(object: Pointer, name: string, value: string) => void>(
    gst,
    'void gst_util_set_object_arg(void *object, const char *name, const char *value)',
  ),
  forceKeyUnit: bind<(runningTime: bigint, allHeaders: number, count: number) => Pointer>(
    gstVideo,
    'void *gst_video_event_new_upstream_force_key_unit(uint64 running_time, int all_headers, uint32 count)',
  ),

  /** Release the result. */
  elementGetBus: bind<Get>(gst, 'void *gst_element_get_bus(void *element)'),
  /** Release the result. Messages of other types are dropped. */
  busPop: bind<(bus: Pointer, timeoutNs: number, types: number) => Nullable>(
    gst,
    'void *gst_bus_timed_pop_filtered(void *bus, uint64 timeout, uint32 types)',
  ),
  messageTypeName: bind<(type: number) => string>(gst, 'const char *gst_message_type_get_name(uint32 type)'),
  messageNewEos: bind<(source: Nullable) => Pointer>(gst, 'void *gst_message_new_eos(void *source)'),
  parseError: bind<ParseMessage>(
    gst,
    'void gst_message_parse_error(void *message, _Out_ void **error, _Out_ void **debug)',
  ),
  parseWarning: bind<ParseMessage>(
    gst,
    'void gst_message_parse_warning(void *message, _Out_ void **error, _Out_ void **debug)',
  ),
  parseInfo: bind<ParseMessage>(
    gst,
    'void gst_message_parse_info(void *message, _Out_ void **error, _Out_ void **debug)',
  ),
  messageStructure: bind<Get>(gst, 'void *gst_message_get_structure(void *message)'),
  structureToString: bind<(structure: Pointer) => string>(gst, 'OwnedString gst_structure_to_string(void *structure)'),
  miniRef: bind<Get>(gst, 'void *gst_mini_object_ref(void *object)'),
  miniUnref: bind<Drop>(gst, 'void gst_mini_object_unref(void *object)'),

  capsToString: bind<(caps: Pointer) => string>(gst, 'OwnedString gst_caps_to_string(void *caps)'),
  /** Release the result. */
  capsFromString: bind<(caps: string) => Nullable>(gst, 'void *gst_caps_from_string(const char *caps)'),
  sampleBuffer: bind<Get>(gst, 'void *gst_sample_get_buffer(void *sample)'),
  sampleCaps: bind<Get>(gst, 'void *gst_sample_get_caps(void *sample)'),
  sampleSegment: bind<Get>(gst, 'void *gst_sample_get_segment(void *sample)'),
  bufferSize: bind<(buffer: Pointer) => number>(gst, 'size_t gst_buffer_get_size(void *buffer)'),
  bufferExtract: bind<(buffer: Pointer, offset: number, to: Uint8Array, size: number) => number>(
    gst,
    'size_t gst_buffer_extract(void *buffer, size_t offset, void *to, size_t size)',
  ),
  /** Release the result, or hand it on. */
  bufferNew: bind<() => Pointer>(gst, 'void *gst_buffer_new()'),
  bufferNewCopy: bind<(data: Uint8Array, size: number) => Pointer>(
    gst,
    'void *gst_buffer_new_memdup(const void *data, size_t size)',
  ),
  bufferSetFlags: bind<(buffer: Pointer, flags: number) => number>(
    gst,
    'int gst_buffer_set_flags(void *buffer, uint32 flags)',
  ),
  referenceTimestamp: bind<(buffer: Pointer, reference: Nullable) => Nullable>(
    gst,
    'void *gst_buffer_get_reference_timestamp_meta(void *buffer, void *reference)',
  ),
  addReferenceTimestamp: bind<(buffer: Pointer, reference: Pointer, ns: bigint, durationNs: bigint) => Nullable>(
    gst,
    'void *gst_buffer_add_reference_timestamp_meta(void *buffer, void *reference, uint64 timestamp, uint64 duration)',
  ),

  /** Release the result. */
  sinkPull: bind<(sink: Pointer, timeoutNs: number) => Nullable>(
    gstApp,
    'void *gst_app_sink_try_pull_sample(void *sink, uint64 timeout)',
  ),
  sinkIsEos: bind<(sink: Pointer) => number>(gstApp, 'int gst_app_sink_is_eos(void *sink)'),
  sourcePush: bind<(source: Pointer, ownedBuffer: Pointer) => number>(
    gstApp,
    'int gst_app_src_push_buffer(void *source, void *buffer)',
  ),
  sourceQueued: bind<(source: Pointer) => number | bigint>(
    gstApp,
    'uint64 gst_app_src_get_current_level_bytes(void *source)',
  ),
  sourceSetCaps: bind<(source: Pointer, caps: Pointer) => void>(
    gstApp,
    'void gst_app_src_set_caps(void *source, void *caps)',
  ),
  sourceEnd: bind<(source: Pointer) => number>(gstApp, 'int gst_app_src_end_of_stream(void *source)'),
  sinkType: bind<() => number | bigint>(gstApp, 'size_t gst_app_sink_get_type()'),
  sourceType: bind<() => number | bigint>(gstApp, 'size_t gst_app_src_get_type()'),
};

/** A NUL-terminated UTF-8 string that stays C's. */
export const textAt = (address: Nullable): string => (address === null ? '' : koffi.decode.string(address));
/** A NUL-terminated UTF-8 string that C hands over. */
export function takeText(address: Nullable): string {
  const text = textAt(address);
  c.gFree(address);
  return text;
}
export const pointerAt = (address: Pointer): Nullable => {
  const value = BigInt(koffi.decode.uint64(address));
  return value === 0n ? null : value;
};
export const uint32At = (address: Pointer): number => koffi.decode.uint32(address);
export const int32At = (address: Pointer): number => koffi.decode.int32(address);
