import type { InspectorProps } from "#/elemental/kind";
import { LineField } from "#/elemental/nodes/fields";

/** Where a picture is. */
export function ImageSource(props: InspectorProps) {
  return <LineField {...props} field="src" label="Address of the picture" placeholder="https://…" required />;
}
