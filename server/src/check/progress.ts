import { amount, duration, whole } from '../shared/amounts.ts';

/** Where progress is shown: standard error, so that a report on standard output stays clean. */
export interface ProgressOutput {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

interface ProgressParts {
  out: ProgressOutput;
  /** Monotonic, milliseconds. */
  nowMs?(): number;
}

/** How often a terminal's line is renewed, and how often a line is written elsewhere. */
const terminalMs = 200;
const logMs = 10_000;

/** Tells how far a long look at many files is: one line that renews itself on a terminal, a line now and then elsewhere. */
export class Progress {
  readonly #out: ProgressOutput;
  readonly #nowMs: () => number;
  #step = '';
  #beganMs = 0;
  #shownMs = 0;
  #totalFiles = 0;
  #files = 0;
  #bytes = 0;

  constructor({ out, nowMs = () => performance.now() }: ProgressParts) {
    this.#out = out;
    this.#nowMs = nowMs;
  }

  /** Begins another step. @param totalFiles 0 when it is not known how many there will be. */
  begin(step: string, totalFiles = 0): void {
    this.#clear();
    this.#step = step;
    this.#totalFiles = totalFiles;
    this.#files = 0;
    this.#bytes = 0;
    this.#beganMs = this.#nowMs();
    this.#shownMs = this.#beganMs;
    if (this.#out.isTTY) this.#out.write(`${step} …`);
  }

  /** @param bytes of the files that were looked at. */
  add(files: number, bytes: number): void {
    this.#files += files;
    this.#bytes += bytes;
    const now = this.#nowMs();
    if (now - this.#shownMs < (this.#out.isTTY ? terminalMs : logMs)) return;
    this.#shownMs = now;
    if (this.#out.isTTY) this.#out.write(`\r${this.line().slice(0, (this.#out.columns ?? 80) - 1)}\x1b[K`);
    else this.#out.write(`${this.line()}\n`);
  }

  /** Removes the line of a terminal. */
  end(): void {
    this.#clear();
    this.#step = '';
  }

  /** `Reading files: 1,200 of 5,000 (24 %), 96.0 GB, 250 files/s, 15 s left` */
  line(): string {
    const seconds = Math.max((this.#nowMs() - this.#beganMs) / 1_000, 0.001);
    const rate = this.#files / seconds;
    const parts = [`${amount(this.#bytes)}, ${whole(rate)} files/s`];
    if (this.#totalFiles === 0) return `${this.#step}: ${whole(this.#files)} files, ${parts[0]}`;
    const share = Math.min(100, Math.floor((100 * this.#files) / this.#totalFiles));
    const left = rate > 0 ? Math.max(0, this.#totalFiles - this.#files) / rate : Number.POSITIVE_INFINITY;
    if (Number.isFinite(left)) parts.push(`${duration(left)} left`);
    return `${this.#step}: ${whole(this.#files)} of ${whole(this.#totalFiles)} files (${share} %), ${parts.join(', ')}`;
  }

  #clear(): void {
    if (this.#out.isTTY && this.#step !== '') this.#out.write('\r\x1b[K');
  }
}
