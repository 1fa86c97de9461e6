import { Autocomplete } from "@mantine/core";
import type { Fields, Node } from "#/elemental/node";
import { textOf } from "#/elemental/node";
import { isPath } from "#/elemental/tags";
import { fullPath } from "#/elemental/variables";
import { useDesigner } from "./designer";

/** Repeats a block for each item of a list in the data. */
export function LoopField({ node, change }: { node: Node; change: (fields: Fields) => void }) {
  const { variables } = useDesigner();
  const lists = variables.filter(({ type }) => type === "list").map(fullPath);
  const said = textOf(node, "loop");
  return (
    <Autocomplete
      size="xs"
      label="Repeat for each of"
      description={said ? "Inside, {{$.item}} is the turn’s item and {{$.index}} its number" : undefined}
      placeholder="shown once"
      data={[...new Set(lists)]}
      value={said}
      error={said && !isPath(said.replace(/^\{+|\}+$/g, "")) ? "the path of a list, such as data.items" : undefined}
      onChange={(value) => change({ loop: value || undefined })}
      comboboxProps={{ withinPortal: true }}
    />
  );
}
