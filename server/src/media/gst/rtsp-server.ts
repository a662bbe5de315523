import { c, type Nullable, type Pointer, pointerAt } from './ffi.ts';
import { layout } from './layout.ts';
import { initGst } from './library.ts';
import { mediaConfigureCallback, r, unregisterCallback } from './rtsp-ffi.ts';
import { RtspMedia } from './rtsp-media.ts';

/** GstRTSPAuthMethod */
const METHODS = { basic: 1, digest: 2, both: 3 } as const;
/** GstRTSPLowerTrans */
const PROTOCOLS = { udp: 1, tcp: 4 } as const;

export interface RtspMount {
  /** gst-launch syntax in parentheses; payloaders are named pay0, pay1 … */
  launch: string;
  /** Transports a client may choose from. */
  protocols: Array<keyof typeof PROTOCOLS>;
  /** All clients get the same packets; else each gets media of its own. */
  shared: boolean;
  /** A user has one password on all mounts of a server. */
  credentials: { user: string; password: string } | null;
  /** A first client came, or one more where they do not share; see `RtspMedia` for what is expected. Called within `iterate`. */
  onMedia(media: RtspMedia): void;
}

/**
 * An RTSP server (libgstrtspserver) that serves on the calling thread: nothing happens except within `RtspServer.iterate()`,
 * which is to be called every few milliseconds.
 */
export class RtspServer {
  readonly #server: Pointer;
  readonly #mountPoints: Pointer;
  readonly #sessionPool: Pointer;
  readonly #auth: Pointer | null;
  readonly #method: keyof typeof METHODS | null;
  readonly #callbacks = new Map<string, bigint>();
  #idleSince = new Map<Pointer, number>();
  #sourceId = 0;
  #port: number;

