import '@mantine/dates/styles.css';
import { Input, Text } from '@mantine/core';
import { DatePicker } from '@mantine/dates';
import { dateAt } from '../time/zone.ts';
import type { ExportForm } from './export-form.ts';
import { daysText } from './export-words.ts';
import styles from './exports.module.css';

interface DaySelectProps {
  form: ExportForm;
  change(changes: Partial<ExportForm>): void;
  nowMs: number;
  timeZone: string;
}

const longest = 92;

/** Any days of the calendar; of today, what there is. */
export function DaySelect({ form: { dates }, change, nowMs, timeZone }: DaySelectProps) {
  const today = dateAt(nowMs, timeZone);
  return (
    <Input.Wrapper label="Days" description="One file for each camera and day. Click as many as you like.">
      <div className={styles.days} data-testid="export-days">
        <DatePicker
          type="multiple"
          value={dates}
          onChange={(chosen) => change({ dates: chosen.slice(0, longest) })}
          defaultDate={today}
          maxDate={today}
          maxLevel="year"
          firstDayOfWeek={1}
          weekendDays={[]}
          hideOutsideDates
          highlightToday
          size="sm"
          classNames={{ day: styles.day ?? '' }}
          getDayProps={(date) => ({ 'data-testid': `export-day-${date}` })}
          ariaLabels={{ nextMonth: 'Next month', previousMonth: 'Month before', monthLevelControl: 'Choose a month' }}
        />
        <Text size="sm" c="dimmed" className="tabular" aria-live="polite">
          {dates.length > 0 ? daysText(dates, timeZone) : 'No day is chosen yet.'}
        </Text>
      </div>
    </Input.Wrapper>
  );
}
