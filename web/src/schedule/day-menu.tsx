import { Menu, UnstyledButton } from '@mantine/core';
import { IconCopy, IconEraser, IconSunFilled } from '@tabler/icons-react';
import { type WeekSpan, wholeDay, withCopiedDay, withoutRange, withSpans } from './week.ts';
import styles from './week-grid.module.css';
import { dayName, shortDayNames } from './words.ts';

interface DayMenuProps {
  day: number;
  isToday: boolean;
  spans: readonly WeekSpan[];
  onChange(spans: WeekSpan[]): void;
}

const everyDay = [0, 1, 2, 3, 4, 5, 6];

/** The head of a day: copies it to others, fills it, empties it. */
export function DayMenu({ day, isToday, spans, onChange }: DayMenuProps) {
  const copyTo = (days: readonly number[]) => onChange(withCopiedDay(spans, day, days));
  return (
    <Menu position="bottom-start" withinPortal width={210}>
      <Menu.Target>
        <UnstyledButton
          className={styles.day}
          data-today={isToday}
          aria-label={`${dayName(day)}: copy, fill or clear`}
          data-testid={`day-menu-${day}`}
        >
          {shortDayNames[day]}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconSunFilled size={14} />}
          onClick={() => onChange(withSpans(spans, [wholeDay(day)]))}
        >
          All day
        </Menu.Item>
        <Menu.Item leftSection={<IconEraser size={14} />} onClick={() => onChange(withoutRange(spans, wholeDay(day)))}>
          Clear
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Copy {dayName(day)} to</Menu.Label>
        <Menu.Item leftSection={<IconCopy size={14} />} data-testid="copy-every-day" onClick={() => copyTo(everyDay)}>
          Every day
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => copyTo([0, 1, 2, 3, 4])}>
          Monday to Friday
        </Menu.Item>
        <Menu.Item leftSection={<IconCopy size={14} />} onClick={() => copyTo([5, 6])}>
          The weekend
        </Menu.Item>
        <div className={styles.copyDays}>
          {everyDay
            .filter((other) => other !== day)
            .map((other) => (
              <Menu.Item
                key={other}
                className={styles.copyDay ?? ''}
                aria-label={dayName(other)}
                onClick={() => copyTo([other])}
              >
                {shortDayNames[other]?.slice(0, 2)}
              </Menu.Item>
            ))}
        </div>
      </Menu.Dropdown>
    </Menu>
  );
}
