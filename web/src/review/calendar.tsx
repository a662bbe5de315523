import '@mantine/dates/styles.css';
import { Calendar } from '@mantine/dates';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { daysQuery, footageQuery } from '../api/queries.ts';
import { formatDuration } from '../time/format.ts';
import { dateAt, dayOfDate } from '../time/zone.ts';
import styles from './calendar.module.css';
import { type CameraDay, type RingDay, ringDays } from './calendar-days.ts';

interface DayCalendarProps {
  /** Those whose pictures are shown. */
  cameras: ReadonlyArray<{ id: string; name: string }>;
  /** `YYYY-MM-DD` */
  selected: string;
  today: string;
  timeZone: string;
  onSelect(date: string): void;
}

/** Months before the first footage cannot be paged to; that it is cleaned away matters little to them. */
const firstStaleMs = 600_000;

/**
 * A month; a ring around each day shows how much of it is recorded, and in red what is missing though it was wanted. Of
 * several cameras the mean: a ring is whole when every one of them is.
 */
export function DayCalendar({ cameras, selected, today, timeZone, onSelect }: DayCalendarProps) {
  const [shown, setShown] = useState({ selected, month: selected });
  // A day chosen elsewhere brings its month; paging through months stays where it is.
  if (shown.selected !== selected) setShown({ selected, month: selected });
  const months = useQueries({ queries: cameras.map(({ id }) => daysQuery(id, shown.month.slice(0, 7))) });
  const firsts = useQueries({ queries: cameras.map(({ id }) => ({ ...footageQuery(id), staleTime: firstStaleMs })) });
  const firstMs = Math.min(...firsts.map(({ data }) => data?.firstAt ?? Number.POSITIVE_INFINITY));
  const firstDate = Number.isFinite(firstMs) ? dateAt(firstMs, timeZone) : undefined;
  const days = ringDays(
    months.flatMap(({ data }, index) =>
      (data ?? []).map((day): CameraDay => ({ name: cameras[index]?.name ?? '', day })),
    ),
    cameras.length,
  );
  return (
    <div data-testid="review-calendar">
      <Calendar
        date={shown.month}
        onDateChange={(month) => setShown({ selected, month })}
        {...(firstDate !== undefined && { minDate: firstDate < selected ? firstDate : selected })}
        maxDate={today}
        maxLevel="year"
        firstDayOfWeek={1}
        hideOutsideDates
        highlightToday
        size="sm"
        classNames={{ day: styles.day ?? '', calendarHeader: styles.header ?? '' }}
        ariaLabels={{ nextMonth: 'Next month', previousMonth: 'Month before', monthLevelControl: 'Choose a month' }}
        renderDay={(date) => (
          <DayRing date={date} day={days.get(date)} timeZone={timeZone} selected={date === selected} />
        )}
        getDayProps={(date) => ({
          selected: date === selected,
          onClick: () => onSelect(date),
          'data-testid': `day-${date}`,
          'data-recorded': (days.get(date)?.recordedMs ?? 0) > 0,
          'aria-label': dayLabel(date, days.get(date), date === today),
          title: dayTitle(days.get(date)),
        })}
      />
    </div>
  );
}

const spoken = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' });

function dayLabel(date: string, day: RingDay | undefined, isToday: boolean): string {
  const name = `${spoken.format(new Date(date))}${isToday ? ', today' : ''}`;
  const missing = day && day.missingMs > 0 ? `, ${formatDuration(day.missingMs)} missing` : '';
  if (!day || day.recordedMs === 0) return `${name}, no footage${missing}`;
  return `${name}, ${formatDuration(day.recordedMs)} recorded${missing}`;
}

const dayTitle = (day: RingDay | undefined): string | undefined =>
  day?.cameras
    .map(({ name, day: { recordedMs, missingMs } }) => {
      const missing = missingMs > 0 ? `, ${formatDuration(missingMs)} missing` : '';
      return `${name}: ${formatDuration(recordedMs)} recorded${missing}`;
    })
    .join('\n');

const size = 34;
const stroke = 2.5;
const radius = (size - stroke) / 2;
const around = 2 * Math.PI * radius;

interface DayRingProps {
  date: string;
  day: RingDay | undefined;
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
