import { Group, Stack, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { Schedule } from '@nightjar/contract';
import { type KeyboardEvent, useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { wallTimeAt, weekdayOf } from '../time/wall.ts';
import { ExceptionsList } from './exceptions-list.tsx';
import { ScheduleNotes } from './schedule-notes.tsx';
import { useWeekHistory } from './use-week-history.ts';
import { WeekGrid } from './week-grid.tsx';
import { WeekToolbar } from './week-toolbar.tsx';
import { spansSummary, weeklyText } from './words.ts';

interface ScheduleEditorProps {
  schedule: Schedule;
  onChange(schedule: Schedule): void;
}

/** Week and exceptions. Nothing is sent: what comes of it is the form's. */
export default function ScheduleEditor({ schedule, onChange }: ScheduleEditorProps) {
  const isPhone = useMediaQuery('(max-width: 47.99em)', undefined, { getInitialValueInEffect: false });
  const [tool, setTool] = useState<'draw' | 'erase'>('draw');
  const timeZone = useTimeZone();
  const { dayNumber, minute } = wallTimeAt(useNow(30_000), timeZone);
  const history = useWeekHistory(schedule.week, (week) => onChange({ ...schedule, week }));
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.ctrlKey || event.metaKey) || event.target instanceof HTMLInputElement) return;
    const key = event.key.toLowerCase();
    if (key !== 'z' && key !== 'y') return;
    event.preventDefault();
    if (key === 'y' || event.shiftKey) history.redo();
    else history.undo();
  };
  return (
    <Stack gap="sm" data-testid="schedule-editor" onKeyDown={onKeyDown}>
      <WeekToolbar history={history} tool={tool} onTool={setTool} />
      <WeekGrid
        history={history}
        layout={isPhone ? 'rows' : 'columns'}
        tool={tool}
        now={{ day: weekdayOf(dayNumber), minute }}
      />
      <Group justify="space-between" gap="xs" align="baseline" wrap="nowrap">
        <Text fw={600} className="tabular" data-testid="week-summary">
          {spansSummary(history.spans)}
        </Text>
        <Text size="sm" c="dimmed" className="tabular" style={{ whiteSpace: 'nowrap' }}>
          {weeklyText(history.spans)}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {isPhone
          ? 'Swipe along a day to add, on into the next days for the same times there. Tap a span for exact times, a day to copy it.'
          : 'Drag to add; across days for the same times on each, to an earlier time of a later day for nights. Click a span for exact times, a day to copy it. Shift: steps of 5 minutes.'}
      </Text>
      <ScheduleNotes />
      <ExceptionsList
        exceptions={schedule.exceptions}
        onChange={(exceptions) => onChange({ ...schedule, exceptions })}
      />
    </Stack>
  );
}
