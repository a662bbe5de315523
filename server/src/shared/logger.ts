import { type Logger, pino } from 'pino';
import { redactJson } from './redact.ts';

export type { Logger };

export const logLevels = ['error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

interface LoggerOptions {
  level: LogLevel;
  /** Where lines go, each with its newline; standard output when left out. */
  write?(line: string): void;
  /** One readable line per entry instead of JSON; on a terminal when left out. */
  readable?: boolean;
}

/** The recorder's logger. Credentials in URLs and fields named `password` never reach a line. */
export function createLogger({ level, write, readable = process.stdout.isTTY ?? false }: LoggerOptions): Logger {
  const out = write ?? ((line: string) => process.stdout.write(line));
  const destination = { write: (line: string) => out(readable ? readableLine(line) : line) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redactJson },
    },
    destination,
  );
}

/** `14:03:22.123 WARN  media front-door: no frame for 10 s {"retryInMs":1000}`, then the stack of an error. */
function readableLine(line: string): string {
  const { level, time, msg, part, cameraId, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const moment = new Date(String(time));
  const clock = moment.toLocaleTimeString('en-GB', { hour12: false });
  const milliseconds = String(moment.getMilliseconds()).padStart(3, '0');
  const subject = [part, cameraId].filter(Boolean).join(' ');
  const details = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : '';
  const stack = isError(err) ? `\n  ${err.stack.replaceAll('\n', '\n  ')}` : '';
  const prefix = `${clock}.${milliseconds} ${String(level).toUpperCase().padEnd(5)}`;
  return `${prefix} ${subject && `${subject}: `}${msg ?? ''}${details}${stack}\n`;
}

const isError = (value: unknown): value is { stack: string } =>
  typeof value === 'object' && value !== null && 'stack' in value && typeof value.stack === 'string';
