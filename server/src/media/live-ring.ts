import type { Chunk, RunInfo } from './chunk.ts';
import { videoTimescale } from './fmp4/index.ts';
import type { LiveFrame } from './live-frame.ts';
import type { FromWorker } from './protocol.ts';

type LiveMessage = Extract<FromWorker, { type: 'live-run' | 'chunk' | 'frames' | 'live-replayed' }>;

interface LiveRingOptions {
  cameraId: string;
  send(message: LiveMessage): void;
}

/** Chunks from one keyframe to the next. */
interface Gop {
  run: RunInfo;
  chunks: Chunk[];
  durationMs: number;
  sizeBytes: number;
}

const keptMs = 20_000;
const minGops = 3;
/** A chunk's worth, with sound; more only when chunks do not come. */
const maxNewest = 500;
/** Sound that may not be in a chunk yet although its pictures are. */
const soundSlackS = 0.5;
/** Whatever the bit rate and the distance of keyframes: of an endless group of pictures nothing is kept. */
const maxBytes = 48 * 1024 * 1024;

/**
 * The newest seconds of one camera. They cross to main only while someone watches, at once from the past on, then frame
 * by frame: copying everything to main for nobody costs as much as recording it (measured: 0.3 of 0.6 CPU-seconds a
 * camera-minute).
 */
export class LiveRing {
  readonly #options: LiveRingOptions;
  #gops: Gop[] = [];
  #run: RunInfo | null = null;
  #watched = false;
  /** Those that are in no chunk yet; sound a little longer, for it comes into chunks as it likes. */
  #newest: LiveFrame[] = [];
  #unsent: LiveFrame[] = [];
  /** Messages of frames of this run. */
  #messages = 0;

  constructor(options: LiveRingOptions) {
    this.#options = options;
  }

  /** Sends what is kept, then each frame as it comes, until `watched` is false. */
  set watched(watched: boolean) {
    if (watched && !this.#watched) this.#replay();
    this.#watched = watched;
    this.#unsent = [];
  }

  onRun(run: RunInfo): void {
    this.#flush();
    this.#run = run;
    this.#newest = [];
    this.#messages = 0;
    if (this.#watched) this.#options.send({ type: 'live-run', run });
  }

  onChunk(chunk: Chunk): void {
    if (!this.#run) return;
    this.#keep(this.#run, chunk);
    this.#forget(this.#run, chunk);
  }

  /** Frames that come together, as picture and sound do, cross together. */
  onFrame(frame: LiveFrame): void {
    this.#newest.push(frame);
    if (this.#newest.length > maxNewest) this.#newest.shift();
    if (!this.#watched) return;
    if (this.#unsent.length === 0) queueMicrotask(() => this.#flush());
    this.#unsent.push(frame);
  }

  #flush(): void {
    const frames = this.#unsent;
    this.#unsent = [];
    if (this.#run && this.#watched && frames.length > 0) this.#sendFrames(this.#run, frames);
  }

  #forget({ audio }: RunInfo, { mediaTime, duration }: Chunk): void {
    const endS = (mediaTime + duration) / videoTimescale;
    const isNewer = ({ track, dts }: LiveFrame) =>
      track === 'video' ? dts / videoTimescale >= endS : dts / (audio?.sampleRate ?? 1) >= endS - soundSlackS;
    this.#newest = this.#newest.filter(isNewer);
  }

  #keep(run: RunInfo, chunk: Chunk): void {
    if (chunk.keyframe) this.#gops.push({ run, chunks: [], durationMs: 0, sizeBytes: 0 });
    const gop = this.#gops.at(-1);
    if (!gop) return;
    gop.chunks.push(chunk);
    gop.durationMs += chunk.duration / 90;
    gop.sizeBytes += chunk.sizeBytes;
    this.#trim();
  }

  #trim(): void {
    const sum = (pick: (gop: Gop) => number) => this.#gops.reduce((total, gop) => total + pick(gop), 0);
    let durationMs = sum((gop) => gop.durationMs);
    let sizeBytes = sum((gop) => gop.sizeBytes);
    for (let oldest = this.#gops[0]; oldest; oldest = this.#gops[0]) {
      const enough = durationMs - oldest.durationMs >= keptMs && this.#gops.length > minGops;
      if (!enough && sizeBytes <= maxBytes) return;
      durationMs -= oldest.durationMs;
      sizeBytes -= oldest.sizeBytes;
      this.#gops.shift();
    }
  }

  #replay(): void {
    const { cameraId, send } = this.#options;
    let run: RunInfo | null = null;
    for (const gop of this.#gops) {
      if (gop.run !== run) send({ type: 'live-run', run: gop.run });
      run = gop.run;
      for (const chunk of gop.chunks) this.#sendChunk(run, chunk);
    }
    if (this.#run && this.#run !== run) send({ type: 'live-run', run: this.#run });
    if (this.#run && this.#newest.length > 0) this.#sendFrames(this.#run, this.#newest);
    send({ type: 'live-replayed', cameraId });
  }

  #sendFrames({ runId }: RunInfo, frames: LiveFrame[]): void {
    this.#messages += 1;
    const { cameraId, send } = this.#options;
    send({ type: 'frames', cameraId, runId, message: this.#messages, frames });
  }

  #sendChunk({ runId }: RunInfo, chunk: Chunk): void {
    this.#options.send({ type: 'chunk', cameraId: this.#options.cameraId, runId, chunk });
  }
}
