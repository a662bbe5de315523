import { Kbd, Modal, Table } from '@mantine/core';

const keys: ReadonlyArray<[string[], string]> = [
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
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {keys.map(([names, does]) => (
            <Table.Tr key={does}>
              <Table.Td>
                {names.map((name) => (
                  <Kbd key={name} mr={4}>
                    {name}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
