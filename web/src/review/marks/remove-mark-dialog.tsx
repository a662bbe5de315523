import { Text } from '@mantine/core';
import type { Mark } from '@nightjar/contract';
import { removeMark } from '../../api/mark-queries.ts';
import { RemovalDialog } from '../../ui/removal-dialog.tsx';
import { rangeText } from './words.ts';

interface RemoveMarkDialogProps {
  mark: Mark;
  cameraName: string;
  timeZone: string;
  onClose(): void;
}

export function RemoveMarkDialog({ mark, cameraName, timeZone, onClose }: RemoveMarkDialogProps) {
  return (
    <RemovalDialog
      title={`Remove ${mark.title ? `“${mark.title}”` : `this ${mark.kind}`}?`}
      testId="mark-remove"
      onRemove={() => removeMark(mark.id)}
      onClose={onClose}
    >
      <Text size="sm">
        {cameraName}, <span className="tabular">{rangeText(mark, timeZone, true)}</span>. The footage is not deleted
        with the {mark.kind}, but cleaning may take it from then on, at once if it is older than what is kept.
      </Text>
      {mark.note && (
        <Text size="sm" c="dimmed" style={{ whiteSpace: 'pre-wrap' }} lineClamp={6}>
          {mark.note}
        </Text>
      )}
    </RemovalDialog>
  );
}
