import { ActionIcon, Menu, SegmentedControl } from '@mantine/core';
import type { TileCount } from '@nightjar/contract';
import { IconDots } from '@tabler/icons-react';
import { tileCounts } from './grid.ts';
import { rotationChoices } from './rotation.ts';

interface WallMenuProps {
  tiles: TileCount;
  onTiles(tiles: TileCount): void;
  rotateSeconds: number | null;
  onRotation(seconds: number | null): void;
  /** Of a saved layout; null while something else is shown. */
  savedName: string | null;
  /** What is shown differs from what is saved. */
  isChanged: boolean;
  onArrange(): void;
  onFullScreen(): void;
  onSaveChanges(): void;
  onDialog(dialog: 'save' | 'rename' | 'remove' | 'keys'): void;
  onCopyLink(): void;
}

const words = (seconds: number): string => (seconds < 60 ? `${seconds} s` : `${seconds / 60} min`);

export function WallMenu(props: WallMenuProps) {
  const { tiles, onTiles, rotateSeconds, onRotation, savedName, isChanged, onArrange, onDialog } = props;
  const intervals = [...new Set([...rotationChoices, ...(rotateSeconds === null ? [] : [rotateSeconds])])];
  return (
    <Menu position="bottom-end" width={290} shadow="md">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label="More about this layout" data-testid="wall-menu">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah="80vh" style={{ overflowY: 'auto' }}>
        <Menu.Label hiddenFrom="md">Pictures at once</Menu.Label>
        <SegmentedControl
          aria-label="Pictures at once"
          hiddenFrom="md"
          fullWidth
          mx={8}
          mb={8}
          data={tileCounts.map((count) => ({ value: String(count), label: String(count) }))}
          value={String(tiles)}
          onChange={(value) => onTiles(Number(value) as TileCount)}
        />
        <Menu.Label>Turn pages every</Menu.Label>
        <SegmentedControl
          aria-label="Turn pages every"
          data-testid="wall-interval"
          fullWidth
          size="xs"
          mx={8}
          mb={8}
          data={[
            { value: '0', label: 'Off' },
            ...shortOf(intervals, rotateSeconds).map((seconds) => ({ value: String(seconds), label: words(seconds) })),
          ]}
          value={String(rotateSeconds ?? 0)}
          onChange={(value) => onRotation(Number(value) || null)}
        />
        <Menu.Divider />
        <Menu.Item onClick={onArrange} data-testid="menu-arrange">
          Arrange cameras…
        </Menu.Item>
        <Menu.Item onClick={() => onDialog('save')} data-testid="menu-save">
          Save as a layout…
        </Menu.Item>
        {savedName !== null && (
          <>
            {isChanged && <Menu.Item onClick={props.onSaveChanges}>Save changes to “{savedName}”</Menu.Item>}
            <Menu.Item onClick={() => onDialog('rename')}>Rename “{savedName}”…</Menu.Item>
            <Menu.Item color="red" onClick={() => onDialog('remove')} data-testid="menu-remove">
              Remove “{savedName}”…
            </Menu.Item>
          </>
        )}
        <Menu.Divider />
        <Menu.Item hiddenFrom="md" onClick={props.onFullScreen}>
          Full screen
        </Menu.Item>
        <Menu.Item onClick={props.onCopyLink}>Copy the link for a wall monitor</Menu.Item>
        <Menu.Item visibleFrom="sm" onClick={() => onDialog('keys')}>
          Keys
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** As many as fit in a row, with the one that is chosen. */
function shortOf(intervals: number[], chosen: number | null): number[] {
  const usual = [10, 20, 30, 60];
  const shown = chosen === null || usual.includes(chosen) ? usual : [...usual.filter((s) => s !== 60), chosen];
  return intervals.filter((seconds) => shown.includes(seconds)).sort((a, b) => a - b);
}
