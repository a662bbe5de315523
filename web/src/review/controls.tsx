import { ActionIcon, Group, Menu, Tooltip } from '@mantine/core';
import {
  IconBookmark,
  IconCamera,
  IconDots,
  IconDownload,
  IconKeyboard,
  IconLayoutGrid,
  IconLink,
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
import type { ReviewActions } from './review-actions.ts';
import type { ReviewPlayback } from './review-playback.ts';
import { SpeedMenu } from './speed-menu.tsx';

/** What belongs to the page more than to time. */
export interface PageActions {
  toggleSound(): void;
  toggleFullScreen(): void;
  showKeys(): void;
  askForTime(): void;
  showGlance(): void;
  snapshot(): void;
  bookmark(): void;
  exportRange(): void;
}

interface ControlsProps {
  playback: ReviewPlayback;
  muted: boolean;
  actions: ReviewActions & PageActions;
  clock: ReactNode;
}

export function Controls({ playback, muted, actions, clock }: ControlsProps) {
  const { wantsToPlay, state, rate } = playback;
  const disabled = state.state === 'empty';
  return (
    <div className={styles.controls} role="toolbar" aria-label="Playback">
      <Group gap={2} wrap="nowrap">
        <Control
          label="Backwards, faster with each press (J)"
          disabled={disabled}
          pressed={wantsToPlay && rate < 0}
          onClick={actions.backwards}
        >
          <IconPlayerTrackPrev size={18} />
        </Control>
        <Control label="One picture back (Shift+←)" disabled={disabled} onClick={() => actions.step(-1)}>
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
        <Control label="One picture on (Shift+→)" disabled={disabled} onClick={() => actions.step(1)}>
          <IconPlayerSkipForward size={18} />
        </Control>
        <Control
          label="Forwards, faster with each press (L)"
          disabled={disabled}
          pressed={wantsToPlay && rate > 1}
          onClick={actions.forwards}
        >
          <IconPlayerTrackNext size={18} />
        </Control>
        <SpeedMenu playback={playback} />
      </Group>
      {clock}
      <Group gap={2} wrap="nowrap">
        <Control label={muted ? 'Sound on (M)' : 'Sound off (M)'} onClick={actions.toggleSound}>
          {muted ? <IconVolumeOff size={18} /> : <IconVolume size={18} />}
        </Control>
        <Control label="Save this picture (S)" disabled={disabled} onClick={actions.snapshot}>
          <IconCamera size={18} />
        </Control>
        <Control label="Bookmark (B)" disabled={disabled} wideOnly onClick={actions.bookmark}>
          <IconBookmark size={18} />
        </Control>
        <Control label="Export (E)" wideOnly onClick={actions.exportRange}>
          <IconDownload size={18} />
        </Control>
        <MoreMenu actions={actions} />
      </Group>
    </div>
  );
}

function MoreMenu({ actions }: { actions: ReviewActions & PageActions }) {
  return (
    <Menu position="top-end" withArrow>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size={36} aria-label="More" data-testid="review-more">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconBookmark size={16} />} hiddenFrom="sm" onClick={actions.bookmark}>
          Bookmark
        </Menu.Item>
        <Menu.Item leftSection={<IconDownload size={16} />} hiddenFrom="sm" onClick={actions.exportRange}>
          Export
        </Menu.Item>
        <Menu.Item leftSection={<IconLayoutGrid size={16} />} rightSection={<kbd>D</kbd>} onClick={actions.showGlance}>
          Day at a glance
        </Menu.Item>
        <Menu.Item leftSection={<IconLink size={16} />} onClick={actions.copyLink}>
          Copy a link to this moment
        </Menu.Item>
        <Menu.Item
          leftSection={<IconMaximize size={16} />}
          rightSection={<kbd>F</kbd>}
          onClick={actions.toggleFullScreen}
        >
          Full screen
        </Menu.Item>
        <Menu.Item
          leftSection={<IconKeyboard size={16} />}
          rightSection={<kbd>?</kbd>}
          visibleFrom="sm"
          onClick={actions.showKeys}
        >
          Keys
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface ControlProps {
  label: string;
  disabled?: boolean;
  pressed?: boolean;
  /** On a phone it is in the menu. */
  wideOnly?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Control({ label, disabled = false, pressed = false, wideOnly = false, onClick, children }: ControlProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={pressed ? 'light' : 'subtle'}
        {...(!pressed && { color: 'gray' })}
        {...(wideOnly && { visibleFrom: 'sm' as const })}
        size={36}
        aria-label={label}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
