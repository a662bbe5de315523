import { Kbd, Modal, Table, Text } from '@mantine/core';

const keys: ReadonlyArray<[string[], string]> = [
  [['1', '…', '9'], 'Show the first … ninth camera large'],
  [['↑', '↓', '←', '→'], 'Move between cameras; Enter shows one large'],
  [['[', ']'], 'Page before, next page; also PageUp, PageDown'],
  [['R'], 'Turn pages, or stop'],
  [['F'], 'Full screen'],
  [['A'], 'Arrange cameras'],
  [['Esc'], 'Leave full screen'],
  [['?'], 'This list'],
];

const keysToArrange: ReadonlyArray<[string[], string]> = [
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

function KeyTable({ rows }: { rows: typeof keys }) {
  return (
    <Table withRowBorders={false} verticalSpacing={4}>
      <Table.Tbody>
        {rows.map(([names, does]) => (
          <Table.Tr key={does}>
            <Table.Td w={180}>
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
  );
}
