import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import type { Timeline } from '@nightjar/contract';
import { IconCalendar, IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { coverageOf, coverageText } from '../cameras/coverage.ts';
import { formatDate } from '../time/format.ts';
import type { LocalDay } from '../time/zone.ts';
import styles from './review.module.css';
import type { ReviewActions } from './review-actions.ts';
import { lengthOf, type View } from './view.ts';

interface DayBarProps {
  day: LocalDay;
  isToday: boolean;
  timeZone: string;
  view: View;
  /** Of the selected camera; undefined: not read yet. */
  timeline: Timeline | undefined;
  actions: ReviewActions;
  /** Opens the calendar where it is not shown beside the picture. */
  onCalendar?: (() => void) | undefined;
}

/** Which day, how much of it is recorded, and how close it is looked at. */
export function DayBar({ day, isToday, timeZone, view, timeline, actions, onCalendar }: DayBarProps) {
  const hours = lengthOf(day) / 3_600_000;
  const date = formatDate(day.from, timeZone, onCalendar ? 'no-year' : 'with-year');
  return (
    <Group justify="space-between" wrap="nowrap" mb={6} gap="xs">
      <Group gap={4} wrap="nowrap" miw={0}>
        <Step label="Day before (PageUp)" testId="previous-day" onClick={() => actions.moveDay(-1)}>
          <IconChevronLeft size={18} />
        </Step>
        {onCalendar ? (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconCalendar size={16} />}
            data-testid="open-calendar"
            onClick={onCalendar}
          >
            {date}
          </Button>
        ) : (
          <span className={styles.date} data-testid="review-date">
            {date}
            {hours !== 24 && <span className={styles.dateNote}> {hours} hours: clocks change</span>}
          </span>
        )}
        <Step label="Next day (PageDown)" testId="next-day" disabled={isToday} onClick={() => actions.moveDay(1)}>
          <IconChevronRight size={18} />
        </Step>
        {timeline && !onCalendar && (
          <span className={`tabular ${styles.dayCoverage}`} data-testid="day-coverage">
            {coverageText(coverageOf(timeline))}
          </span>
        )}
      </Group>
      <Group gap={4} wrap="nowrap">
        <Button
          variant="subtle"
          color="gray"
          size="compact-sm"
          aria-label="Show the whole day"
          data-testid="whole-day"
          className={styles.wholeDay}
          data-shown={lengthOf(view) !== lengthOf(day)}
          onClick={actions.showDay}
        >
          {onCalendar ? 'All' : 'Whole day'}
        </Button>
        <Step label="Show more" testId="zoom-out" onClick={() => actions.zoom(2)}>
          <IconZoomOut size={18} />
        </Step>
        <Step label="Closer" testId="zoom-in" onClick={() => actions.zoom(0.5)}>
          <IconZoomIn size={18} />
        </Step>
      </Group>
    </Group>
  );
}

interface StepProps {
  label: string;
  testId: string;
  disabled?: boolean;
  onClick(): void;
  children: ReactNode;
}

function Step({ label, testId, disabled = false, onClick, children }: StepProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        aria-label={label}
        data-testid={testId}
        disabled={disabled}
        onClick={onClick}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}
