/**
 * Texts for instants, durations and sizes. Instants are shown in the recorder's time zone, 24-hour clock.
 * `Intl` only, so that the first page needs no time-zone library.
 */

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timeZone + JSON.stringify(options);
  let found = formatters.get(key);
  if (!found) {
    found = new Intl.DateTimeFormat('en-GB', { hourCycle: 'h23', timeZone, ...options });
    formatters.set(key, found);
  }
  return found;
}

export type ClockPrecision = 'minute' | 'second' | 'millisecond';

/** `14:03`, `14:03:22` or `14:03:22.480`. */
export function formatClock(atMs: number, timeZone: string, precision: ClockPrecision = 'second'): string {
  const options: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' };
  if (precision !== 'minute') options.second = '2-digit';
  if (precision === 'millisecond') options.fractionalSecondDigits = 3;
  return formatter(timeZone, options).format(atMs);
}

/** `Sun 22 Nov`, or `Sun 22 Nov 2026` with `year`. */
export function formatDate(atMs: number, timeZone: string, year: 'with-year' | 'no-year' = 'no-year'): string {
  const options: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' };
  if (year === 'with-year') options.year = 'numeric';
  return formatter(timeZone, options).format(atMs).replace(',', '');
}

/** `Sun 22 Nov 2026, 14:03:22`. */
export function formatMoment(atMs: number, timeZone: string): string {
  return `${formatDate(atMs, timeZone, 'with-year')}, ${formatClock(atMs, timeZone)}`;
}

/** `14:03` when `atMs` is on the same local day as `nowMs`, else `Sat 21 Nov 14:03`. */
export function formatSince(atMs: number, nowMs: number, timeZone: string): string {
  const clock = formatClock(atMs, timeZone, 'minute');
  const sameDay = formatDate(atMs, timeZone, 'with-year') === formatDate(nowMs, timeZone, 'with-year');
  return sameDay ? clock : `${formatDate(atMs, timeZone)} ${clock}`;
}

/** `2026-11-22_14-03-22.480`: safe in a file name on every system. */
export function formatForFileName(atMs: number, timeZone: string): string {
  const date = new Intl.DateTimeFormat('sv-SE', { timeZone }).format(atMs);
  return `${date}_${formatClock(atMs, timeZone, 'millisecond').replaceAll(':', '-')}`;
}

/** The two largest units that matter: `45 s`, `12 min`, `3 h 12 min`, `2 d 4 h`. Negative counts as 0. */
export function formatDuration(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 600 && seconds % 60 !== 0) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

/** A forecast, rounded down: `5 hours`, `3 days`, `4 months`, `2 years`. */
export function formatDays(days: number): string {
  const count = (value: number, unit: string) => `${value} ${unit}${value === 1 ? '' : 's'}`;
  if (days < 2) return count(Math.max(0, Math.floor(days * 24)), 'hour');
  if (days < 120) return count(Math.floor(days), 'day');
  if (days < 730) return count(Math.floor(days / 30.44), 'month');
  return count(Math.floor(days / 365.25), 'year');
}

/** Decimal units, as disks are sold: `640 MB`, `12.4 GB`. */
export function formatBytes(sizeBytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 99.95 && units[unit] !== 'KB' && units[unit] !== 'MB' ? 1 : 0;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** `820 kbit/s`, `4.2 Mbit/s`. */
export function formatBitrate(kbps: number): string {
  return kbps < 1000 ? `${Math.round(kbps)} kbit/s` : `${(kbps / 1000).toFixed(1)} Mbit/s`;
}

/**
 * Whole per cent, rounded down, finer above 99: a missing second must not hide behind "100 %", nor a recorded one
 * behind "0 %".
 */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %';
  if (part >= whole) return '100 %';
  const percent = (100 * part) / whole;
  if (percent < 1) return '< 1 %';
  return percent < 99 ? `${Math.floor(percent)} %` : `${(Math.floor(percent * 100) / 100).toFixed(2)} %`;
}
