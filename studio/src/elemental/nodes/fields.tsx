import { ColorInput, Input, SegmentedControl, Select, Stack, Switch, TextInput } from "@mantine/core";
import { IconAlignCenter, IconAlignLeft, IconAlignRight } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Line } from "#/components/words/Line";
import { useDesigner } from "#/components/designer/designer";
import { isOn, type Node, textOf } from "../node";
import type { InspectorProps } from "../kind";

interface FieldProps extends InspectorProps {
  field: string;
  label: string;
  description?: ReactNode;
  placeholder?: string;
}

const SWATCHES = ["{brand.colors.primary}", "#111827", "#4b5563", "#9ca3af", "#f3f4f6", "#ffffff", "#0f6b62", "#2563eb", "#dc2626", "#f59e0b"];

/** A colour, or one variable of the brand. */
export function ColorField({ node, change, field, label, placeholder = "as the brand has it" }: FieldProps) {
  return (
    <ColorInput
      label={label}
      size="xs"
      value={textOf(node, field)}
      onChange={(value) => change({ [field]: value || undefined })}
      placeholder={placeholder}
      fixOnBlur={false}
      withEyeDropper={false}
      swatches={SWATCHES.slice(1)}
      swatchesPerRow={9}
      popoverProps={{ withinPortal: true }}
    />
  );
}

/** A size such as 16px, or several for a box. */
export function SizeField({ node, change, field, label, placeholder = "automatic", description }: FieldProps) {
  return (
    <TextInput
      label={label}
      description={description}
      size="xs"
      value={textOf(node, field)}
      placeholder={placeholder}
      onChange={({ currentTarget: { value } }) => change({ [field]: value.trim() === "" ? undefined : value })}
    />
  );
}

export function TextField({ node, change, field, label, placeholder = "", description }: FieldProps) {
  return (
    <TextInput
      label={label}
      description={description}
      size="xs"
      value={textOf(node, field)}
      placeholder={placeholder}
      onChange={({ currentTarget: { value } }) => change({ [field]: value === "" ? undefined : value })}
    />
  );
}

/** A line that may hold variables. */
export function LineField({ node, change, field, label, placeholder = "", description, required = false }: FieldProps & { required?: boolean }) {
  const { variables, told } = useDesigner();
  return (
    <Line
      label={label}
      description={description}
      value={textOf(node, field)}
      placeholder={placeholder}
      variables={variables}
      told={(tag) => told(node, tag)}
      onChange={(value) => change({ [field]: value === "" && !required ? undefined : value })}
    />
  );
}

export function SwitchField({ node, change, field, label, description }: FieldProps) {
  return (
    <Switch
      label={label}
      description={description}
      size="xs"
      checked={isOn(node[field])}
      onChange={({ currentTarget: { checked } }) => change({ [field]: checked ? true : undefined })}
    />
  );
}

const ALIGNMENTS = { left: IconAlignLeft, center: IconAlignCenter, right: IconAlignRight };

export function AlignField({ node, change, standard = "left", full = false }: InspectorProps & { standard?: string; full?: boolean }) {
  const data = Object.entries(ALIGNMENTS).map(([value, Icon]) => ({ value, label: <Icon size={16} aria-label={`Align ${value}`} /> }));
  return (
    <Labelled label="Alignment">
      <SegmentedControl
        size="xs"
        fullWidth
        data={full ? [...data, { value: "full", label: <span>Full</span> }] : data}
        value={textOf(node, "align") || standard}
        onChange={(value) => change({ align: value === standard ? undefined : value })}
      />
    </Labelled>
  );
}

interface ChoiceProps extends FieldProps {
  choices: readonly (readonly [value: string, label: string])[];
  standard: string;
}

/** One of a few words. */
export function ChoiceField({ node, change, field, label, choices, standard, description }: ChoiceProps) {
  return (
    <Select
      label={label}
      description={description}
      size="xs"
      allowDeselect={false}
      data={choices.map(([value, name]) => ({ value, label: name }))}
      value={textOf(node, field) || standard}
      onChange={(value) => change({ [field]: value === standard || value === null ? undefined : value })}
      comboboxProps={{ withinPortal: true }}
    />
  );
}

export function Labelled({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Stack gap={4}>
      <Input.Label labelElement="div" size="xs">
        {label}
      </Input.Label>
      {children}
    </Stack>
  );
}

/** What boxes have: background, edge and room. */
export function BoxFields(props: InspectorProps & { radius?: boolean }) {
  return (
    <>
      <ColorField {...props} field="background_color" label="Background" placeholder="none" />
      <ColorField {...props} field="border_color" label="Border" placeholder="none" />
      <SizeField {...props} field="border_size" label="Border width" />
      {props.radius && <SizeField {...props} field="border_radius" label="Corners" />}
      <SizeField {...props} field="padding" label="Padding" placeholder="such as 8px 16px" />
    </>
  );
}

/** A size as CSS has it: numbers are pixels. */
export function css(node: Node, field: string): string | undefined {
  const value = node[field];
  if (typeof value === "number") return `${value}px`;
  return typeof value === "string" && value && !value.includes("{") ? value : undefined;
}

/** A colour as CSS has it; a variable of the brand is looked up in what the canvas was told of it. */
export function color(node: Node, field: string): string | undefined {
  const value = textOf(node, field);
  if (!value) return undefined;
  const name = /brand\.colors\.(\w+)/.exec(value)?.[1];
  return name ? `var(--brand-${name}, var(--designer-accent))` : value.includes("{") ? undefined : value;
}
