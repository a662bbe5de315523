import '@mantine/dates/styles.css';
import { ActionIcon, Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import type { DaySpan, ScheduleException } from '@nightjar/contract';
import { IconCalendar, IconPlus, IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { TimeField } from './span-form.tsx';
import { parseMinute, tidyDay } from './week.ts';
import { datesText } from './words.ts';

interface ExceptionDialogProps {
  /** null: a new one. */
  exception: ScheduleException | null;
  /** `YYYY-MM-DD` */
  today: string;
  onSave(exception: ScheduleException): void;
  onClose(): void;
}

type What = 'nothing' | 'all-day' | 'times';

const allDay: DaySpan = { from: '00:00', to: '24:00' };

/** Days on which the week does not hold. */
export function ExceptionDialog({ exception, today, onSave, onClose }: ExceptionDialogProps) {
  const [dates, setDates] = useState<[string | null, string | null]>(() =>
    exception ? [exception.from, exception.to ?? exception.from] : [null, null],
  );
  const [name, setName] = useState(exception?.name ?? '');
  const [what, setWhat] = useState<What>(() => whatOf(exception?.spans ?? []));
  const [times, setTimes] = useState<DaySpan[]>(() => timesOf(exception?.spans ?? []));
  const spans = what === 'nothing' ? [] : what === 'all-day' ? [allDay] : times;
  const [from, to] = dates;
  const valid = from !== null && (what !== 'times' || (times.length > 0 && times.every(isValid)));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The dialog stands inside the camera's form, which must not be saved by it.
    event.stopPropagation();
    if (!valid) return;
    const days = to === null || to === from ? { from } : { from, to };
    onSave({ ...days, ...(name.trim() ? { name: name.trim() } : {}), spans: tidyDay(spans) });
  };
  return (
    <Modal opened onClose={onClose} title={exception ? 'Exception' : 'Add an exception'} size="md">
      <form onSubmit={submit} noValidate>
        <Stack>
          <DatePickerInput
            type="range"
            label="Days"
            description="A day, or the first and the last of several."
            placeholder="Choose the days"
            allowSingleDateInRange
            value={dates}
            onChange={setDates}
            defaultDate={from ?? today}
            firstDayOfWeek={1}
            weekendDays={[]}
            valueFormatter={() => (from === null ? '' : datesText(from, to ?? from))}
            leftSection={<IconCalendar size={16} />}
            popoverProps={{ withinPortal: true }}
            data-testid="exception-dates"
          />
          <TextInput
            label="Name"
            placeholder="Christmas, works holidays …"
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-testid="exception-name"
          />
          <Radio.Group label="On these days" value={what} onChange={(value) => setWhat(value as What)}>
            <Stack mt="xs" gap="xs">
              <Radio value="nothing" label="Nothing is recorded" data-testid="exception-nothing" />
              <Radio value="all-day" label="All day is recorded" data-testid="exception-all-day" />
              <Radio value="times" label="Recorded at these times" data-testid="exception-times" />
            </Stack>
          </Radio.Group>
          {what === 'times' && <TimesList times={times} onChange={setTimes} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={!valid} data-testid="exception-save">
              {exception ? 'Done' : 'Add'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const whatOf = (spans: readonly DaySpan[]): What => {
  if (spans.length === 0) return 'nothing';
  return spans.some(({ from, to }) => from === allDay.from && to === allDay.to) ? 'all-day' : 'times';
};

const timesOf = (spans: readonly DaySpan[]): DaySpan[] =>
  whatOf(spans) === 'times' ? [...spans] : [{ from: '08:00', to: '18:00' }];

/** From a time to the same would be the whole day of another date; midnight to midnight is this one's. */
const isValid = ({ from, to }: DaySpan): boolean => {
  const [start, end] = [parseMinute(from), parseMinute(to)];
  return start !== null && start < 1440 && end !== null && (start !== end || start === 0);
};

interface TimesListProps {
  times: DaySpan[];
  onChange(times: DaySpan[]): void;
}

function TimesList({ times, onChange }: TimesListProps) {
  const isOver = times.some(({ from, to }) => {
    const [start, end] = [parseMinute(from), parseMinute(to)];
    return start !== null && end !== null && end <= start;
  });
  return (
    <Stack gap="xs">
      {times.map((time, index) => (
        // Rows have nothing of their own to be told apart by.
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are only edited in place, added and removed at the end
        <Group key={index} wrap="nowrap" align="end" gap="xs">
          <TimeField
            label="From"
            value={time.from}
            valid={(parseMinute(time.from) ?? 1440) < 1440}
            onChange={(from) => onChange(times.with(index, { ...time, from }))}
          />
          <TimeField
            label="To"
            value={time.to}
            valid={parseMinute(time.to) !== null && isValid(time)}
            onChange={(to) => onChange(times.with(index, { ...time, to }))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            aria-label={`Remove ${time.from} to ${time.to}`}
            disabled={times.length === 1}
            onClick={() => onChange(times.toSpliced(index, 1))}
          >
            <IconX size={16} />
          </ActionIcon>
        </Group>
      ))}
      <Group justify="space-between">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...times, { from: '20:00', to: '22:00' }])}
        >
          More times
        </Button>
        <Text size="xs" c="dimmed">
          {isOver && 'A time that ends earlier than it begins ends on the day after.'}
        </Text>
      </Group>
    </Stack>
  );
}
