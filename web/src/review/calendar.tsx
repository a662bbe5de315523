import '@mantine/dates/styles.css';
import { Calendar } from '@mantine/dates';
import type { Day } from '@nightjar/contract';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { daysQuery } from '../api/queries.ts';
import { formatDuration } from '../time/format.ts';
import { dayOfDate } from '../time/zone.ts';
import styles from './calendar.module.css';

interface DayCalendarProps {
  cameraId: string;
  /** `YYYY-MM-DD` */
  selected: string;
  today: string;
  timeZone: string;
  onSelect(date: string): void;
}

/** A month; a ring around each day shows how much of it is recorded, and in red what is missing though it was wanted. */
export function DayCalendar({ cameraId, selected, today, timeZone, onSelect }: DayCalendarProps) {
  const [shown, setShown] = useState({ selected, month: selected });
  // A day chosen elsewhere brings its month; paging through months stays where it is.
  if (shown.selected !== selected) setShown({ selected, month: selected });
  const { data: days } = useQuery(daysQuery(cameraId, shown.month.slice(0, 7)));
  const dayOf = (date: string) => days?.find((day) => day.date === date);
  return (
    <div data-testid="review-calendar">
      <Calendar
        date={shown.month}
        onDateChange={(month) => setShown({ selected, month })}
        maxDate={today}
        maxLevel="year"
        firstDayOfWeek={1}
        hideOutsideDates
        highlightToday
        size="sm"
        classNames={{ day: styles.day ?? '', calendarHeader: styles.header ?? '' }}
        ariaLabels={{ nextMonth: 'Next month', previousMonth: 'Month before', monthLevelControl: 'Choose a month' }}
        renderDay={(date) => <DayRing date={date} day={dayOf(date)} timeZone={timeZone} selected={date === selected} />}
        getDayProps={(date) => ({
          selected: date === selected,
          onClick: () => onSelect(date),
          'data-testid': `day-${date}`,
          'data-recorded': (dayOf(date)?.recordedMs ?? 0) > 0,
          'aria-label': dayLabel(date, dayOf(date)),
        })}
      />
    </div>
  );
}

function dayLabel(date: string, day: Day | undefined): string {
  const name = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(date));
  const missing = day && day.missingMs > 0 ? `, ${formatDuration(day.missingMs)} missing` : '';
  if (!day || day.recordedMs === 0) return `${name}, no footage${missing}`;
  return `${name}, ${formatDuration(day.recordedMs)} recorded${missing}`;
}

const size = 34;
const stroke = 2.5;
const radius = (size - stroke) / 2;
const around = 2 * Math.PI * radius;

interface DayRingProps {
  date: string;
  day: Day | undefined;
  timeZone: string;
  selected: boolean;
}

function DayRing({ date, day, timeZone, selected }: DayRingProps) {
  const number = Number(date.slice(8));
  if (!day || day.recordedMs + day.gapMs === 0) return <span className="tabular">{number}</span>;
  const { from, to } = dayOfDate(date, timeZone);
  const recorded = (day.recordedMs / (to - from)) * around;
  const missing = (day.missingMs / (to - from)) * around;
  const arc = { cx: size / 2, cy: size / 2, r: radius, fill: 'none', strokeWidth: stroke };
  return (
    <span className={styles.ring} data-selected={selected}>
      <svg width={size} height={size} aria-hidden="true" className={styles.arcs}>
        <circle {...arc} stroke="var(--nj-line)" />
        <circle {...arc} stroke="var(--nj-recorded)" strokeDasharray={`${recorded} ${around}`} />
        <circle {...arc} stroke="var(--nj-red)" strokeDasharray={`${missing} ${around}`} strokeDashoffset={-recorded} />
      </svg>
      <span className="tabular">{number}</span>
    </span>
  );
}
