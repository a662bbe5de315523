import { Temporal } from 'temporal-polyfill';

const units = [
  ['days', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** Up to here hours say more than days. */
const hoursUpToMs = 48 * 3_600_000;

/** The two largest units of a duration: `2 days 3 h`, `25 h`, `5 min`, `12 s`, `0.4 s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${(Math.max(ms, 0) / 1_000).toFixed(1)} s`;
  let seconds = Math.round(ms / 1_000);
  const words: string[] = [];
  for (const [unit, size] of ms < hoursUpToMs ? units.slice(1) : units) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) words.push(`${count} ${unit}`);
    else if (words.length > 0) break;
    if (words.length === 2) break;
  }
  return words.join(' ');
}

/** `1.4 TB`, `812 MB`: powers of 1000, as disks are sold. */
export function bytesText(bytes: number): string {
  const scale = bytes < 1_000 ? 0 : Math.min(5, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** scale;
  return `${value.toFixed(scale === 0 || value >= 100 ? 0 : 1)} ${['B', 'kB', 'MB', 'GB', 'TB', 'PB'][scale]}`;
}

/** Never 100 % while anything is missing. */
export function percentText(share: number): string {
  const percent = Math.floor(share * 10_000) / 100;
  return `${percent === 100 || percent === 0 ? percent : percent.toFixed(2)} %`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listText(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** `2026-11-22 14:03:12`, local to a time zone. */
export function clockText(at: number, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(at)).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return local.toString({ smallestUnit: 'second' }).replace('T', ' ');
}
