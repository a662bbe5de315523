import type { ProbeResult, SourceInput } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { MediaWorker } from './media-worker.ts';
import type { FromWorker, StillRequest, ToWorker } from './protocol.ts';

interface UtilityOptions {
  timeZone: string;
  mediaDirs: readonly string[];
  log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
}

type Answer = Extract<FromWorker, { id: number }>;

interface Pending {
  resolve(answer: Answer): void;
  reject(error: NvrError): void;
  /** Ends the worker. */
  hanging: NodeJS.Timeout;
}

/** Each decodes a picture, on a machine that must keep recording. */
const maxPending = 8;
/** Recording, and the page that shows the pictures, come first. */
const niceness = 5;
/** Not needed for this long, the process ends: it holds some 60 MB. */
const idleMs = 120_000;
/** Each request ends by itself sooner; a process that does not answer hangs. */
const answerWithinMs = 30_000;
/** For a machine whose better encoders kill the process that tries them. */
const safeEncoder = 'x264enc';

/**
 * A worker for what is asked now and then: trying sources, decoding stills, finding an encoder. Apart from the
 * recording workers, so that a decoder's crash costs no footage; there only while it is needed.
 */
export class UtilityWorker {
  readonly #options: UtilityOptions;
  readonly #pending = new Map<number, Pending>();
  /** One still at a time: they are heavy, and a viewer waits for one only. */
  #lastStill: Promise<unknown> = Promise.resolve();
  #waitingStills = 0;
  #worker: MediaWorker | null = null;
  #idle: NodeJS.Timeout | null = null;
  #nextId = 1;
  #encoder: Promise<string | null> | null = null;

  constructor(options: UtilityOptions) {
    this.#options = options;
  }

  /** The best H.264 encoder that works, looked for once; null when there is none. */
  get encoder(): Promise<string | null> {
    this.#encoder ??= this.#ask((id) => ({ type: 'find-encoder', id })).then(
      (answer) => (answer.type === 'encoder' ? answer.encoder : null),
      () => safeEncoder,
    );
    return this.#encoder;
  }

  get pid(): number | undefined {
    return this.#worker?.pid;
  }

  async probe(source: SourceInput, timeoutMs: number): Promise<ProbeResult> {
    const answer = await this.#ask((id) => ({ type: 'probe', id, source, timeoutMs }));
    if (answer.type !== 'probed') throw new Error('unexpected answer');
    if (!answer.result.ok) throw new NvrError(answer.result.code, answer.result.message);
    return answer.result.value;
  }

  still(still: StillRequest): Promise<Buffer> {
    if (this.#waitingStills >= maxPending) return Promise.reject(tooMany());
    this.#waitingStills += 1;
    const turn = this.#lastStill.then(() => this.#ask((id) => ({ type: 'still', id, still })));
    // A failed one must not hold up the next.
    this.#lastStill = turn.then(
      () => this.#stillDone(),
      () => this.#stillDone(),
    );
    return turn.then((answer) => {
      if (answer.type === 'still' && answer.jpeg) return Buffer.from(answer.jpeg);
      const detail = answer.type === 'still' ? answer.error : undefined;
      throw new NvrError('snapshot_failed', 'The picture cannot be decoded.', { cause: new Error(detail) });
    });
  }

  #stillDone(): void {
    this.#waitingStills -= 1;
  }

  /** Resolves when the process is gone; a later request starts another. */
  async close(): Promise<void> {
    if (this.#idle) clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.shutdown();
  }

  #ask(request: (id: number) => ToWorker): Promise<Answer> {
    if (this.#pending.size >= maxPending) return Promise.reject(tooMany());
    if (this.#idle) clearTimeout(this.#idle);
    this.#worker ??= this.#spawn();
    const worker = this.#worker;
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const hanging = setTimeout(() => worker.kill(), answerWithinMs);
      this.#pending.set(id, { resolve, reject, hanging });
      worker.send(request(id));
    });
  }

  #spawn(): MediaWorker {
    const { timeZone, mediaDirs, log } = this.#options;
    const worker = new MediaWorker({
      volumes: { volumes: [], ifNone: { code: 'disk_error', message: 'This worker does not record.' } },
      timeZone,
      encoder: null,
      mediaDirs,
      niceness,
      onMessage: (message) => {
        if ('id' in message) this.#onAnswer(message);
      },
      onExit: (reason) => this.#onExit(worker, reason),
      onOutput: (line) => log.debug({}, line),
    });
    return worker;
  }

  #onAnswer(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if (pending) clearTimeout(pending.hanging);
    pending?.resolve(answer);
    this.#pending.delete(answer.id);
    if (this.#pending.size === 0) this.#idle = setTimeout(() => void this.close(), idleMs).unref();
  }

  #onExit(worker: MediaWorker, reason: string): void {
    // One that was told to end has answered all it was asked.
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#options.log.warn({ reason }, 'the utility worker died; the next request starts another');
    for (const { reject, hanging } of this.#pending.values()) {
      clearTimeout(hanging);
      reject(new NvrError('pipeline_failed', 'GStreamer crashed on this request; recordings go on.'));
    }
    this.#pending.clear();
  }
}

const tooMany = () => new NvrError('busy', 'Too many pictures are asked for at once. Try again in a moment.');
