import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconBookmark, IconDownload, IconLock, IconX } from '@tabler/icons-react';
import { formatDuration } from '../time/format.ts';
import { rangeText } from './marks/words.ts';
import styles from './review.module.css';
import type { Range } from './timeline/props.ts';

interface SelectionBarProps {
  selection: Range;
  timeZone: string;
  onExport(): void;
  onBookmark(): void;
  onLock(): void;
  onClear(): void;
}

/** What can be done with the range that is selected on the timeline. */
export function SelectionBar({ selection, timeZone, onExport, onBookmark, onLock, onClear }: SelectionBarProps) {
  const small = { size: 'compact-sm', variant: 'default' } as const;
  return (
    <div className={styles.selection} role="toolbar" aria-label="Selected range" data-testid="selection-bar">
      <span className="tabular">
        {rangeText(selection, timeZone, true)}
        <span className={styles.dateNote}> {formatDuration(selection.to - selection.from)}</span>
      </span>
      <Button
        size="compact-sm"
        leftSection={<IconDownload size={16} />}
        data-testid="selection-export"
        onClick={onExport}
      >
        Export
      </Button>
      <Button {...small} leftSection={<IconBookmark size={16} />} onClick={onBookmark}>
        Bookmark
      </Button>
      <Button {...small} leftSection={<IconLock size={16} />} onClick={onLock}>
        Lock
      </Button>
      <Tooltip label="Select nothing (Escape)">
        <ActionIcon variant="subtle" color="gray" aria-label="Select nothing" onClick={onClear}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
