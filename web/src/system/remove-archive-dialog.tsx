import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ArchiveJob } from '@nightjar/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { removeArchive } from '../api/mutations.ts';
import { archivesQuery } from '../api/system-queries.ts';
import { formatBytes } from '../time/format.ts';

interface RemoveArchiveDialogProps {
  job: ArchiveJob;
  /** Of its camera. */
  name: string;
  opened: boolean;
  onClose(): void;
}

export function RemoveArchiveDialog({ job, name, opened, onClose }: RemoveArchiveDialogProps) {
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => removeArchive(job.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: archivesQuery.queryKey });
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={`Remove this archive of ${name}?`} size="sm">
      <Stack>
        <Text size="sm">{whatGoes(job)}</Text>
        {remove.isError && (
          <Alert color="red" variant="light" role="alert" title="It was not removed">
            {remove.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => remove.mutate()}
            data-testid="confirm-remove-archive"
          >
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function whatGoes({ state, files, segmentsRemoved }: ArchiveJob): string {
  if (state === 'running' || state === 'queued') return 'It is not made any further. The recording stays.';
  if (files.length === 0) return 'It has no files. The recording stays.';
  const size = formatBytes(files.reduce((sum, file) => sum + file.sizeBytes, 0));
  return segmentsRemoved
    ? `${size} go for good, and with them the last of this footage: the recording itself was removed before.`
    : `${size} go for good. The recording stays.`;
}
