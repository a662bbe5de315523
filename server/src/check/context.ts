import { setTimeout as sleep } from 'node:timers/promises';
import type { ReadDatabase } from '../database/index.ts';
import type { Finding, Findings } from './finding.ts';
import type { Progress } from './progress.ts';
import type { CheckedVolume } from './volumes.ts';

/** What every part of a check needs. */
export interface CheckContext {
  database: ReadDatabase;
  dataDir: string;
  timeZone: string;
  volumes: readonly CheckedVolume[];
  progress: Progress;
  suspicions: Suspicions;
}

type Judge = () => Promise<Finding[]>;

const keyOf = ({ kind, where }: Finding): string => `${kind} ${where}`;

/**
 * Keeps a running recorder's normal ways from looking like defects: files appear before their rows, rows are saved some
 * seconds late, footage is cleaned away. What looks wrong while it runs is judged again at the end, and counts only when
 * it still does.
 */
export class Suspicions {
  readonly #findings: Findings;
  readonly #isRecorderRunning: () => boolean;
  readonly #settleMs: number;
  readonly #open: Array<{ keys: Set<string>; judge: Judge }> = [];

  /** @param settleMs longer than the recorder's index lags behind its files. */
  constructor(findings: Findings, isRecorderRunning: () => boolean, settleMs: number) {
    this.#findings = findings;
    this.#isRecorderRunning = isRecorderRunning;
    this.#settleMs = settleMs;
  }

  get recorderRunning(): boolean {
    return this.#isRecorderRunning();
  }

  /** Adds what `judge` finds, at once or, beside a recorder, after it was found twice. */
  async judge(judge: Judge): Promise<void> {
    const found = await judge();
    if (found.length === 0) return;
    if (this.#isRecorderRunning()) this.#open.push({ keys: new Set(found.map(keyOf)), judge });
    else for (const finding of found) this.#findings.add(finding);
  }

  /** To be called once, at the end. */
  async settle(): Promise<void> {
    if (this.#open.length > 0) await sleep(this.#settleMs);
    for (const { keys, judge } of this.#open.splice(0)) {
      for (const finding of await judge()) if (keys.has(keyOf(finding))) this.#findings.add(finding);
    }
  }
}
