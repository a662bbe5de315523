import { Modal } from '@mantine/core';
import { type KeyRow, KeyTable } from '../ui/key-table.tsx';

const keys: readonly KeyRow[] = [
  [['Space'], 'Play or pause'],
  [['←', '→'], '5 s back or on'],
  [['J', 'L'], '10 s back or on'],
  [['K'], 'Pause'],
  [['Shift', '←'], 'One picture back'],
  [['Shift', '→'], 'One picture on'],
  [['↑', '↓'], 'Faster, slower'],
  [['+', '−', '0'], 'Zoom the timeline; whole day'],
  [['G'], 'Go to a time'],
  [['PageUp', 'PageDown'], 'Day before, next day'],
  [['S'], 'Save this picture'],
  [['M'], 'Sound on or off'],
  [['F'], 'Full screen'],
  [['?'], 'This list'],
];

export function KeysDialog({ opened, onClose }: { opened: boolean; onClose(): void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys">
      <KeyTable rows={keys} />
    </Modal>
  );
}
