import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { VolumeDto } from '@nightjar/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { removeVolume, updateVolume } from '../api/mutations.ts';
import { storageQuery } from '../api/queries.ts';
import { formatBytes } from '../time/format.ts';

interface RemoveVolumeDialogProps {
  volume: VolumeDto;
  opened: boolean;
  onClose(): void;
}

/** A volume with footage on it is emptied by time first, or given up with its footage, as a broken disk is. */
export function RemoveVolumeDialog({ volume, opened, onClose }: RemoveVolumeDialogProps) {
  const queries = useQueryClient();
  const onSuccess = async () => {
    await queries.invalidateQueries({ queryKey: storageQuery.queryKey });
    onClose();
  };
  const used = volume.recordingsBytes > 0;
  const remove = useMutation({ mutationFn: () => removeVolume(volume.id, used ? 'forget' : 'keep'), onSuccess });
  const readOnly = useMutation({ mutationFn: () => updateVolume(volume.id, { use: 'read' }), onSuccess });
  const isIdle = volume.use === 'read' || volume.state === 'missing';
  const error = remove.error ?? readOnly.error;
  return (
    <Modal opened={opened} onClose={onClose} title={`Remove ${volume.name}?`} size="md">
      <Stack>
        {used ? (
          <Text size="sm" className="tabular" data-testid="volume-in-use">
            There are {formatBytes(volume.recordingsBytes)} of recordings on it.{' '}
            {isIdle
              ? 'They can be given up, as those of a broken disk: they do not show any more, and that time counts as cleaned away. The files stay as they are; to have them again, add the volume and run “nightjar reindex”.'
              : 'Set it to read only first: nothing new is written to it then, and it can be removed when its footage is gone.'}
          </Text>
        ) : (
          <Text size="sm">
            Nothing is recorded to <code>{volume.path}</code> any more. The folder and what is in it stay as they are;
            it can be added again.
          </Text>
        )}
        {error && (
          <Alert color="red" variant="light" role="alert" title="It was not changed">
            {error.message}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          {used && !isIdle && (
            <Button loading={readOnly.isPending} onClick={() => readOnly.mutate()} data-testid="volume-read-only">
              Set to read only
            </Button>
          )}
          {(!used || isIdle) && (
            <Button
              color="red"
              loading={remove.isPending}
              onClick={() => remove.mutate()}
              data-testid="confirm-remove-volume"
            >
              {used ? 'Give up its footage and remove' : 'Remove'}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}
