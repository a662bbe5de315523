import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useAttempt } from '../api/use-attempt.ts';

interface RemovalDialogProps {
  title: string;
  opened?: boolean;
  size?: 'sm' | 'md';
  /** Of the button that removes. */
  testId: string;
  onRemove(): Promise<void>;
  onClose(): void;
  /** What goes, and what stays. */
  children: ReactNode;
}

/** Asks before something is removed, and says why when it could not be. */
export function RemovalDialog(props: RemovalDialogProps) {
  const { title, opened = true, size = 'md', testId, onRemove, onClose, children } = props;
  const { busy, problem, run } = useAttempt(onRemove, onClose);
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size}>
      <Stack>
        {children}
        {problem && (
          <Alert color="red" variant="light" role="alert" title="It was not removed">
            {problem}
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={run} data-testid={testId}>
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
