import { Alert, Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import type { ArchiveFormat, CameraDto } from '@nightjar/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNow, useTimeZone } from '../api/context.tsx';
import { createArchive } from '../api/mutations.ts';
import { archivesQuery } from '../api/system-queries.ts';
import { addDays, dateAt, dayOfDate } from '../time/zone.ts';
import { hoursOf } from './archive-words.ts';

interface ArchiveDialogProps {
  cameras: CameraDto[];
  opened: boolean;
  onClose(): void;
}

const formats: Array<{ value: ArchiveFormat; label: string }> = [
  { value: 'mp4', label: 'MP4: plays everywhere' },
  { value: 'mkv', label: 'Matroska (.mkv)' },
  { value: 'ts', label: 'MPEG transport stream (.ts)' },
];

/** One day of one camera as a file. */
export function ArchiveDialog({ cameras, opened, onClose }: ArchiveDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Archive a day" size="sm">
      <Form cameras={cameras} onClose={onClose} />
    </Modal>
  );
}

function Form({ cameras, onClose }: Omit<ArchiveDialogProps, 'opened'>) {
  const timeZone = useTimeZone();
  const yesterday = addDays(dateAt(useNow(60_000), timeZone), -1);
  const [cameraId, setCameraId] = useState(cameras[0]?.id ?? '');
  const [date, setDate] = useState(yesterday);
  const [hour, setHour] = useState<number | null>(null);
  const [format, setFormat] = useState<ArchiveFormat>('mp4');
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () => createArchive({ cameraId, date, hour, format }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: archivesQuery.queryKey });
      onClose();
    },
  });
  return (
    <Stack>
      <NativeSelect
        label="Camera"
        data={cameras.map(({ id, name }) => ({ value: id, label: name }))}
        value={cameraId}
        onChange={(event) => setCameraId(event.currentTarget.value)}
      />
      <TextInput
        type="date"
        label="Day"
        description="One that is over"
        max={yesterday}
        value={date}
        onChange={(event) => {
          setDate(event.currentTarget.value);
          setHour(null);
        }}
      />
      <NativeSelect
        label="Of it"
        data={[{ value: '', label: 'The whole day' }].concat(
          date === '' ? [] : hoursOf(dayOfDate(date, timeZone), timeZone),
        )}
        value={hour ?? ''}
        onChange={({ currentTarget: { value } }) => setHour(value === '' ? null : Number(value))}
      />
      <NativeSelect
        label="Format"
        data={formats}
        value={format}
        onChange={(event) => setFormat(event.currentTarget.value as ArchiveFormat)}
      />
      <Text size="sm" c="dimmed">
        The same pictures and sound, not encoded again. It is made beside the recording, which goes on.
      </Text>
      {create.isError && (
        <Alert color="red" variant="light" role="alert" title="It cannot be made">
          {create.error.message}
        </Alert>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          disabled={date === '' || date > yesterday}
          loading={create.isPending}
          onClick={() => create.mutate()}
          data-testid="confirm-archive"
        >
          Archive
        </Button>
      </Group>
    </Stack>
  );
}
