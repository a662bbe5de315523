import { ActionIcon, Menu, UnstyledButton } from '@mantine/core';
import type { Mark } from '@nightjar/contract';
import { IconBookmark, IconDots, IconDownload, IconLock, IconPencil, IconTrash } from '@tabler/icons-react';
import styles from './marks.module.css';
import { kindName, rangeText } from './words.ts';

interface MarkItemProps {
  mark: Mark;
  cameraName: string;
  showCamera: boolean;
  showDay: boolean;
  timeZone: string;
  onGo(mark: Mark): void;
  onEdit(mark: Mark): void;
  onRemove(mark: Mark): void;
  onExport?: ((mark: Mark) => void) | undefined;
}

export function MarkItem({ mark, cameraName, showCamera, showDay, timeZone, ...on }: MarkItemProps) {
  const { kind, title, note, madeBy } = mark;
  const Icon = kind === 'lock' ? IconLock : IconBookmark;
  const name = title || kindName[kind];
  return (
    <li className={styles.item} data-testid="mark">
      <UnstyledButton className={styles.go} onClick={() => on.onGo(mark)}>
        <Icon size={16} className={styles.kind} role="img" aria-label={kindName[kind]} />
        <span className={styles.texts}>
          <span className={styles.title}>{name}</span>
          <span className={`${styles.dimmed} tabular`}>
            {rangeText(mark, timeZone, showDay)}
            {showCamera && ` · ${cameraName}`}
          </span>
          {note && <span className={styles.note}>{note}</span>}
          {madeBy && <span className={styles.dimmed}>{madeBy}</span>}
        </span>
      </UnstyledButton>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={30} aria-label={`More about ${name}`} data-testid="mark-menu">
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => on.onEdit(mark)}>
            Change …
          </Menu.Item>
          {on.onExport && (
            <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => on.onExport?.(mark)}>
              Export …
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            c="var(--nj-red)"
            data-testid="mark-menu-remove"
            onClick={() => on.onRemove(mark)}
          >
            Remove …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}
