import koffi from 'koffi';
import { bind, type Nullable, openLibrary, type Pointer } from './ffi.ts';

const glib = openLibrary('libglib-2.0.so.0');
const gobject = openLibrary('libgobject-2.0.so.0');
const gst = openLibrary('libgstreamer-1.0.so.0');
const server = openLibrary('libgstrtspserver-1.0.so.0');

type New = () => Pointer;
type Use = (object: Pointer, other: Pointer) => void;
type SetInt = (object: Pointer, value: number) => void;
type SetText = (object: Pointer, text: string) => void;
type Filter = (object: Pointer, all: null, data: null) => Nullable;

/** The part of libgstrtspserver that `RtspServer` uses; ownership as in `ffi.ts`. */
export const r = {
  /** Dispatches what is ready on the default main context; 0 when nothing was. */
  iterate: bind<(context: null, mayBlock: number) => number>(
    glib,
    'int g_main_context_iteration(void *context, int may_block)',
  ),
  sourceRemove: bind<(id: number) => number>(glib, 'int g_source_remove(uint32 id)'),
  listFree: bind<(list: Pointer) => void>(glib, 'void g_list_free(void *list)'),
  unref: bind<(object: Pointer) => void>(gobject, 'void g_object_unref(void *object)'),

  systemClock: bind<New>(gst, 'void *gst_system_clock_obtain()'),
  clockTime: bind<(clock: Pointer) => number | bigint>(gst, 'uint64 gst_clock_get_time(void *clock)'),
  useClock: bind<Use>(gst, 'void gst_pipeline_use_clock(void *pipeline, void *clock)'),
  setBaseTime: bind<(element: Pointer, ns: bigint) => void>(
    gst,
    'void gst_element_set_base_time(void *element, uint64 time)',
  ),
  setStartTime: bind<(element: Pointer, ns: bigint) => void>(
    gst,
    'void gst_element_set_start_time(void *element, uint64 time)',
  ),
  /** With timeout 0: the state reached so far, in `state[0]`. */
  getState: bind<(element: Pointer, state: Int32Array, pending: null, timeoutNs: number) => number>(
    gst,
    'int gst_element_get_state(void *element, void *state, void *pending, uint64 timeout)',
  ),
  parent: bind<(object: Pointer) => Nullable>(gst, 'void *gst_object_get_parent(void *object)'),
  setPadOffset: bind<(pad: Pointer, ns: bigint) => void>(gst, 'void gst_pad_set_offset(void *pad, int64 offset)'),

  serverNew: bind<New>(server, 'void *gst_rtsp_server_new()'),
  setAddress: bind<SetText>(server, 'void gst_rtsp_server_set_address(void *server, const char *address)'),
  setService: bind<SetText>(server, 'void gst_rtsp_server_set_service(void *server, const char *service)'),
  setBacklog: bind<SetInt>(server, 'void gst_rtsp_server_set_backlog(void *server, int backlog)'),
  setAuth: bind<Use>(server, 'void gst_rtsp_server_set_auth(void *server, void *auth)'),
  setThreadPool: bind<Use>(server, 'void gst_rtsp_server_set_thread_pool(void *server, void *pool)'),
  mountPoints: bind<(server: Pointer) => Pointer>(server, 'void *gst_rtsp_server_get_mount_points(void *server)'),
  sessionPool: bind<(server: Pointer) => Pointer>(server, 'void *gst_rtsp_server_get_session_pool(void *server)'),
  attach: bind<(server: Pointer, context: null) => number>(
    server,
    'uint32 gst_rtsp_server_attach(void *server, void *context)',
  ),
  boundPort: bind<(server: Pointer) => number>(server, 'int gst_rtsp_server_get_bound_port(void *server)'),
  clients: bind<Filter>(server, 'void *gst_rtsp_server_client_filter(void *server, void *func, void *data)'),

  poolNew: bind<New>(server, 'void *gst_rtsp_thread_pool_new()'),
  poolMaxThreads: bind<SetInt>(server, 'void gst_rtsp_thread_pool_set_max_threads(void *pool, int max)'),
  sessionPoolMax: bind<SetInt>(server, 'void gst_rtsp_session_pool_set_max_sessions(void *pool, uint32 max)'),
  sessionPoolCleanup: bind<(pool: Pointer) => number>(server, 'uint32 gst_rtsp_session_pool_cleanup(void *pool)'),
  sessions: bind<Filter>(server, 'void *gst_rtsp_client_session_filter(void *client, void *func, void *data)'),
  sessionMedia: bind<(session: Pointer, path: string, matched: Int32Array) => Nullable>(
    server,
    'void *gst_rtsp_session_get_media(void *session, const char *path, void *matched)',
  ),
  /** Borrowed. */
  mediaOfSession: bind<(sessionMedia: Pointer) => Pointer>(
    server,
    'void *gst_rtsp_session_media_get_media(void *media)',
  ),
  clientClose: bind<(client: Pointer) => void>(server, 'void gst_rtsp_client_close(void *client)'),

  authNew: bind<New>(server, 'void *gst_rtsp_auth_new()'),
  authMethods: bind<SetInt>(server, 'void gst_rtsp_auth_set_supported_methods(void *auth, int methods)'),
  authRealm: bind<SetText>(server, 'void gst_rtsp_auth_set_realm(void *auth, const char *realm)'),
  makeBasic: bind<(user: string, password: string) => string>(
    server,
    'OwnedString gst_rtsp_auth_make_basic(const char *user, const char *password)',
  ),
  addBasic: bind<(auth: Pointer, basic: string, token: Pointer) => void>(
    server,
    'void gst_rtsp_auth_add_basic(void *auth, const char *basic, void *token)',
  ),
  addDigest: bind<(auth: Pointer, user: string, password: string, token: Pointer) => void>(
    server,
    'void gst_rtsp_auth_add_digest(void *auth, const char *user, const char *password, void *token)',
  ),
  tokenNew: bind<New>(server, 'void *gst_rtsp_token_new_empty()'),
  tokenSet: bind<(token: Pointer, field: string, value: string) => void>(
    server,
    'void gst_rtsp_token_set_string(void *token, const char *field, const char *value)',
  ),
  permissionsNew: bind<New>(server, 'void *gst_rtsp_permissions_new()'),
  permit: bind<(permissions: Pointer, role: string, permission: string, allowed: number) => void>(
    server,
    'void gst_rtsp_permissions_add_permission_for_role(void *permissions, const char *role, const char *permission, int allowed)',
  ),

  factoryNew: bind<New>(server, 'void *gst_rtsp_media_factory_new()'),
  factoryLaunch: bind<SetText>(server, 'void gst_rtsp_media_factory_set_launch(void *factory, const char *launch)'),
  factoryShared: bind<SetInt>(server, 'void gst_rtsp_media_factory_set_shared(void *factory, int shared)'),
  factoryProtocols: bind<SetInt>(server, 'void gst_rtsp_media_factory_set_protocols(void *factory, int protocols)'),
  factoryPermissions: bind<Use>(
    server,
    'void gst_rtsp_media_factory_set_permissions(void *factory, void *permissions)',
  ),
  addFactory: bind<(mounts: Pointer, path: string, ownedFactory: Pointer) => void>(
    server,
    'void gst_rtsp_mount_points_add_factory(void *mounts, const char *path, void *factory)',
  ),
  removeFactory: bind<SetText>(server, 'void gst_rtsp_mount_points_remove_factory(void *mounts, const char *path)'),
  mediaElement: bind<(media: Pointer) => Pointer>(server, 'void *gst_rtsp_media_get_element(void *media)'),
};

const MediaConfigure = koffi.proto('void MediaConfigure(void *factory, void *media, void *data)');
const NewState = koffi.proto('void NewState(void *media, int state, void *data)');

/** A C function that calls `listener`; it must be called on this thread only. Release it with `unregisterCallback`. */
export const mediaConfigureCallback = (listener: (media: Pointer) => void): bigint =>
  koffi.register((_factory: Pointer, media: Pointer) => listener(media), koffi.pointer(MediaConfigure));

/** As above, for the signal `new-state`. `data` is an identifier of the caller's, not an address. */
export const newStateCallback = (listener: (state: number, data: bigint) => void): bigint =>
  koffi.register(
    (_media: Pointer, state: number, data: Nullable) => listener(state, data ?? 0n),
    koffi.pointer(NewState),
  );

export const unregisterCallback = (callback: bigint): void => koffi.unregister(callback);
