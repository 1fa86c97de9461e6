import { IconPalette } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Badge, ColorSwatch, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { Ago } from "#/components/ui/Ago";
import { type Column, DataTable } from "#/components/ui/DataTable";
import { Empty } from "#/components/ui/Empty";
import { isObject } from "#/elemental/node";
import { type Brand, brandsQuery } from "#/services/brands";

const COLUMNS: readonly Column<Brand>[] = [
  { key: "name", title: "Name", width: "2fr", cell: ({ name, is_default }) => <Name name={name} isDefault={is_default} /> },
  { key: "colors", title: "Colours", width: "8rem", cell: (brand) => <Colors brand={brand} /> },
  { key: "id", title: "Id", width: "1.5fr", narrow: false, cell: ({ id }) => id },
  { key: "updated", title: "Changed", width: "7rem", align: "right", narrow: false, cell: ({ updated }) => <Ago at={updated} /> },
];

function Name({ name, isDefault }: { name: string; isDefault: boolean }) {
  return (
    <>
      {name}
      {isDefault && (
        <Badge ml="xs" variant="light" radius="sm" tt="none">
          default
        </Badge>
      )}
    </>
  );
}

function Colors({ brand }: { brand: Brand }) {
  const colors: unknown = brand.settings.colors;
  const values = isObject(colors) ? ["primary", "secondary", "tertiary"].map((name) => colors[name]).filter((value) => typeof value === "string") : [];
  return (
    <Group gap={4}>
      {values.map((value) => (
        <ColorSwatch key={value} color={value} size={18} aria-hidden />
      ))}
    </Group>
  );
}

/** Every brand, oldest first. */
export function BrandTable({ create }: { create: ReactNode }) {
  const query = useInfiniteQuery(brandsQuery);
  return (
    <DataTable
      label="Brands"
      columns={COLUMNS}
      query={query}
      rowKey={({ id }) => id}
      link={({ id }) => ({ to: "/brands/$id", params: { id } })}
      empty={
        <Empty icon={IconPalette} title="No brand yet" action={create}>
          A brand is how emails look: colours, logo and footer. The first one looks after every message that has no other.
        </Empty>
      }
    />
  );
}
