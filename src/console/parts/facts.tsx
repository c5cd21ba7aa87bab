/** Names and values of one thing, one below the other. */
import { Table } from "@mantine/core";
import type { ReactNode } from "react";

interface FactsProps {
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
  /** Of the names' column. */
  readonly nameWidthPx?: number;
}

export function Facts({ rows, nameWidthPx = 160 }: FactsProps) {
  return (
    <Table variant="vertical" layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w={nameWidthPx} scope="row">
              {name}
            </Table.Th>
            <Table.Td style={{ overflowWrap: "anywhere" }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
