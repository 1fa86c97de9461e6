import { Table, VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  label: string;
  heads: readonly string[];
  minWidth: number;
  /** Its rows; each ends with a cell of actions. */
  children: ReactNode;
  verticalSpacing?: "sm";
}

/** A short list, whole: columns, and a last one of actions. */
export function ListTable({ label, heads, minWidth, children, ...spacing }: Props) {
  return (
    <Table.ScrollContainer minWidth={minWidth}>
      <Table {...spacing} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
            <Table.Th>
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
