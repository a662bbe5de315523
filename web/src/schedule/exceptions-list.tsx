import { ActionIcon, Button, Group, Stack, Text, Title } from '@mantine/core';
import type { ScheduleException } from '@nightjar/contract';
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { dateOfDay, wallTimeAt } from '../time/wall.ts';
import { ExceptionDialog } from './exception-dialog.tsx';
import { hiddenBy, inOrderOfDate, lastOf, withException, withoutException } from './exceptions.ts';
import styles from './schedule.module.css';
import { datesText, exceptionText } from './words.ts';

interface ExceptionsListProps {
  exceptions: ScheduleException[];
  onChange(exceptions: ScheduleException[]): void;
}

/** Days on which other times hold than the week's. */
export function ExceptionsList({ exceptions, onChange }: ExceptionsListProps) {
  const timeZone = useTimeZone();
  const today = dateOfDay(wallTimeAt(useNow(60_000), timeZone).dayNumber);
  const [editing, setEditing] = useState<number | 'new' | null>(null);
  const listed = inOrderOfDate(exceptions);
  const over = listed.filter(({ exception }) => lastOf(exception) < today);
  const edited = typeof editing === 'number' ? (exceptions[editing] ?? null) : null;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="sm">
          Exceptions
        </Title>
        <Group gap="xs">
          {over.length > 0 && (
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              onClick={() => onChange(exceptions.filter((exception) => lastOf(exception) >= today))}
            >
              Remove those that are over
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            data-testid="add-exception"
            onClick={() => setEditing('new')}
          >
            Exception
          </Button>
        </Group>
      </Group>
      {listed.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: every week is like this one. Add holidays and other days on which something else holds.
        </Text>
      ) : (
        <ul className={styles.exceptions}>
          {listed.map(({ exception, index }) => (
            <ExceptionItem
              key={index}
              exception={exception}
              hiddenBy={hiddenBy(exceptions, index)}
              today={today}
              onEdit={() => setEditing(index)}
              onRemove={() => onChange(withoutException(exceptions, index))}
            />
          ))}
        </ul>
      )}
      {editing !== null && (
        <ExceptionDialog
          exception={edited}
          today={today}
          onClose={() => setEditing(null)}
          onSave={(saved) => {
            setEditing(null);
            onChange(withException(edited ? exceptions.filter((one) => one !== edited) : exceptions, saved));
          }}
        />
      )}
    </Stack>
  );
}

interface ExceptionItemProps {
  exception: ScheduleException;
  hiddenBy: ScheduleException | undefined;
  today: string;
  onEdit(): void;
  onRemove(): void;
}

function ExceptionItem({ exception, hiddenBy, today, onEdit, onRemove }: ExceptionItemProps) {
  const { from, to, name } = exception;
  const dates = datesText(from, to);
  const isOver = lastOf(exception) < today;
  const isNow = from <= today && !isOver;
  return (
    <li className={styles.exception} data-over={isOver} data-testid="exception">
      <div className={styles.exceptionText}>
        <Text size="sm" className="tabular">
          <strong>{dates}</strong>
          {name && ` ${name}`}
          {isNow && ' (now)'}
          {isOver && ' (over)'}
        </Text>
        <Text size="xs" c="dimmed" className="tabular">
          {capitalized(exceptionText(exception))}
          {hiddenBy &&
            `; on ${datesText(hiddenBy.from, hiddenBy.to)} ${hiddenBy.name ?? 'another exception'} holds instead`}
        </Text>
      </div>
      <ActionIcon variant="subtle" color="gray" aria-label={`Edit ${name ?? dates}`} onClick={onEdit}>
        <IconPencil size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${name ?? dates}`} onClick={onRemove}>
        <IconTrash size={16} />
      </ActionIcon>
    </li>
  );
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
