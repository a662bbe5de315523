import { Button, Menu, Text } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { hourMinutes, type WeekSpan, wholeDay } from './week.ts';
import { spansSummary } from './words.ts';

const workdays = [0, 1, 2, 3, 4];
const weekend = [5, 6];
const on = (days: readonly number[], fromHour: number, toHour: number): WeekSpan[] =>
  days.map((day) => ({ day, start: fromHour * hourMinutes, end: toHour * hourMinutes }));

const presets: ReadonlyArray<{ name: string; spans: WeekSpan[] }> = [
  { name: 'Always', spans: [...workdays, ...weekend].map(wholeDay) },
  { name: 'Nights', spans: on([...workdays, ...weekend], 18, 30) },
  { name: 'Nights and weekends', spans: [...on(workdays, 18, 30), ...weekend.map(wholeDay)] },
  { name: 'Business hours', spans: on(workdays, 8, 18) },
  { name: 'Weekends', spans: weekend.map(wholeDay) },
  { name: 'Nothing', spans: [] },
];

/** Whole weeks to begin with. */
export function PresetsMenu({ onChoose }: { onChoose(spans: WeekSpan[]): void }) {
  return (
    <Menu position="bottom-start" withinPortal width={280}>
      <Menu.Target>
        <Button size="xs" variant="default" rightSection={<IconChevronDown size={14} />} data-testid="presets">
          Start from
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {presets.map(({ name, spans }) => (
          <Menu.Item key={name} data-testid={`preset-${name.toLowerCase()}`} onClick={() => onChoose(spans)}>
            {name}
            {!['Always', 'Nothing', 'Weekends'].includes(name) && (
              <Text size="xs" c="dimmed" className="tabular">
                {spansSummary(spans)}
              </Text>
            )}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
