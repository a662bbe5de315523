import { Text } from '@mantine/core';
import type { ExportJob } from '@nightjar/contract';
import { useQueryClient } from '@tanstack/react-query';
import { removeExport } from '../api/exports.ts';
import { exportsKey } from '../api/queries.ts';
import { formatBytes } from '../time/format.ts';
import { RemovalDialog } from '../ui/removal-dialog.tsx';

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
  return (
    <RemovalDialog
      {...{ opened, onClose }}
      title={`Remove the export “${name}”?`}
      size="sm"
      testId="confirm-remove-export"
      onRemove={remove}
    >
      <Text size="sm">
        {job.files.length > 0
          ? `${formatBytes(job.sizeBytes)} of files go for good. The recording stays.`
          : 'It has no files. The recording stays.'}
      </Text>
    </RemovalDialog>
  );
}
