import { Popover } from '@mantine/core';
import { useEffect, useState } from 'react';
import { SpanForm } from './span-form.tsx';
import { place } from './span-pieces.tsx';
import type { GridLayout } from './use-grid-gestures.ts';
import { dayMinutes, type WeekSpan } from './week.ts';
import styles from './week-grid.module.css';

/** A span whose exact times are asked for. */
export interface Editing {
  kind: 'existing' | 'new';
  span: WeekSpan;
}

interface SpanPopoverProps {
  editing: Editing;
  layout: GridLayout;
  onSave(spans: WeekSpan[]): void;
  onRemove(): void;
  onClose(): void;
}

/** Stands beside its span on the grid. */
export function SpanPopover({ editing, layout, onSave, onRemove, onClose }: SpanPopoverProps) {
  const { kind, span } = editing;
  const [opened, setOpened] = useState(false);
  // The target must be in its place before the popover looks for it.
  useEffect(() => setOpened(true), []);
  const close = (then: () => void) => {
    onClose();
    then();
  };
  return (
    <Popover
      opened={opened}
      onChange={(open) => !open && onClose()}
      position={layout === 'columns' ? 'right' : 'bottom'}
      trapFocus
      withArrow
      withinPortal
      shadow="md"
    >
      <Popover.Target>
        <div
          className={styles.anchor}
          data-kind={kind}
          style={place(span.day, span.start, Math.min(span.end, dayMinutes))}
        />
      </Popover.Target>
      <Popover.Dropdown
        aria-label={kind === 'new' ? 'New times' : 'Times'}
        // What is pressed here bubbles to the grid, which must not take it for a drag.
        onPointerDown={(event) => event.stopPropagation()}
        onPointerUp={(event) => event.stopPropagation()}
      >
        <SpanForm
          initial={span}
          kind={kind}
          onSave={(saved) => close(() => onSave(saved))}
          onRemove={() => close(onRemove)}
          onCancel={onClose}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
