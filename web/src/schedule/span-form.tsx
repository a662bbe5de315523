import { Button, Chip, Group, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import styles from './schedule.module.css';
import { dayMinutes, formatMinute, parseMinute, spanFromTimes, type WeekSpan } from './week.ts';
import { dayName, shortDayNames } from './words.ts';

interface SpanFormProps {
  /** What the fields begin with. */
  initial: WeekSpan;
  /** `new` may be for several days at once. */
  kind: 'new' | 'existing';
  onSave(spans: WeekSpan[]): void;
  onRemove(): void;
  onCancel(): void;
}

/** Exact times of a span. */
export function SpanForm({ initial, kind, onSave, onRemove, onCancel }: SpanFormProps) {
  const [days, setDays] = useState([String(initial.day)]);
  const [from, setFrom] = useState(formatMinute(initial.start));
  const [to, setTo] = useState(formatMinute(initial.end > dayMinutes ? initial.end - dayMinutes : initial.end));
  const start = parseMinute(from);
  const end = parseMinute(to);
  const valid = start !== null && start < dayMinutes && end !== null && days.length > 0;
  const spans = valid ? days.map((day) => spanFromTimes(Number(day), start, end)) : [];
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (valid) onSave(spans);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="sm" w={264}>
        <DayChips days={days} single={kind === 'existing'} onChange={setDays} />
        <Group grow wrap="nowrap" align="start">
          <TimeField
            label="From"
            value={from}
            onChange={setFrom}
            valid={start !== null && start < dayMinutes}
            autoFocus
          />
          <TimeField label="To" value={to} onChange={setTo} valid={end !== null} />
        </Group>
        <Text size="xs" c="dimmed" mih={18}>
          {endNote(spans)}
        </Text>
        <Group gap="xs" justify="flex-end">
          {kind === 'existing' ? (
            <Button size="xs" variant="subtle" color="red" c="var(--nj-red)" mr="auto" onClick={onRemove}>
              Remove
            </Button>
          ) : (
            <Button size="xs" variant="default" onClick={onCancel}>
              Cancel
            </Button>
          )}
          <Button size="xs" type="submit" disabled={!valid} data-testid="span-save">
            {kind === 'existing' ? 'Done' : 'Add'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function endNote([first, ...more]: WeekSpan[]): string {
  if (!first || first.end <= dayMinutes) return '';
  return more.length > 0 ? 'Ends on the day after.' : `Ends on ${dayName(first.day + 1)}.`;
}

interface DayChipsProps {
  days: string[];
  single: boolean;
  onChange(days: string[]): void;
}

function DayChips({ days, single, onChange }: DayChipsProps) {
  const chips = (
    <Group gap={4} wrap="nowrap" justify="space-between" role="group" aria-label="Days">
      {shortDayNames.map((name, day) => (
        <Chip
          key={name}
          value={String(day)}
          size="xs"
          radius="sm"
          variant="outline"
          color="gray"
          data-testid={`span-day-${day}`}
          classNames={{ iconWrapper: styles.chipIcon ?? '', label: styles.chip ?? '' }}
        >
          {name.slice(0, 2)}
        </Chip>
      ))}
    </Group>
  );
  if (single) {
    return (
      <Chip.Group value={days[0] ?? null} onChange={(day) => onChange([day as string])}>
        {chips}
      </Chip.Group>
    );
  }
  return (
    <Chip.Group multiple value={days} onChange={onChange}>
      {chips}
    </Chip.Group>
  );
}

interface TimeFieldProps {
  label: string;
  value: string;
  onChange(value: string): void;
  valid: boolean;
  autoFocus?: boolean;
}

/** A time of day, typed: `7`, `730`, `07:30`. */
export function TimeField({ label, value, onChange, valid, autoFocus = false }: TimeFieldProps) {
  const tidy = () => {
    const minute = parseMinute(value);
    if (minute !== null) onChange(formatMinute(minute));
  };
  return (
    <TextInput
      label={label}
      size="sm"
      inputMode="numeric"
      autoComplete="off"
      maxLength={5}
      data-autofocus={autoFocus || undefined}
      data-testid={`time-${label.toLowerCase()}`}
      className="tabular"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onFocus={(event) => event.currentTarget.select()}
      onBlur={tidy}
      error={valid ? null : 'e.g. 18:30'}
    />
  );
}
