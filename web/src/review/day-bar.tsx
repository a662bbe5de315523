import { ActionIcon, Button, Group, Tooltip } from '@mantine/core';
import { IconCalendar, IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { timelineQuery } from '../api/queries.ts';
import { type Coverage, coverageOf, coverageText, formatLost } from '../cameras/coverage.ts';
import { formatDate } from '../time/format.ts';
import { addDays, dayOfDate } from '../time/zone.ts';
import styles from './day-bar.module.css';

interface DayBarProps {
  /** Whose day is told of in words. */
  camera: { id: string; name: string };
  /** `YYYY-MM-DD`, of the play head. */
  date: string;
  today: string;
  timeZone: string;
  onDay(date: string): void;
  /** Opens the calendar where it is not shown beside the picture. */
  onCalendar?: (() => void) | undefined;
  /** At the right, or below on a phone: how close the timeline is. */
  children?: ReactNode;
}

/** Which day the play head is on, how much of it is recorded, and the ways to the days beside it. */
export function DayBar({ camera, date, today, timeZone, onDay, onCalendar, children }: DayBarProps) {
  const day = dayOfDate(date, timeZone);
  const isToday = date >= today;
  const hours = (day.to - day.from) / 3_600_000;
  const { data: timeline } = useQuery(timelineQuery(camera.id, day.from, day.to, isToday && 10_000));
  const name = formatDate(day.from, timeZone, onCalendar ? 'no-year' : 'with-year');
  const clocksChange = hours !== 24 && <span className={styles.note}> {hours} hours: clocks change</span>;
  return (
    <div className={styles.bar}>
      <Group gap={4} wrap="nowrap" miw={0}>
        <Step label="Day before (PageUp)" testId="previous-day" onClick={() => onDay(addDays(date, -1))}>
          <IconChevronLeft size={18} />
        </Step>
        {onCalendar ? (
          <Button
            variant="default"
            size="xs"
            flex="none"
            leftSection={<IconCalendar size={16} />}
            data-testid="open-calendar"
            onClick={onCalendar}
          >
            {name}
          </Button>
        ) : (
          <span className={styles.date} data-testid="review-date">
            {name}
            {clocksChange}
          </span>
        )}
        <Step label="Next day (PageDown)" testId="next-day" disabled={isToday} onClick={() => onDay(addDays(date, 1))}>
          <IconChevronRight size={18} />
        </Step>
        {timeline && (
          <span className={`tabular ${styles.coverage}`} data-testid="day-coverage">
            {onCalendar ? shortText(coverageOf(timeline)) : coverageText(coverageOf(timeline))}
          </span>
        )}
      </Group>
      {children}
    </div>
  );
}

/** Where there is little room: what is missing, and nothing else while something is. */
const shortText = (coverage: Coverage): string =>
  coverage.missingMs > 0
    ? `${formatLost(coverage.missingMs)} missing`
    : coverage.recordedMs > 0
      ? 'nothing missing'
      : coverageText(coverage);

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
