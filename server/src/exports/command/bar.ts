import type { ExportFile } from '@nightjar/contract';
import { duration } from '../../shared/amounts.ts';
import { RemainingTime } from '../remaining.ts';

export interface BarOutput {
  isTTY?: boolean;
  columns?: number;
  write(text: string): unknown;
}

const terminalMs = 100;
const logMs = 10_000;
const full = 24;

/** One line that renews itself on a terminal, a line now and then elsewhere. */
export class ProgressBar {
  readonly #out: BarOutput;
  readonly #nowMs: () => number;
  readonly #remaining: RemainingTime;
  #shownAt: number;
  #isShown = false;

  constructor(out: BarOutput, nowMs = () => performance.now()) {
    this.#out = out;
    this.#nowMs = nowMs;
    this.#remaining = new RemainingTime(nowMs);
    this.#shownAt = out.isTTY ? Number.NEGATIVE_INFINITY : nowMs();
  }

  /** @param share 0 to 1, of all. */
  show(what: string, share: number): void {
    this.#remaining.onProgress(share);
    if (this.#nowMs() - this.#shownAt < (this.#out.isTTY ? terminalMs : logMs)) return;
    this.#shownAt = this.#nowMs();
    const line = this.line(what, share);
    if (!this.#out.isTTY) {
      this.#out.write(`${line}\n`);
      return;
    }
    this.#isShown = true;
    this.#out.write(`\r${line.slice(0, (this.#out.columns ?? 80) - 1)}\x1b[K`);
  }

  /** `[██████░░] 42 %, 12 s left  Front door` */
  line(what: string, share: number): string {
    const done = Math.round(full * Math.min(Math.max(share, 0), 1));
    const { ms } = this.#remaining;
    const left = ms === null ? '' : `, ${duration(ms / 1_000)} left`;
    return `[${'█'.repeat(done)}${'░'.repeat(full - done)}] ${Math.floor(share * 100)} %${left}  ${what}`;
  }

  /** Removes the line of a terminal. */
  end(): void {
    if (this.#isShown) this.#out.write('\r\x1b[K');
    this.#isShown = false;
  }
}

/** Frames and playing time of what was made, for a person. */
export const madeText = ({ videoFrames, durationMs }: Pick<ExportFile, 'videoFrames' | 'durationMs'>): string =>
  `${videoFrames.toLocaleString('en')} pictures, ${duration(durationMs / 1_000)}`;
