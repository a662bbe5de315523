import { Button, UnstyledButton } from '@mantine/core';
import { useMemo, useSyncExternalStore } from 'react';
import type { Position } from '../../player/position.ts';
import styles from './ladder.module.css';
import { LocalTime } from './local-time.ts';
import { go, type Move, type Rung, rungOf, rungs } from './moves.ts';
import type { ViewStore } from './view-store.ts';

const rungName: Record<Rung, string> = {
  month: 'Month',
  week: 'Week',
  day: 'Day',
  hour: 'Hour',
  minute: 'Minute',
  frames: 'Frames',
};

interface LadderProps {
  view: ViewStore;
  position: Position;
  timeZone: string;
  /** The recorder's clock, Unix ms. */
  clockNow(): number;
  /** The newest footage is to be played; the timeline goes there itself. */
  onNow(): void;
}

/** How much of time is shown, for those who do not find the wheel. */
export function Ladder({ view, position, timeZone, clockNow, onNow }: LadderProps) {
  const shown = useSyncExternalStore(view.subscribe, () => rungOf(view.get()));
  const local = useMemo(() => new LocalTime(timeZone), [timeZone]);
  const move = (to: Move) => go(view, to, { playHeadMs: position.get(), nowMs: clockNow(), local });
  return (
    <div className={styles.bar}>
      <div className={styles.ladder} role="toolbar" aria-label="Show">
        {rungs.map((rung) => (
          <UnstyledButton
            key={rung}
            className={styles.rung}
            data-rung={rung}
            data-testid={`zoom-${rung}`}
            aria-pressed={rung === shown}
            onClick={() => move({ to: 'rung', rung })}
          >
            {rungName[rung]}
          </UnstyledButton>
        ))}
      </div>
      <Button
        variant="default"
        size="compact-sm"
        fw={500}
        data-testid="show-now"
        onClick={() => {
          onNow();
          move({ to: 'now' });
        }}
      >
        Now
      </Button>
    </div>
  );
}
