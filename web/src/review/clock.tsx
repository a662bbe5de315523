import { Popover, UnstyledButton } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import type { Position } from '../player/position.ts';
import { formatClock } from '../time/format.ts';
import { GoToTime } from './go-to-time.tsx';
import styles from './review.module.css';

interface ClockProps {
  position: Position;
  nowMs: number;
  timeZone: string;
  /** The field to type a time into is shown. */
  asking: boolean;
  onAsking(asking: boolean): void;
  onGo(wallMs: number): void;
}

/** The time of the picture shown; a click asks for another. */
export function Clock({ position, nowMs, timeZone, asking, onAsking, onGo }: ClockProps) {
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
          atMs={wallMs}
          nowMs={nowMs}
          timeZone={timeZone}
          onGo={(at) => {
            onAsking(false);
            onGo(at);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
