import '@mantine/dates/styles.css';
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { DatePickerInput } from '@mantine/dates';
import type { CameraDto } from '@nightjar/contract';
import { IconCalendar } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { dateOfDay, dayOfDate, firstAt, wallTimeAt } from '../time/wall.ts';
import { longestMs, untilText } from './until.ts';
import { formatMinute, parseMinute } from './week.ts';

interface UntilDialogProps {
  camera: CameraDto;
  /** Record until then; else pause. */
  record: boolean;
  onClose(): void;
  onChosen(untilMs: number): void;
}

/** Asks for a date and a time of the recorder. */
export default function UntilDialog({ camera, record, onClose, onChosen }: UntilDialogProps) {
  const timeZone = useTimeZone();
  const nowMs = useNow(1_000);
  const [date, setDate] = useState(() => dateOfDay(wallTimeAt(nowMs, timeZone).dayNumber));
  const [time, setTime] = useState(() => formatMinute(nextHour(wallTimeAt(nowMs, timeZone).minute)));
  const minute = parseMinute(time);
  const untilMs = minute === null ? null : firstAt({ dayNumber: dayOfDate(date), minute }, timeZone);
  const problem = problemOf(untilMs, nowMs);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // It may stand inside the camera's form, which must not be saved by it.
    event.stopPropagation();
    if (untilMs !== null && !problem) onChosen(untilMs);
  };
  return (
    <Modal opened onClose={onClose} title={`${record ? 'Record' : 'Pause'} ${camera.name} until …`} size="sm">
      <form onSubmit={submit} noValidate>
        <Stack>
          <Group grow align="start" wrap="nowrap">
            <DatePickerInput
              label="Day"
              value={date}
              onChange={(value) => value && setDate(value)}
              minDate={dateOfDay(wallTimeAt(nowMs, timeZone).dayNumber)}
              maxDate={dateOfDay(wallTimeAt(nowMs + longestMs, timeZone).dayNumber)}
              firstDayOfWeek={1}
              weekendDays={[]}
              valueFormat="ddd D MMM"
              leftSection={<IconCalendar size={16} />}
              popoverProps={{ withinPortal: true }}
            />
            <TextInput
              label="Time"
              data-autofocus
              data-testid="until-time"
              placeholder="18:30"
              value={time}
              onChange={(event) => setTime(event.currentTarget.value)}
              onFocus={(event) => event.currentTarget.select()}
              error={problem}
            />
          </Group>
          <Text size="sm" c="dimmed" className="tabular">
            {untilMs === null || problem
              ? `In the time of the recorder (${timeZone}).`
              : `Until ${untilText(untilMs, nowMs, timeZone)}, in the time of the recorder (${timeZone}).`}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" disabled={untilMs === null || problem !== null} data-testid="until-confirm">
              {record ? 'Record' : 'Pause'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

const nextHour = (minute: number): number => Math.min(24, Math.floor(minute / 60) + 2) * 60;

function problemOf(untilMs: number | null, nowMs: number): string | null {
  if (untilMs === null) return 'A time looks like 18:30';
  if (untilMs <= nowMs) return 'That is over already';
  return untilMs > nowMs + longestMs ? 'At most 90 days ahead' : null;
}
