import fs from 'node:fs/promises';
import path from 'node:path';
import type { DailyReport } from '@nightjar/contract';

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

/** The reports of days that are over, as files: a text for people, and the same as JSON. */
export class ReportFiles {
  readonly #folder: string;

  /** @param folder made when the first report is. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `YYYY-MM-DD`, newest first. */
  async dates(): Promise<string[]> {
    const names = await fs.readdir(this.#folder).catch((error: unknown) => {
      if (isMissing(error)) return [];
      throw error;
    });
    const dates = names.map((name) => /^(\d{4}-\d\d-\d\d)\.json$/.exec(name)?.[1]);
    return dates.filter((date) => date !== undefined).sort((a, b) => (a < b ? 1 : -1));
  }

  /** null when there is none. @param date `YYYY-MM-DD`, nothing else. */
  async read(date: string): Promise<DailyReport | null> {
    try {
      return JSON.parse(await fs.readFile(this.#fileOf(date, 'json'), 'utf8')) as DailyReport;
    } catch (error) {
      // One that was cut off, or edited, is as good as none: it can be made again.
      if (isMissing(error) || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** The text comes first: when the JSON is there, both are. */
  async write(report: DailyReport): Promise<void> {
    await fs.mkdir(this.#folder, { recursive: true });
    await this.#replace(this.#fileOf(report.date, 'txt'), report.text);
    await this.#replace(this.#fileOf(report.date, 'json'), `${JSON.stringify(report, null, 2)}\n`);
  }

  #fileOf(date: string, ending: 'txt' | 'json'): string {
    return path.join(this.#folder, `${date}.${ending}`);
  }

  async #replace(file: string, text: string): Promise<void> {
    await fs.writeFile(`${file}.new`, text);
    await fs.rename(`${file}.new`, file);
  }
}
