import { randomBytes } from 'node:crypto';
import type { WebRtcConfig } from '../../config/index.ts';
import type { RunInfo } from '../../media/chunk.ts';
import { NvrError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { OpusFeed } from '../opus-feed.ts';
import type { LiveStream } from '../stream.ts';
import type { LiveViewers } from '../viewers.ts';
import { profileFit } from './h264-profile.ts';
import { type ParsedOffer, takeUp } from './offer.ts';
import type { FromThread } from './protocol.ts';
import { StreamFeed, whyNotCarried } from './stream-feed.ts';
import { SendingThread } from './thread-handle.ts';
import { readFragment } from './trickle.ts';

interface SessionsParts {
  settings: WebRtcConfig;
  opusOf(stream: LiveStream): OpusFeed;
  viewers: LiveViewers;
  log: Logger;
}

interface Session {
  stream: LiveStream;
  /** Of the decoder that was agreed on. */
  profileLevelId: string | undefined;
  /** The viewer's ICE user name. */
  iceUfrag: string;
  /** Of its ICE session (RFC 9725 section 4.3.1). */
  etag: string;
  leave(): void;
  answered: PromiseWithResolvers<string>;
}

/** Those who watch over WebRTC. Media reaches the sending thread once for each stream. */
export class WebRtcSessions {
  readonly #parts: SessionsParts;
  readonly #thread: SendingThread;
  readonly #sessions = new Map<string, Session>();
  readonly #feeds = new Map<LiveStream, StreamFeed>();

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    const { settings, log } = parts;
    this.#thread = new SendingThread({
      ...{ ice: settings, log },
      onMessage: (message) => this.#onMessage(message),
      onLost: () => {
        for (const id of [...this.#sessions.keys()]) this.#end(id, 'the sending thread ended');
      },
    });
  }

  get iceServers(): WebRtcConfig['servers'] {
    return this.#parts.settings.servers;
  }

  /** To be called as soon as somebody is likely to watch. */
  prepare(): void {
    this.#thread.prepare();
    if (this.#sessions.size === 0) this.#thread.rest();
  }

  /**
   * Answers an offer; the picture follows when the way to the viewer stands.
   * @throws {NvrError} `live_not_possible`, `not_live`, `busy`; `invalid_request` for what shows only then
   */
  async open(stream: LiveStream, parsed: ParsedOffer): Promise<{ id: string; answer: string; etag: string }> {
    const { settings, viewers } = this.#parts;
    if (this.#sessions.size >= settings.maxSessions) {
      throw new NvrError(
        'busy',
        `${settings.maxSessions} are watching over WebRTC already; watch over WebSocket or HLS.`,
      );
    }
    const { run } = stream;
    if (!run) throw new NvrError('not_live', 'The camera sends no picture now. Its status says why.');
    const obstacle = whyNotCarried(stream);
    if (obstacle) throw new NvrError('live_not_possible', obstacle);
    const offer = takeUp(parsed, { record: run.video.codecData, hasSound: run.audio !== null });
    const id = randomBytes(16).toString('base64url');
    const answered = Promise.withResolvers<string>();
    const etag = `"${randomBytes(6).toString('base64url')}"`;
    this.#sessions.set(id, {
      ...{ stream, etag, answered },
      profileLevelId: offer.video.profileLevelId,
      iceUfrag: offer.iceUfrag,
      leave: viewers.enter('webrtc'),
    });
    this.#thread.prepare();
    const feed = this.#feed(stream);
    if (offer.audio) feed.addSound();
    this.#thread.send({ type: 'open', sessionId: id, streamId: stream.id, offer });
    return { id, answer: await answered.promise, etag };
  }

  /**
   * @param ifMatch The header of that name.
   * @throws {NvrError} `live_session_not_found`, `precondition_required`, `precondition_failed`, `unsupported_change`
   */
  addCandidates(id: string, ifMatch: string | undefined, fragment: readonly string[]): void {
    const { iceUfrag, etag } = this.#require(id);
    if (ifMatch === undefined) throw new NvrError('precondition_required', 'Say with If-Match which session is meant.');
    const candidates = readFragment(fragment, iceUfrag);
    if (ifMatch !== etag) throw new NvrError('precondition_failed', 'If-Match is not the ETag of this session.');
    this.#thread.send({ type: 'candidates', sessionId: id, candidates });
  }

  /** The viewer left. @throws {NvrError} `live_session_not_found` */
  end(id: string): void {
    this.#require(id);
    this.#end(id, 'the viewer left');
  }

  async close(): Promise<void> {
    for (const id of [...this.#sessions.keys()]) this.#end(id, 'the recorder stops');
    await this.#thread.close();
  }

  #require(id: string): Session {
    const session = this.#sessions.get(id);
    if (session) return session;
    throw new NvrError('live_session_not_found', 'There is no such session; it may have ended.');
  }

  #onMessage(message: FromThread): void {
    const { sessionId } = message;
    if (message.type === 'closed') this.#end(sessionId, message.reason);
    if (message.type === 'refused') {
      const options = { field: 'body', cause: message.problem };
      this.#end(sessionId, message.problem, new NvrError('invalid_request', 'The offer cannot be answered.', options));
    }
    if (message.type === 'answer') this.#sessions.get(sessionId)?.answered.resolve(message.sdp);
  }

  #feed(stream: LiveStream): StreamFeed {
    const existing = this.#feeds.get(stream);
    if (existing) return existing;
    const feed = new StreamFeed({
      ...{ stream, thread: this.#thread, opusOf: this.#parts.opusOf },
      onRun: (run) => this.#onRun(stream, run),
      onEnd: () => this.#endAll(stream, () => true, 'the stream ended'),
    });
    this.#feeds.set(stream, feed);
    return feed;
  }

  /** A camera may come back with another picture; what a viewer's decoder was not agreed on to show ends its session. */
  #onRun(stream: LiveStream, run: RunInfo): void {
    const { codec, codecData } = run.video;
    this.#endAll(
      stream,
      ({ profileLevelId }) => codec !== 'h264' || profileFit(codecData, profileLevelId) === null,
      'the stream has another format now',
    );
  }

  #endAll(stream: LiveStream, isAffected: (session: Session) => boolean, reason: string): void {
    for (const [id, session] of [...this.#sessions]) {
      if (session.stream === stream && isAffected(session)) this.#end(id, reason);
    }
  }

  #end(
    id: string,
    reason: string,
    error = new NvrError('not_live', `The session ended before it began: ${reason}.`),
  ): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    session.leave();
    session.answered.reject(error);
    this.#thread.send({ type: 'close', sessionId: id });
    this.#parts.log.debug({ streamId: session.stream.id, sessionId: id, reason }, 'WebRTC viewer gone');
    if ([...this.#sessions.values()].some(({ stream }) => stream === session.stream)) return;
    this.#feeds.get(session.stream)?.close();
    this.#feeds.delete(session.stream);
    if (this.#sessions.size === 0) this.#thread.rest();
  }
}
