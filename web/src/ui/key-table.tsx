import { Kbd, Table } from '@mantine/core';

/** Keys that belong together, and what they do. */
export type KeyRow = [keys: string[], does: string];

export function KeyTable({ rows }: { rows: readonly KeyRow[] }) {
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
