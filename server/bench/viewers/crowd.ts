/** Child process: many viewers of one kind. Its argument is a `CrowdOrder`; told to end, it sends a `CrowdReport`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { watchHls } from './hls-viewer.ts';
import { watchRtsp } from './rtsp-viewer.ts';
import { watchSocket } from './socket-viewer.ts';
import { Watched } from './watched.ts';

const kinds = { hls: watchHls, websocket: watchSocket, rtsp: watchRtsp };

export interface CrowdOrder {
  kind: keyof typeof kinds;
  /** Viewers take turns over these. */
  addresses: string[];
  viewers: number;
}

export interface CrowdReport {
  pictures: number;
  missing: number;
  bytes: number;
  /** From the camera to the viewer, of all pieces of all viewers, ascending. */
  delaysMs: number[];
  /** Of viewers who were cut off. */
  failures: string[];
}

/** Arrivals are spread over this time. */
const arrivalMs = 5_000;

const order = JSON.parse(process.argv[2] ?? '') as CrowdOrder;
const over = new AbortController();
const failures: string[] = [];

async function viewer(n: number): Promise<Watched> {
  const watched = new Watched();
  const address = order.addresses[n % order.addresses.length] ?? '';
  try {
    await sleep((arrivalMs * n) / order.viewers, undefined, { signal: over.signal });
    await kinds[order.kind](address, watched, over.signal);
  } catch (error) {
    if (!isEnd(error)) failures.push(String(error));
  }
  return watched;
}

const isEnd = (error: unknown) => error instanceof Error && error.name === 'AbortError';

process.once('message', () => over.abort());
const all = await Promise.all(Array.from({ length: order.viewers }, (_, n) => viewer(n)));
const sum = (of: (watched: Watched) => number) => all.reduce((total, watched) => total + of(watched), 0);
const report: CrowdReport = {
  pictures: sum(({ pictures }) => pictures),
  missing: sum(({ missing }) => missing),
  bytes: sum(({ bytes }) => bytes),
  delaysMs: all.flatMap(({ delaysMs }) => delaysMs).sort((a, b) => a - b),
  failures,
};
process.send?.(report, () => process.disconnect());
