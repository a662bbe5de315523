import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { ExportJob } from '@nightjar/contract';
import { useQueryClient } from '@tanstack/react-query';
import { removeExport } from '../api/exports.ts';
import { exportsKey } from '../api/queries.ts';
import { useAttempt } from '../api/use-attempt.ts';
import { formatBytes } from '../time/format.ts';

interface RemoveExportDialogProps {
  job: ExportJob;
  /** As the list calls it. */
  name: string;
  opened: boolean;
  onClose(): void;
}

export function RemoveExportDialog({ job, name, opened, onClose }: RemoveExportDialogProps) {
  const queries = useQueryClient();
  const remove = async () => {
    await removeExport(job.id);
    await queries.invalidateQueries({ queryKey: exportsKey });
  };
  const { busy, problem, run } = useAttempt(remove, onClose);
  return (
    <Modal opened={opened} onClose={onClose} title={`Remove the export “${name}”?`} size="sm">
      <Stack>
        <Text size="sm">
          {job.files.length > 0
            ? `${formatBytes(job.sizeBytes)} of files go for good. The recording stays.`
            : 'It has no files. The recording stays.'}
        </Text>
        {problem && (
          <Alert color="red" variant="light" role="alert" title="It was not removed">
            {problem}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={run} data-testid="confirm-remove-export">
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
