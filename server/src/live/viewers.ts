/** How somebody watches. */
export type LiveProtocol = 'hls' | 'websocket' | 'mp4' | 'webrtc' | 'rtsp';

/** Who watches now, by protocol. */
export class LiveViewers {
  readonly #counts: Record<LiveProtocol, number> = { hls: 0, websocket: 0, mp4: 0, webrtc: 0, rtsp: 0 };

  /** @returns what to call, once, when the viewer has left. */
  enter(protocol: LiveProtocol): () => void {
    this.#counts[protocol] += 1;
    let left = false;
    return () => {
      if (!left) this.#counts[protocol] -= 1;
      left = true;
    };
  }

  /** For protocols whose viewers come and go with each request. */
  set(protocol: LiveProtocol, viewers: number): void {
    this.#counts[protocol] = viewers;
  }

  get counts(): Readonly<Record<LiveProtocol, number>> {
    return this.#counts;
  }
}
