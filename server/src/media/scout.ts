import { once } from 'node:events';
import type { UnixMs } from '@nightjar/contract';
import type { Clock } from '../shared/clock.ts';
import { firstConnection, transportFor } from './pipeline/connection.ts';
import { type Attempt, supervise } from './pipeline/supervise.ts';
import type { FromWorker, StreamSettings, TriedInVain } from './protocol.ts';
import { openSource } from './source/index.ts';
import { waitingLog, waitingState } from './waiting-state.ts';

interface ScoutContext {
  clock: Clock;
  mediaDirs: readonly string[];
  send(message: FromWorker): void;
}

/** Asks a camera what it offers, again and again, until it says so: all that a camera costs that is not there. */
export class CameraScout {
  readonly #context: ScoutContext;
  readonly #stop = new AbortController();
  #restart = new AbortController();
  #settings: StreamSettings;
  #after: TriedInVain | null;
  #since: UnixMs;
  #done: Promise<void> = Promise.resolve();

  constructor(settings: StreamSettings, after: TriedInVain | null, context: ScoutContext) {
    this.#settings = settings;
    this.#after = after;
    this.#context = context;
    this.#since = context.clock.nowMs();
  }

  start(): void {
    this.#done = this.#superviseUntilStopped();
  }

  /** Another address or password is tried at once. */
  update(settings: StreamSettings): void {
    const isSame = JSON.stringify(this.#settings.source) === JSON.stringify(settings.source);
    this.#settings = settings;
    this.#after = null;
    if (!isSame) this.#restart.abort();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }

  async #superviseUntilStopped(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#restart = new AbortController();
      const signal = AbortSignal.any([this.#stop.signal, this.#restart.signal]);
      const report = (attempt: Attempt) => this.#report(attempt);
      await supervise({ runOnce: (ended) => this.#ask(ended), report, after: this.#after }, signal);
    }
  }

  /** Keeps the connection once there is an answer, for the reason given in `Connection`. */
  async #ask(signal: AbortSignal): Promise<void> {
    const { source } = this.#settings;
    const transport = transportFor(source);
    const { release } = await openSource({
      settings: this.#settings,
      connection: firstConnection(transport),
      encoder: null,
      mediaDirs: this.#context.mediaDirs,
      memory: { lastSegment: null },
      signal,
    });
    try {
      if (signal.aborted) return;
      if (transport === null) release();
      this.#context.send({ type: 'answered', cameraId: this.#settings.cameraId });
      await once(signal, 'abort');
    } finally {
      release();
    }
  }

  #report(attempt: Attempt): void {
    const { cameraId } = this.#settings;
    const { clock, send } = this.#context;
    if (attempt.state === 'starting') {
      send({ type: 'state', cameraId, state: { state: 'starting', since: this.#since } });
      return;
    }
    if (attempt.failures === 1) this.#since = clock.nowMs();
    send({ type: 'log', cameraId, ...waitingLog(attempt) });
    send({ type: 'state', cameraId, state: waitingState(attempt, this.#since, clock.nowMs()) });
  }
}
