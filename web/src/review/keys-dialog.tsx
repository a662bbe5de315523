import { Modal } from '@mantine/core';
import { type KeyRow, KeyTable } from '../ui/key-table.tsx';

const keys: readonly KeyRow[] = [
  [['Space'], 'Play or pause'],
  [['J', 'K', 'L'], 'Backwards, pause, forwards; again: faster'],
  [['↑', '↓'], 'Faster, slower'],
  [['←', '→'], '5 s back or on'],
  [['Shift', '←'], 'One picture back'],
  [['Shift', '→'], 'One picture on'],
  [['G'], 'Go to a time'],
  [['D'], 'Day at a glance'],
  [['PageUp', 'PageDown'], 'Day before, next day'],
  [['+', '−', '0'], 'Zoom the timeline; whole day'],
  [['I', 'O'], 'Select from here, to here; also [ and ]'],
  [['E'], 'Export what is selected'],
  [['B'], 'Bookmark it'],
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
