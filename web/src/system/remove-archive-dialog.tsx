import { Text } from '@mantine/core';
import type { ArchiveJob } from '@nightjar/contract';
import { useQueryClient } from '@tanstack/react-query';
import { removeArchive } from '../api/mutations.ts';
import { archivesQuery } from '../api/system-queries.ts';
import { formatBytes } from '../time/format.ts';
import { RemovalDialog } from '../ui/removal-dialog.tsx';

interface RemoveArchiveDialogProps {
  job: ArchiveJob;
  /** Of its camera. */
  name: string;
  opened: boolean;
  onClose(): void;
}

export function RemoveArchiveDialog({ job, name, opened, onClose }: RemoveArchiveDialogProps) {
  const queries = useQueryClient();
  const remove = async () => {
    await removeArchive(job.id);
    await queries.invalidateQueries({ queryKey: archivesQuery.queryKey });
  };
  return (
    <RemovalDialog
      {...{ opened, onClose }}
      title={`Remove this archive of ${name}?`}
      size="sm"
      testId="confirm-remove-archive"
      onRemove={remove}
    >
      <Text size="sm">{whatGoes(job)}</Text>
    </RemovalDialog>
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
