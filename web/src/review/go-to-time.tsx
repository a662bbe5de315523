import { Button, Group, Text, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { formatClock, formatDate } from '../time/format.ts';
import { readTypedMoment } from '../time/typed-moment.ts';
import { dateAt } from '../time/zone.ts';

interface GoToTimeProps {
  /** What is shown, Unix ms. */
  atMs: number;
  /** The recorder's clock, Unix ms. */
  nowMs: number;
  timeZone: string;
  onGo(wallMs: number): void;
}

/** A field for a time, with the moment it means said in full before going there. */
export function GoToTime({ atMs, nowMs, timeZone, onGo }: GoToTimeProps) {
  const [text, setText] = useState(() => formatClock(atMs, timeZone));
  const meant = readTypedMoment(text, { date: dateAt(atMs, timeZone), atMs, nowMs, timeZone });
  const isToCome = meant !== null && meant > nowMs;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (meant !== null && !isToCome) onGo(meant);
  };
  return (
    <form onSubmit={submit} data-testid="go-to">
      <Group gap="xs" align="end" wrap="nowrap">
        <TextInput
          label="Go to time"
          w={190}
          data-autofocus
          data-testid="go-to-time"
          autoComplete="off"
          enterKeyHint="go"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
          error={meant === null || isToCome}
        />
        <Button type="submit" disabled={meant === null || isToCome}>
          Go
        </Button>
      </Group>
      <Text size="xs" c="dimmed" mt={6} maw={260} aria-live="polite">
        {meaning(meant, isToCome, timeZone)}
      </Text>
    </form>
  );
}

function meaning(meant: number | null, isToCome: boolean, timeZone: string): string {
  if (meant === null) return 'For example 14:03:22, 3pm, yesterday 7:30, Tue 03:12, 22.11. 14:03 or −5 min';
  if (isToCome) return 'That is still to come';
  const precision = Math.floor(meant) % 1000 === 0 ? 'second' : 'millisecond';
  return `${formatDate(meant, timeZone, 'with-year')}, ${formatClock(meant, timeZone, precision)}`;
}
