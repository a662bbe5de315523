import { Button, Popover, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import styles from './review.module.css';
import type { ReviewPlayback } from './review-playback.ts';
import { backwards, forwards, speedText } from './speeds.ts';

/** The speed, and what is done where nothing is recorded. */
export function SpeedMenu({ playback }: { playback: ReviewPlayback }) {
  const [opened, setOpened] = useState(false);
  const { rate, gaps } = playback;
  const choose = (speed: number) => {
    playback.setRate(speed);
    setOpened(false);
  };
  return (
    <Popover opened={opened} onChange={setOpened} position="top" withArrow trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          className={styles.speed}
          aria-label={`Speed ${speedText(rate)}`}
          aria-haspopup="dialog"
          data-testid="speed"
          data-rate={rate}
          onClick={() => setOpened(!opened)}
        >
          {speedText(rate)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Speeds title="Forwards" speeds={forwards} rate={rate} onChoose={choose} />
          <Speeds title="Backwards" speeds={backwards} rate={rate} onChoose={choose} />
          <Text size="xs" c="dimmed" maw={250}>
            From 8× on, only keyframes are sent: a day at 256× takes under six minutes.
          </Text>
          <Text size="xs" fw={600} id="gaps-label">
            Where nothing is recorded
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby="gaps-label"
            data-testid="gaps"
            data={[
              { value: 'jump', label: 'Jump over' },
              { value: 'wait', label: 'Wait' },
            ]}
            value={gaps}
            onChange={(value) => playback.setGaps(value as typeof gaps)}
          />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface SpeedsProps {
  title: string;
  speeds: readonly number[];
  rate: number;
  onChoose(speed: number): void;
}

function Speeds({ title, speeds, rate, onChoose }: SpeedsProps) {
  return (
    <fieldset className={styles.speedGroup}>
      <legend className={styles.speedTitle}>{title}</legend>
      <div className={styles.speeds}>
        {speeds.map((speed) => (
          <Button
            key={speed}
            size="compact-xs"
            variant={speed === rate ? 'filled' : 'default'}
            aria-pressed={speed === rate}
            data-testid={`speed-${speed}`}
            onClick={() => onChoose(speed)}
          >
            {speedText(speed)}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}
