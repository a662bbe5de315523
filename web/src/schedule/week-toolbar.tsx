import { ActionIcon, Button, Group, Popover, SegmentedControl, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconEraser, IconPencil, IconPlus } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { PresetsMenu } from './presets-menu.tsx';
import { SpanForm } from './span-form.tsx';
import type { WeekHistory } from './use-week-history.ts';
import { type WeekSpan, withSpans } from './week.ts';

interface WeekToolbarProps {
  history: WeekHistory;
  tool: 'draw' | 'erase';
  onTool(tool: 'draw' | 'erase'): void;
}

/** What can be done to the week besides drawing on it. */
export function WeekToolbar({ history, tool, onTool }: WeekToolbarProps) {
  return (
    <Group gap="xs" role="toolbar" aria-label="Week">
      <SegmentedControl
        size="xs"
        aria-label="A drag"
        value={tool}
        onChange={(value) => onTool(value as 'draw' | 'erase')}
        data={[
          { value: 'draw', label: <Tool icon={<IconPencil size={14} />} name="Draw" /> },
          { value: 'erase', label: <Tool icon={<IconEraser size={14} />} name="Erase" /> },
        ]}
      />
      <PresetsMenu onChoose={(spans) => history.change(spans)} />
      <AddTimes onAdd={(added) => history.change(withSpans(history.spans, added))} />
      <Group gap={4} ml="auto">
        <Step label="Undo" disabled={!history.canUndo} onClick={history.undo}>
          <IconArrowBackUp size={18} />
        </Step>
        <Step label="Redo" disabled={!history.canRedo} onClick={history.redo}>
          <IconArrowForwardUp size={18} />
        </Step>
      </Group>
    </Group>
  );
}

function Tool({ icon, name }: { icon: ReactNode; name: string }) {
  return (
    <Group gap={6} wrap="nowrap" component="span">
      {icon}
      {name}
    </Group>
  );
}

interface StepProps {
  label: string;
  disabled: boolean;
  onClick(): void;
  children: ReactNode;
}

function Step({ label, disabled, onClick, children }: StepProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={30}
        aria-label={label}
        data-testid={`week-${label.toLowerCase()}`}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

const evening: WeekSpan = { day: 0, start: 18 * 60, end: 30 * 60 };

/** The way to new times without a pointer. */
function AddTimes({ onAdd }: { onAdd(spans: WeekSpan[]): void }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus returnFocus withArrow withinPortal shadow="md">
      <Popover.Target>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          data-testid="add-times"
          onClick={() => setOpened(!opened)}
        >
          Times
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="New times">
        <SpanForm
          initial={evening}
          kind="new"
          onCancel={() => setOpened(false)}
          onRemove={() => setOpened(false)}
          onSave={(spans) => {
            setOpened(false);
            onAdd(spans);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}
