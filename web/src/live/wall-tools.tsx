import { ActionIcon, NativeSelect, SegmentedControl, Tooltip } from '@mantine/core';
import type { TileCount } from '@nightjar/contract';
import { IconArrowsMove, IconMaximize, IconPlayerPauseFilled, IconSlideshow } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { tileCounts } from './grid.ts';
import type { WallChoice } from './wall.ts';

interface WallToolsProps {
  choices: readonly WallChoice[];
  wallId: string;
  onWall(id: string): void;
  tiles: TileCount;
  onTiles(tiles: TileCount): void;
  /** null: pages do not turn. */
  rotateSeconds: number | null;
  /** null where there is one page only. */
  onToggleRotation: (() => void) | null;
  onArrange(): void;
  onFullScreen(): void;
  pager: ReactNode;
  menu: ReactNode;
}

/** What is shown, how much at once, and what can be done with it. */
export function WallTools(props: WallToolsProps) {
  const { choices, wallId, onWall, tiles, onTiles, rotateSeconds, onToggleRotation, onArrange, onFullScreen } = props;
  const rotationLabel = rotateSeconds === null ? 'Turn pages (R)' : `Pages turn every ${rotateSeconds} s: stop (R)`;
  return (
    <>
      {props.pager}
      <NativeSelect
        aria-label="Layout"
        data-testid="wall-layout"
        size="xs"
        w={{ base: 150, sm: 170 }}
        miw={120}
        data={grouped(choices)}
        value={wallId}
        onChange={(event) => onWall(event.currentTarget.value)}
      />
      <SegmentedControl
        aria-label="Pictures at once"
        data-testid="wall-tiles"
        size="xs"
        visibleFrom="md"
        data={tileCounts.map((count) => ({ value: String(count), label: String(count) }))}
        value={String(tiles)}
        onChange={(value) => onTiles(Number(value) as TileCount)}
      />
      {onToggleRotation && (
        <Tool label={rotationLabel} testId="wall-rotate" pressed={rotateSeconds !== null} onClick={onToggleRotation}>
          {rotateSeconds === null ? <IconSlideshow size={16} /> : <IconPlayerPauseFilled size={14} />}
        </Tool>
      )}
      <Tool label="Arrange cameras (A)" testId="wall-arrange" onClick={onArrange}>
        <IconArrowsMove size={16} />
      </Tool>
      <Tool label="Full screen (F)" testId="wall-full-screen" onClick={onFullScreen}>
        <IconMaximize size={16} />
      </Tool>
      {props.menu}
    </>
  );
}

interface ToolProps {
  label: string;
  testId: string;
  pressed?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Tool({ label, testId, pressed, onClick, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        size={30}
        visibleFrom="md"
        aria-label={label}
        aria-pressed={pressed}
        data-testid={testId}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

const headings: Record<WallChoice['kind'], string> = { automatic: '', group: 'Groups', saved: 'Saved layouts' };

function grouped(choices: readonly WallChoice[]) {
  const items = (wanted: WallChoice['kind']) =>
    choices.filter(({ kind }) => kind === wanted).map(({ id, name }) => ({ value: id, label: name }));
  const groups = (['group', 'saved'] as const).map((kind) => ({ group: headings[kind], items: items(kind) }));
  return [...items('automatic'), ...groups.filter((group) => group.items.length > 0)];
}
