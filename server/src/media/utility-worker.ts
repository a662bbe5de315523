import type { ProbeResult, SourceInput } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import { MediaWorker } from './media-worker.ts';
import type { FromWorker, StillRequest } from './protocol.ts';

interface UtilityOptions {
  dataDir: string;
  timeZone: string;
  log: { debug(fields: object, message: string): void; warn(fields: object, message: string): void };
}

interface Pending {
  resolve(message: FromWorker): void;
  reject(error: NvrError): void;
}

/** Each decodes a picture, on a machine that must keep recording. */
const maxPending = 8;

/**
 * A worker for what is asked now and then: trying sources, decoding stills, finding an encoder. Apart from the
 * recording workers, so that a decoder's crash costs no footage.
 */
export class UtilityWorker {
  readonly #options: UtilityOptions;
  readonly #pending = new Map<number, Pending>();
  /** One still at a time: they are heavy, and a viewer waits for one only. */
  #lastStill: Promise<unknown> = Promise.resolve();
  #worker: MediaWorker;
  #nextId = 1;
  #closing = false;
  #encoderFound: (encoder: string | null) => void = () => {};
  readonly encoder: Promise<string | null>;

  constructor(options: UtilityOptions) {
    this.#options = options;
    this.encoder = new Promise((resolve) => {
      this.#encoderFound = resolve;
    });
    this.#worker = this.#spawn('find');
  }

  async probe(source: SourceInput, timeoutMs: number): Promise<ProbeResult> {
    const answer = await this.#ask((id) => ({ type: 'probe', id, source, timeoutMs }));
    if (answer.type !== 'probed') throw new Error('unexpected answer');
    if (!answer.result.ok) throw new NvrError(answer.result.code, answer.result.message);
    return answer.result.value;
  }

  still(still: StillRequest): Promise<Buffer> {
    if (this.#pending.size >= maxPending) return Promise.reject(tooMany());
    const turn = this.#lastStill.then(() => this.#ask((id) => ({ type: 'still', id, still })));
    // A failed one must not hold up the next.
    this.#lastStill = turn.catch(() => {});
    return turn.then((answer) => {
      if (answer.type === 'still' && answer.jpeg) return Buffer.from(answer.jpeg);
      const detail = answer.type === 'still' ? answer.error : undefined;
      throw new NvrError('snapshot_failed', 'The picture cannot be decoded.', { cause: new Error(detail) });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#encoderFound(null);
    await this.#worker.shutdown();
  }

  #ask(request: (id: number) => Parameters<MediaWorker['send']>[0]): Promise<FromWorker> {
    if (this.#pending.size >= maxPending) return Promise.reject(tooMany());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#worker.send(request(id));
    });
  }

  #spawn(encoder: 'find' | null): MediaWorker {
    const { dataDir, timeZone, log } = this.#options;
    return new MediaWorker({
      dataDir,
      timeZone,
      encoder,
      onMessage: (message) => this.#onMessage(message, encoder === 'find'),
      onExit: (reason) => this.#onExit(reason),
      onOutput: (line) => log.debug({}, line),
    });
  }

  #onMessage(message: FromWorker, searching: boolean): void {
    if (message.type === 'ready' && searching) this.#encoderFound(message.encoder);
    if (message.type !== 'probed' && message.type !== 'still') return;
    this.#pending.get(message.id)?.resolve(message);
    this.#pending.delete(message.id);
  }

  #onExit(reason: string): void {
    for (const { reject } of this.#pending.values()) {
      reject(new NvrError('pipeline_failed', 'GStreamer crashed on this request; recordings go on.'));
    }
    this.#pending.clear();
    if (this.#closing) return;
    this.#options.log.warn({ reason }, 'the utility worker died; another one is started');
    // An encoder that kills its process is no encoder; searching again would kill the next one too.
    this.#encoderFound('x264enc');
    this.#worker = this.#spawn(null);
  }
}

const tooMany = () => new NvrError('busy', 'Too many pictures are asked for at once. Try again in a moment.');
