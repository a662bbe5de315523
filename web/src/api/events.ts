import type { CameraStatus, ServerEvent } from '@nightjar/contract';
import { retryDelayMs } from './retry.ts';

export type Connection =
  | { state: 'connecting' }
  | { state: 'open' }
  /** No events since then (browser's clock); states on the page are as of that moment. */
  | { state: 'lost'; sinceMs: number };

interface EventsOptions {
  /** A camera was created, changed or deleted, or events were missed: lists must be read again. */
  onCamerasChanged(): void;
}

/**
 * The recorder's event stream: the newest status of each camera, kept while connections come and go.
 * Made to be read with `useSyncExternalStore`: `subscribe` and getters that answer the same object until it changes.
 */
export class RecorderEvents {
  readonly #onCamerasChanged: () => void;
  readonly #listeners = new Set<() => void>();
  readonly #statuses = new Map<string, CameraStatus>();
  #connection: Connection = { state: 'connecting' };
  #source: EventSource | undefined;
  #retry: number | undefined;
  #failures = 0;

  constructor({ onCamerasChanged }: EventsOptions) {
    this.#onCamerasChanged = onCamerasChanged;
  }

  start(): void {
    if (this.#source) return;
    const source = new EventSource('/api/v1/events');
    this.#source = source;
    source.onopen = () => {
      if (this.#connection.state === 'lost') this.#onCamerasChanged();
      this.#failures = 0;
      this.#setConnection({ state: 'open' });
    };
    // EventSource retries some failures by itself and gives up on others: one schedule for all is simpler to trust.
    source.onerror = () => {
      this.#close();
      this.#failures += 1;
      this.#setConnection({ state: 'lost', sinceMs: this.#lostSince() });
      this.#retry = window.setTimeout(() => this.start(), retryDelayMs(this.#failures, 10_000));
    };
    source.addEventListener('status', (message) => this.#receive(message));
    source.addEventListener('camera', (message) => this.#receive(message));
  }

  stop(): void {
    window.clearTimeout(this.#retry);
    this.#close();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly connection = (): Connection => this.#connection;

  readonly status = (cameraId: string): CameraStatus | undefined => this.#statuses.get(cameraId);

  #receive(message: MessageEvent<string>): void {
    const event = JSON.parse(message.data) as ServerEvent;
    if (event.type === 'status') {
      this.#statuses.set(event.status.cameraId, event.status);
      this.#notify();
      return;
    }
    if (event.change === 'deleted') this.#statuses.delete(event.cameraId);
    this.#onCamerasChanged();
  }

  #lostSince(): number {
    return this.#connection.state === 'lost' ? this.#connection.sinceMs : Date.now();
  }

  #setConnection(connection: Connection): void {
    this.#connection = connection;
    this.#notify();
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
