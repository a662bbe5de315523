import { Modal, Text } from '@mantine/core';
import { type KeyRow, KeyTable } from '../ui/key-table.tsx';

const keys: readonly KeyRow[] = [
  [['1', '…', '9'], 'Show the first … ninth camera large'],
  [['↑', '↓', '←', '→'], 'Move between cameras; Enter shows one large'],
  [['[', ']'], 'Page before, next page; also PageUp, PageDown'],
  [['R'], 'Turn pages, or stop'],
  [['F'], 'Full screen'],
  [['A'], 'Arrange cameras'],
  [['Esc'], 'Leave full screen'],
  [['?'], 'This list'],
];

const keysToArrange: readonly KeyRow[] = [
  [['↑', '↓', '←', '→'], 'Choose a place'],
  [['Enter'], 'Pick up the camera, put it down; on an empty place: add one'],
  [['Delete'], 'Take the camera off the wall'],
  [['[', ']'], 'Page before, next page: carries along what is picked up'],
  [['Esc'], 'Put it back; then: leave'],
];

export function WallKeysDialog({ onClose }: { onClose(): void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" size="lg">
      <KeyTable rows={keys} />
      <Text fw={600} mt="md" mb={4}>
        While arranging
      </Text>
      <KeyTable rows={keysToArrange} />
    </Modal>
  );
}
