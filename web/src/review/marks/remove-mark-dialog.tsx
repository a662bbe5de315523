import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import type { Mark } from '@nightjar/contract';
import { removeMark } from '../../api/mark-queries.ts';
import { useAttempt } from '../../api/use-attempt.ts';
import { rangeText } from './words.ts';

interface RemoveMarkDialogProps {
  mark: Mark;
  cameraName: string;
  timeZone: string;
  onClose(): void;
}

export function RemoveMarkDialog({ mark, cameraName, timeZone, onClose }: RemoveMarkDialogProps) {
  const { busy, problem, run } = useAttempt(() => removeMark(mark.id), onClose);
  return (
    <Modal opened onClose={onClose} title={`Remove ${mark.title ? `“${mark.title}”` : `this ${mark.kind}`}?`}>
      <Stack>
        <Text size="sm">
          {cameraName}, <span className="tabular">{rangeText(mark, timeZone, true)}</span>. The footage is not deleted
          with the {mark.kind}, but cleaning may take it from then on, at once if it is older than what is kept.
        </Text>
        {mark.note && (
          <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap' }} lineClamp={6}>
            {mark.note}
          </Text>
        )}
        {problem && (
          <Text size="sm" c="red" role="alert">
            {problem}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button color="red" loading={busy} onClick={run} data-testid="mark-remove">
            Remove
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
