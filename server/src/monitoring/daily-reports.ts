import type { DailyReport, ReportSummary } from '@nightjar/contract';
import { NvrError } from '../shared/errors.ts';
import type { LocalDay } from '../shared/local-days.ts';
import { localDayNamed, localDayOf } from '../shared/local-days.ts';
import type { Logger } from '../shared/logger.ts';
import { makeReport, type ReportParts } from './daily-report.ts';
import type { NewEvent } from './event-log.ts';
import { ReportFiles } from './report-files.ts';
import { summary } from './report-text.ts';

interface DailyReportsParts extends ReportParts {
  /** Where the files go. */
  folder: string;
  log: Logger;
  tell(event: NewEvent): void;
}

/** After midnight: the last chunks of the day are on disk and in the index by then. */
const afterMidnightMs = 180_000;
/** A recorder that was off for long makes up for so many days. */
const maxDaysBack = 7;
const maxListed = 92;

/** Reports of all days: of each that is over a file and an event, of today what is known so far. */
export class DailyReports {
  readonly #parts: DailyReportsParts;
  readonly #files: ReportFiles;
  #checkedUntil = '';
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: DailyReportsParts) {
    this.#parts = parts;
    this.#files = new ReportFiles(parts.folder);
  }

  /** @throws {NvrError} `report_not_found` for a day that was not, or is not yet. */
  async of(date: string): Promise<DailyReport> {
    const { clock, timeZone } = this.#parts;
    const day = localDayNamed(date, timeZone);
    if (!day || day.date !== date || day.from > clock.nowMs()) throw notFound();
    const kept = await this.#files.read(date);
    if (kept) return kept;
    const report = await makeReport(this.#parts, day);
    if (isEmpty(report) && report.complete) throw notFound();
    return report;
  }

  /** Today so far, then those of the days that are over, newest first. */
  async list(): Promise<ReportSummary[]> {
    const { clock, timeZone } = this.#parts;
    const today = await makeReport(this.#parts, localDayOf(clock.nowMs(), timeZone));
    const reports = [today];
    for (const date of (await this.#files.dates()).slice(0, maxListed - 1)) {
      const report = await this.#files.read(date);
      if (report && date < today.date) reports.push(report);
    }
    return reports.map(({ date, complete, coverage }) => ({ date, complete, wantedShare: coverage.total.wantedShare }));
  }

  /** Call every minute or so: writes what is due. Also of days that went by while no recorder ran. */
  check(): void {
    const { clock, timeZone, log } = this.#parts;
    const today = localDayOf(clock.nowMs() - afterMidnightMs, timeZone).date;
    if (today === this.#checkedUntil) return;
    this.#checkedUntil = today;
    this.#writing = this.#writing
      .then(() => this.#writeDue(today))
      .catch((error: unknown) => {
        log.error({ err: error }, 'the daily report cannot be written; trying again');
        this.#checkedUntil = '';
      });
  }

  /** Resolves when nothing is being written. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #writeDue(today: string): Promise<void> {
    const written = new Set(await this.#files.dates());
    // The first report is of yesterday, also when there is older footage.
    const daysBack = written.size === 0 ? 1 : maxDaysBack;
    for (const day of this.#daysBefore(today, daysBack).filter(({ date }) => !written.has(date))) {
      const report = await makeReport(this.#parts, day);
      if (isEmpty(report)) continue;
      await this.#files.write(report);
      const isWhole = report.coverage.total.wantedGapMs === 0;
      const message = `Report of ${day.date}. ${summary(report)}`;
      this.#parts.tell({ kind: 'daily_report', level: isWhole ? 'info' : 'warning', message, code: day.date });
    }
  }

  /** Oldest first. */
  #daysBefore(today: string, daysBack: number): LocalDay[] {
    const { timeZone } = this.#parts;
    const days: LocalDay[] = [];
    let day = localDayNamed(today, timeZone);
    for (let back = 0; back < daysBack && day; back += 1) {
      day = localDayOf(day.from - 1, timeZone);
      days.unshift(day);
    }
    return days;
  }
}

/** There was no camera yet. */
const isEmpty = ({ coverage: { total } }: DailyReport): boolean =>
  total.recordedMs === 0 && Object.keys(total.causes).length === 0;

const notFound = () => new NvrError('report_not_found', 'There is no report of this day.');
