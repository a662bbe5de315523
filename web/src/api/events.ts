import type { ArchiveJob, CameraStatus, ExportJob, ServerEvent } from '@nightjar/contract';
import { retryDelayMs } from './retry.ts';

export type Connection =
  | { state: 'connecting' }
  | { state: 'open' }
  /** No events since then (browser's clock); states on the page are as of that moment. */
  | { state: 'lost'; sinceMs: number };

const eventTypes: ReadonlyArray<ServerEvent['type']> = [
  'status',
  'camera',
  'event',
  'storage',
  'archive',
  'layouts',
  'export',
  'marks',
];

interface EventsOptions {
  /** A camera was created, changed or deleted, or events were missed: lists must be read again. */
  onCamerasChanged(): void;
  /** Volumes or their states changed, or that may have been missed. */
  onStorageChanged(): void;
  /** The event log has a new entry, or that may have been missed. */
  onLogged(): void;
  /** null: news of archives may have been missed. */
  onArchive(job: ArchiveJob | null): void;
  /** Saved walls changed, or that may have been missed. */
  onLayoutsChanged(): void;
  /** null: one was removed, or news of exports may have been missed. */
  onExport(job: ExportJob | null): void;
  /** Locks or bookmarks changed, or that may have been missed. */
  onMarksChanged(): void;
}

/**
 * The recorder's event stream: the newest status of each camera, kept while connections come and go.
 * Made to be read with `useSyncExternalStore`: `subscribe` and getters that answer the same object until it changes.
 */
export class RecorderEvents {
  readonly #options: EventsOptions;
  readonly #listeners = new Set<() => void>();
  #statuses: ReadonlyMap<string, CameraStatus> = new Map();
  #connection: Connection = { state: 'connecting' };
  #source: EventSource | undefined;
  #retry: number | undefined;
  #failures = 0;

  constructor(options: EventsOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#source) return;
    const source = new EventSource('/api/v1/events');
    this.#source = source;
    source.onopen = () => {
      if (this.#connection.state === 'lost') this.#onMissed();
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
    for (const type of eventTypes) source.addEventListener(type, (message) => this.#receive(message));
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

  /** The newest status of all cameras. */
  readonly statuses = (): ReadonlyMap<string, CameraStatus> => this.#statuses;

  #receive(message: MessageEvent<string>): void {
    const event = JSON.parse(message.data) as ServerEvent;
    switch (event.type) {
      case 'status':
        this.#statuses = new Map(this.#statuses).set(event.status.cameraId, event.status);
        this.#notify();
        break;
      case 'camera':
        if (event.change === 'deleted') this.#forget(event.cameraId);
        this.#options.onCamerasChanged();
        break;
      case 'event':
        this.#options.onLogged();
        break;
      case 'storage':
        this.#options.onStorageChanged();
        break;
      case 'archive':
        this.#options.onArchive(event.job);
        break;
      case 'layouts':
        this.#options.onLayoutsChanged();
        break;
      case 'export':
        this.#options.onExport(event.job);
        break;
      case 'marks':
        this.#options.onMarksChanged();
        break;
    }
  }

  #forget(cameraId: string): void {
    this.#statuses = new Map([...this.#statuses].filter(([id]) => id !== cameraId));
  }

  #onMissed(): void {
    this.#options.onCamerasChanged();
    this.#options.onStorageChanged();
    this.#options.onLogged();
    this.#options.onArchive(null);
    this.#options.onLayoutsChanged();
    this.#options.onExport(null);
    this.#options.onMarksChanged();
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
