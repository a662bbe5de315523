import { Button, Group, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import type { Position } from '../player/position.ts';
import { formatClock } from '../time/format.ts';
import { type LocalDay, timeOfDay } from '../time/zone.ts';
import styles from './review.module.css';

interface ClockProps {
  position: Position;
  day: LocalDay;
  timeZone: string;
  /** The field to type a time into is shown. */
  asking: boolean;
  onAsking(asking: boolean): void;
  onGo(wallMs: number): void;
}

/** The time of the picture shown; a click asks for another. */
export function Clock({ position, day, timeZone, asking, onAsking, onGo }: ClockProps) {
  const wallMs = useSyncExternalStore(position.subscribe, position.get);
  const text = formatClock(wallMs, timeZone, 'millisecond');
  return (
    <Popover opened={asking} onChange={onAsking} position="top" withArrow trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton
          className={styles.clock}
          data-testid="current-time"
          data-at={Math.round(wallMs)}
          aria-label={`${text}. Go to another time`}
          onClick={() => onAsking(!asking)}
        >
          {text.slice(0, 8)}
          <span className={styles.fraction}>{text.slice(8)}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <GoToTime
          day={day}
          timeZone={timeZone}
          initial={text.slice(0, 8)}
          onGo={(at) => {
            onAsking(false);
            onGo(at);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

interface GoToTimeProps {
  day: LocalDay;
  timeZone: string;
  initial: string;
  onGo(wallMs: number): void;
}

function GoToTime({ day, timeZone, initial, onGo }: GoToTimeProps) {
  const [text, setText] = useState(initial);
  const at = timeOfDay(text, day.date, timeZone);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (at !== null) onGo(at);
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="end" wrap="nowrap">
        <TextInput
          label="Go to time"
          w={130}
          data-autofocus
          data-testid="go-to-time"
          inputMode="numeric"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          onFocus={(event) => event.currentTarget.select()}
          error={at === null}
        />
        <Button type="submit" disabled={at === null}>
          Go
        </Button>
      </Group>
    </form>
  );
}
