import { ActionIcon } from '@mantine/core';
import { IconMinimize, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import styles from './live.module.css';

interface KioskBarProps {
  title: string;
  pager: ReactNode;
  /** null where there is nothing to turn. */
  rotates: boolean | null;
  onToggleRotation(): void;
  onLeave(): void;
}

const shownMs = 3_000;

/** What little there is besides the pictures; only while somebody moves the mouse, touches or presses a key. */
export function KioskBar({ title, pager, rotates, onToggleRotation, onLeave }: KioskBarProps) {
  const shown = useMoved();
  useEffect(() => {
    document.documentElement.dataset.idle = String(!shown);
    return () => {
      delete document.documentElement.dataset.idle;
    };
  }, [shown]);
  const rotationLabel = rotates ? 'Stop turning pages' : 'Turn pages';
  return (
    <div className={styles.kioskBar} data-shown={shown} role="toolbar" aria-label="Wall">
      <span className={styles.kioskTitle}>{title}</span>
      {pager}
      {rotates !== null && (
        <ActionIcon
          variant="subtle"
          color="gray"
          c="inherit"
          size="xl"
          aria-label={rotationLabel}
          title={rotationLabel}
          onClick={onToggleRotation}
        >
          {rotates ? <IconPlayerPauseFilled size={18} /> : <IconPlayerPlayFilled size={18} />}
        </ActionIcon>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        c="inherit"
        size="xl"
        aria-label="Leave full screen"
        title="Leave full screen (Esc)"
        data-testid="leave-wall"
        onClick={onLeave}
      >
        <IconMinimize size={20} />
      </ActionIcon>
    </div>
  );
}

const movements = ['pointermove', 'pointerdown', 'keydown'] as const;

/** Whether there was a sign of somebody in the last seconds. */
function useMoved(): boolean {
  const [moved, setMoved] = useState(true);
  useEffect(() => {
    let timer = window.setTimeout(() => setMoved(false), shownMs);
    let pointer = '';
    const onMovement = (event: Event) => {
      const before = pointer;
      if (event instanceof MouseEvent) pointer = `${event.screenX} ${event.screenY}`;
      if (event.type === 'pointermove' && (before === '' || pointer === before)) return;
      setMoved(true);
      window.clearTimeout(timer);
      timer = window.setTimeout(() => setMoved(false), shownMs);
    };
    for (const type of movements) window.addEventListener(type, onMovement, { passive: true });
    return () => {
      window.clearTimeout(timer);
      for (const type of movements) window.removeEventListener(type, onMovement);
    };
  }, []);
  return moved;
}
