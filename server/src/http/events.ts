import type { ServerResponse } from 'node:http';
import { type ServerEvent, Type } from '@nightjar/contract';
import type { App } from '../shared/route.ts';

interface EventHubParts {
  /** What a new client is told first: how things stand now. */
  snapshot(): ServerEvent[];
  /** Milliseconds between signs of life; also how fast a proxy or a dead client is noticed. */
  heartbeatMs?: number;
  /** A client that leaves more than this unread is dropped; it connects again and gets a fresh snapshot. */
  maxBacklogBytes?: number;
}

/** Sends changes to every browser that listens (server-sent events, WHATWG HTML section 9.2). */
export class EventHub {
  readonly #snapshot: () => ServerEvent[];
  readonly #maxBacklogBytes: number;
  readonly #clients = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor({ snapshot, heartbeatMs = 15_000, maxBacklogBytes = 1 << 20 }: EventHubParts) {
    this.#snapshot = snapshot;
    this.#maxBacklogBytes = maxBacklogBytes;
    this.#heartbeat = setInterval(() => this.#send(': still here\n\n'), heartbeatMs).unref();
  }

  get clientCount(): number {
    return this.#clients.size;
  }

  publish(event: ServerEvent): void {
    this.#send(frame(event));
  }

  /** Takes over a response whose head is not yet written. Snapshot and later changes follow each other without a hole. */
  connect(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    response.on('close', () => this.#clients.delete(response));
    response.write(`retry: 2000\n\n${this.#snapshot().map(frame).join('')}`);
    this.#clients.add(response);
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.#heartbeat);
    for (const client of this.#clients) client.end();
    this.#clients.clear();
  }

  #send(text: string): void {
    for (const client of this.#clients) {
      client.write(text);
      if (client.writableLength > this.#maxBacklogBytes) client.destroy();
    }
  }
}

/** JSON has no raw line breaks, so one `data:` line holds any event. */
const frame = (event: ServerEvent) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const exampleEvent = frame({
  type: 'status',
  status: { cameraId: 'front-door', substream: null, state: 'starting', since: 1_795_356_180_000 },
});

export function eventRoutes(app: App, events: EventHub): void {
  app.get(
    '/events',
    {
      // Answering HEAD would open a stream that nobody reads.
      exposeHeadRoute: false,
      schema: {
        tags: ['Recorder'],
        summary: 'All changes as they happen',
        description:
          "Server-sent events. On connecting: one `status` per camera. Then `status` when a camera's state changes and " +
          '`camera` when one is added, changed or removed, `event` for each entry of the event log, `storage` when ' +
          '`/storage` has changed, `archive` when an archive has, `export` when an export has, `layouts` when `/layouts` ' +
          'has, `marks` when `/marks` has; the data is JSON.',
        produces: ['text/event-stream'],
        response: { 200: Type.String({ description: 'A stream that does not end.', examples: [exampleEvent] }) },
      },
    },
    (_request, reply) => {
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      events.connect(reply.raw);
    },
  );
  app.addHook('preClose', async () => events.close());
}
