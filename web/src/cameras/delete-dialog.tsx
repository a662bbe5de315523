import { Alert, Button, Group, Modal, Radio, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import type { CameraDto, FootageSummary } from '@nightjar/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTimeZone } from '../api/context.tsx';
import { deleteCamera } from '../api/mutations.ts';
import { camerasQuery, footageQuery } from '../api/queries.ts';
import { formatBytes, formatDuration, formatMoment } from '../time/format.ts';

interface DeleteDialogProps {
  camera: CameraDto;
  opened: boolean;
  onClose(): void;
  onDeleted(): void;
}

/** Asks what becomes of the footage, and says how much there is. */
export function DeleteDialog({ camera, opened, onClose, onDeleted }: DeleteDialogProps) {
  const [footage, setFootage] = useState<'keep' | 'delete'>('keep');
  const queries = useQueryClient();
  const { data: summary, error } = useQuery({ ...footageQuery(camera.id), enabled: opened });
  const removal = useMutation({
    mutationFn: () => deleteCamera(camera.id, footage),
    onSuccess: async (answer) => {
      await queries.invalidateQueries({ queryKey: camerasQuery.queryKey });
      if (answer?.kept) {
        const size = formatBytes(answer.kept.sizeBytes);
        notifications.show({
          message: `${size} of ${camera.name} are locked or bookmarked and stay until they are not.`,
        });
      }
      onDeleted();
    },
  });
  const empty = summary?.recordedMs === 0;
  const withFootage = footage === 'delete' && !empty;

  return (
    <Modal opened={opened} onClose={onClose} title={`Delete ${camera.name}?`} size="md">
      <Stack>
        <Text size="sm">The camera is no longer recorded or shown, and its stored password is forgotten.</Text>
        {error ? (
          <Text size="sm" c="red" role="alert">
            How much footage there is could not be found out: {error.message}
          </Text>
        ) : (
          <Footage summary={summary} />
        )}
        {!empty && (
          <Radio.Group label="Its footage" value={footage} onChange={(value) => setFootage(value as 'keep' | 'delete')}>
            <Stack mt="xs" gap="xs">
              <Radio
                value="keep"
                label="Keep the files on disk"
                description="They stay in the recorder’s data folder and play in any video player."
                data-testid="footage-keep"
              />
              <Radio
                value="delete"
                label="Delete it for good"
                description="This cannot be undone. What is locked or bookmarked stays until it is not."
                data-testid="footage-delete"
              />
            </Stack>
          </Radio.Group>
        )}
        {removal.isError && (
          <Alert color="red" variant="light" role="alert" title="The camera was not deleted">
            {removal.error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={removal.isPending} data-testid="confirm-delete" onClick={() => removal.mutate()}>
            {withFootage ? 'Delete camera and footage' : 'Delete camera'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Footage({ summary }: { summary: FootageSummary | undefined }) {
  const timeZone = useTimeZone();
  if (!summary) return <Skeleton h={44} />;
  if (summary.firstAt === null || summary.lastAt === null) return <Text size="sm">It has no footage.</Text>;
  return (
    <Text size="sm" className="tabular" data-testid="footage-summary">
      It has <strong>{formatDuration(summary.recordedMs)}</strong> of footage ({formatBytes(summary.sizeBytes)}), from{' '}
      {formatMoment(summary.firstAt, timeZone)} to {formatMoment(summary.lastAt, timeZone)}.
    </Text>
  );
}