  /** @param options.method  with one, mounts without credentials are closed to everyone. */
  constructor(options: { address: string; port: number; method: keyof typeof METHODS | null }) {
    initGst();
    this.#port = options.port;
    this.#method = options.method;
    this.#server = r.serverNew();
    r.setAddress(this.#server, options.address);
    r.setBacklog(this.#server, 64);
    const pool = r.poolNew();
    r.poolMaxThreads(pool, 0);
    r.setThreadPool(this.#server, pool);
    r.unref(pool);
    this.#mountPoints = r.mountPoints(this.#server);
    this.#sessionPool = r.sessionPool(this.#server);
    this.#auth = options.method === null ? null : r.authNew();
    if (this.#auth !== null && options.method !== null) {
      r.authMethods(this.#auth, METHODS[options.method]);
      r.authRealm(this.#auth, 'Nightjar');
      r.setAuth(this.#server, this.#auth);
    }
  }

  /** Serves what is waiting, of all servers in this process. */
  static iterate(): void {
    for (let i = 0; i < 100 && r.iterate(null, 0) !== 0; i++);
  }

  /** The port, also while not listening. */
  get port(): number {
    return this.#port;
  }

  /** @throws when the port is taken. */
  listen(): void {
    if (this.#sourceId !== 0) return;
    r.setService(this.#server, String(this.#port));
    this.#sourceId = r.attach(this.#server, null);
    if (this.#sourceId === 0) throw new Error(`cannot listen on port ${this.#port}`);
    this.#port = r.boundPort(this.#server);
  }

  /** New connections are refused; those that are open go on. */
  stopListening(): void {
    if (this.#sourceId !== 0) r.sourceRemove(this.#sourceId);
    this.#sourceId = 0;
  }

  /** @param path  begins with `/`. Takes the place of an earlier mount there; its clients go on. */
  mount(path: string, mount: RtspMount): void {
    this.unmount(path);
    const factory = r.factoryNew();
    r.factoryLaunch(factory, mount.launch);
    r.factoryShared(factory, mount.shared ? 1 : 0);
    r.factoryProtocols(
      factory,
      mount.protocols.reduce((mask, protocol) => mask | PROTOCOLS[protocol], 0),
    );
    if (mount.credentials !== null) this.#protect(factory, mount.credentials);
    const callback = mediaConfigureCallback((media) => mount.onMedia(new RtspMedia(media)));
    c.signalConnect(factory, 'media-configure', callback, 0n, null, 0);
    this.#callbacks.set(path, callback);
    r.addFactory(this.#mountPoints, path, factory);
  }

  /** New clients get 404; those that play go on. */
  unmount(path: string): void {
    const callback = this.#callbacks.get(path);
    if (callback === undefined) return;
    this.#callbacks.delete(path);
    r.removeFactory(this.#mountPoints, path);
    unregisterCallback(callback);
  }

  /** Closes the connections of the clients that set up `path`; of all clients when null. Returns how many. */
  closeClients(path: string | null): number {
    return this.#close((client) => path === null || playsPath(client, path));
  }

  /** Closes the connections of the clients that set up `path` and got this. Returns how many. */
  closeClientsOf(path: string, media: RtspMedia): number {
    return this.#close((client) => playsPath(client, path, media));
  }

  /** Further clients get 503. */
  limitSessions(max: number): void {
    r.sessionPoolMax(this.#sessionPool, max);
  }

  /** Closes connections that have had no session for so long; call now and then. */
  closeIdleClients(idleMs: number): void {
    const now = performance.now();
    const idle = new Map<Pointer, number>();
    this.#close((client) => {
      if (hasSession(client)) return false;
      const sinceMs = this.#idleSince.get(client) ?? now;
      idle.set(client, sinceMs);
      return now - sinceMs > idleMs;
    });
    this.#idleSince = idle;
  }

  #close(which: (client: Pointer) => boolean): number {
    let closed = 0;
    for (const client of takeList(r.clients(this.#server, null, null))) {
      if (which(client)) {
        r.clientClose(client);
        closed += 1;
      }
      r.unref(client);
    }
    return closed;
  }

  /** Ends sessions whose client has been silent for too long; call now and then. */
  cleanUpSessions(): void {
    r.sessionPoolCleanup(this.#sessionPool);
  }

  #protect(factory: Pointer, { user, password }: { user: string; password: string }): void {
    if (this.#auth === null) throw new Error('a server without an authentication method cannot protect a mount');
    const token = r.tokenNew();
    r.tokenSet(token, 'media.factory.role', user);
    if (this.#method !== 'digest') r.addBasic(this.#auth, r.makeBasic(user, password), token);
    if (this.#method !== 'basic') r.addDigest(this.#auth, user, password, token);
    const permissions = r.permissionsNew();
    r.permit(permissions, user, 'media.factory.access', 1);
    r.permit(permissions, user, 'media.factory.construct', 1);
    r.factoryPermissions(factory, permissions);
    c.miniUnref(permissions);
    c.miniUnref(token);
  }
}

function hasSession(client: Pointer): boolean {
  const sessions = takeList(r.sessions(client, null, null));
  for (const session of sessions) r.unref(session);
  return sessions.length > 0;
}

function playsPath(client: Pointer, path: string, media?: RtspMedia): boolean {
  let plays = false;
  for (const session of takeList(r.sessions(client, null, null))) {
    const found = r.sessionMedia(session, path, new Int32Array(1));
    if (found !== null && (media === undefined || media.is(r.mediaOfSession(found)))) plays = true;
    r.unref(session);
  }
  return plays;
}

/** The elements of a GList, which is freed; they are the caller's. */
function takeList(list: Nullable): Pointer[] {
  const items: Pointer[] = [];
  for (let node = list; node !== null; node = pointerAt(node + BigInt(layout.list.next))) {
    const item = pointerAt(node + BigInt(layout.list.data));
    if (item !== null) items.push(item);
  }
  if (list !== null) r.listFree(list);
  return items;
}
