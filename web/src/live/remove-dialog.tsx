import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useAttempt } from '../api/use-attempt.ts';

interface RemoveDialogProps {
  name: string;
  onRemove(): Promise<void>;
  onClose(): void;
}

export function RemoveDialog({ name, onRemove, onClose }: RemoveDialogProps) {
  const { busy, problem, run } = useAttempt(onRemove, onClose);
  return (
    <Modal opened onClose={onClose} title={`Remove “${name}”?`}>
      <Stack>
        <Text size="sm">
          It goes for everybody who uses this recorder. Cameras and footage are not touched. Wall monitors that show it
          show all cameras instead.
        </Text>
        {problem && (
          <Text size="sm" c="red" role="alert">
            {problem}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={run} data-testid="layout-remove">
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
