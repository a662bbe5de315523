import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useAttempt } from '../api/use-attempt.ts';

interface NameDialogProps {
  title: string;
  initial: string;
  note?: ReactNode;
  /** Rejects with what the recorder says. */
  onSave(name: string): Promise<void>;
  onClose(): void;
}

/** Asks how a layout is to be called. */
export function NameDialog({ title, initial, note, onSave, onClose }: NameDialogProps) {
  const [name, setName] = useState(initial);
  const { busy, problem, run } = useAttempt(() => onSave(name.trim()), onClose);
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    run();
  };
  return (
    <Modal opened onClose={onClose} title={title}>
      <form onSubmit={onSubmit}>
        <Stack>
          <TextInput
            label="Name"
            data-autofocus
            data-testid="layout-name"
            maxLength={80}
            value={name}
            error={problem}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {note && (
            <Text size="sm" c="dimmed">
              {note}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={busy} disabled={name.trim() === ''} data-testid="layout-save">
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
