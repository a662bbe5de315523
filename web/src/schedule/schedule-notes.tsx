import { Text } from '@mantine/core';
import { IconClockExclamation, IconWorld } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { formatDuration } from '../time/format.ts';
import { clockChangeWithin } from './clock-change.ts';
import styles from './schedule.module.css';

const aheadDays = 14;

/** Whose clock the times are of, where that may be in doubt; and when that clock is put forward or back. */
export function ScheduleNotes() {
  const timeZone = useTimeZone();
  const nowMs = useNow(60_000);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const change = clockChangeWithin(aheadDays, nowMs, timeZone);
  return (
    <>
      {own !== timeZone && (
        <Note icon={<IconWorld size={16} aria-hidden="true" />}>
          Times are those of the recorder, {timeZone}. Yours is {own}.
        </Note>
      )}
      {change && (
        <Note icon={<IconClockExclamation size={16} aria-hidden="true" />}>
          On {dayText(change.date)} clocks go {change.forwardMinutes > 0 ? 'forward' : 'back'} at {change.at}: the day
          has {change.dayHours} hours, and what is scheduled over that time lasts {byHowMuch(change.forwardMinutes)}.
        </Note>
      )}
    </>
  );
}

/** `1 h longer`, on one line. */
const byHowMuch = (forwardMinutes: number): string =>
  `${formatDuration(Math.abs(forwardMinutes) * 60_000)} ${forwardMinutes > 0 ? 'less' : 'longer'}`.replaceAll(
    ' ',
    '\u00a0',
  );

const dayFormat = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
const dayText = (date: string): string => dayFormat.format(new Date(`${date}T12:00Z`));

function Note({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <Text size="xs" c="dimmed" component="p" className={styles.note}>
      {icon}
      <span>{children}</span>
    </Text>
  );
}
