/** `1,200` */
export const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** `1 file`, `1,200 files`. */
export const counted = (value: number, noun: string): string => `${whole(value)} ${noun}${value === 1 ? '' : 's'}`;

/** Bytes for a person. */
export function amount(bytes: number): string {
  if (bytes < 1e6) return `${whole(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Seconds for a person: `4 s`, `12 min`, `3.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${seconds < 9.95 ? seconds.toFixed(1) : whole(seconds)} s`;
  return seconds < 5_400 ? `${whole(seconds / 60)} min` : `${(seconds / 3_600).toFixed(1)} h`;
}
