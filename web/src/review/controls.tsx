import { ActionIcon, Group, NativeSelect, Tooltip } from '@mantine/core';
import {
  IconCamera,
  IconKeyboard,
  IconMaximize,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import styles from './review.module.css';
import { type ReviewActions, rates } from './review-actions.ts';
import type { Playback } from './use-playback.ts';

interface ControlsProps {
  playback: Playback;
  muted: boolean;
  actions: ReviewActions;
  clock: ReactNode;
}

export function Controls({ playback, muted, actions, clock }: ControlsProps) {
  const { wantsToPlay, rate, state } = playback;
  const disabled = state.state === 'empty';
  return (
    <div className={styles.controls} role="toolbar" aria-label="Playback">
      <Group gap={2} wrap="nowrap">
        <Control label="10 s back (J)" disabled={disabled} onClick={() => actions.jump(-10)}>
          <IconPlayerTrackPrev size={18} />
        </Control>
        <Control label="One picture back (Shift+←)" disabled={disabled} onClick={() => actions.step(-1)} wideOnly>
          <IconPlayerSkipBack size={18} />
        </Control>
        <Tooltip label={wantsToPlay ? 'Pause (space)' : 'Play (space)'}>
          <ActionIcon
            size={42}
            radius="xl"
            data-testid="play-toggle"
            data-playing={wantsToPlay}
            aria-label={wantsToPlay ? 'Pause' : 'Play'}
            disabled={disabled}
            onClick={actions.togglePlay}
          >
            {wantsToPlay ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
          </ActionIcon>
        </Tooltip>
        <Control label="One picture on (Shift+→)" disabled={disabled} onClick={() => actions.step(1)} wideOnly>
          <IconPlayerSkipForward size={18} />
        </Control>
        <Control label="10 s on (L)" disabled={disabled} onClick={() => actions.jump(10)}>
          <IconPlayerTrackNext size={18} />
        </Control>
      </Group>
      {clock}
      <Group gap={2} wrap="nowrap">
        <NativeSelect
          size="xs"
          w={74}
          aria-label="Speed"
          data-testid="speed"
          data={rates.map((value) => ({ value: String(value), label: `${value}×` }))}
          value={String(rate)}
          onChange={(event) => actions.setRate(Number(event.currentTarget.value))}
        />
        <Control label={muted ? 'Sound on (M)' : 'Sound off (M)'} onClick={actions.toggleSound}>
          {muted ? <IconVolumeOff size={18} /> : <IconVolume size={18} />}
        </Control>
        <Control label="Save this picture (S)" disabled={disabled} onClick={actions.snapshot}>
          <IconCamera size={18} />
        </Control>
        <Control label="Full screen (F)" onClick={actions.toggleFullScreen} wideOnly>
          <IconMaximize size={18} />
        </Control>
        <Control label="Keys (?)" onClick={actions.showKeys} wideOnly>
          <IconKeyboard size={18} />
        </Control>
      </Group>
    </div>
  );
}

interface ControlProps {
  label: string;
  disabled?: boolean;
  /** Left out on a phone. */
  wideOnly?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Control({ label, disabled = false, wideOnly = false, onClick, children }: ControlProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={36}
        aria-label={label}
        disabled={disabled}
        onClick={onClick}
        {...(wideOnly ? { visibleFrom: 'sm' as const } : {})}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
