import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { readTypedMoment } from '../../time/typed-moment.ts';
import { dateAt } from '../../time/zone.ts';
import { formatExact } from './words.ts';

interface MomentInputProps {
  label: string;
  /** Unix ms; null while what is typed is no moment. */
  value: number | null;
  onChange(atMs: number | null): void;
  /** What a time without a day, and a step like `+30 s`, count from. */
  aboutMs: number;
  nowMs: number;
  timeZone: string;
  error?: string | null;
  testId: string;
}

/** A moment to the millisecond, as a person types it; written out in full when the field is left. */
export function MomentInput(props: MomentInputProps) {
  const { label, value, onChange, aboutMs, nowMs, timeZone, error = null, testId } = props;
  /** null: not being typed. */
  const [typed, setTyped] = useState<string | null>(null);
  const type = (text: string) => {
    setTyped(text);
    // What is written out may name two instants when clocks are put back: untouched, it stays the one it was.
    if (value !== null && text === formatExact(value, timeZone)) return;
    const atMs = readTypedMoment(text, { date: dateAt(aboutMs, timeZone), atMs: aboutMs, nowMs, timeZone });
    onChange(atMs === null ? null : Math.round(atMs));
  };
  return (
    <TextInput
      label={label}
      data-testid={testId}
      className="tabular"
      autoComplete="off"
      spellCheck={false}
      value={typed ?? (value === null ? '' : formatExact(value, timeZone))}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={() => value !== null && setTyped(null)}
      error={value === null ? 'A time looks like 14:03:22.480' : error}
    />
  );
}
