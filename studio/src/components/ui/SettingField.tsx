import { Fieldset, NumberInput, Select, Stack, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { KeyValues } from "./KeyValues";
import { SecretField } from "./SecretField";
import { type Fault, record, type Setting, titleOf } from "./settings";
import { Words } from "./Words";

interface Props {
  name: string;
  setting: Setting;
  value: unknown;
  fault: Fault | undefined;
  change: (value: unknown) => void;
}

/** One setting: the field that its type asks for. */
export function SettingField({ name, setting, value, fault, change }: Props) {
  const { type, required = false, description, secret = false, multiline = false, values, properties } = setting;
  const own = fault?.path === name ? fault.words : undefined;
  const shared = {
    label: titleOf(name),
    description: description === undefined ? undefined : <Words>{description}</Words>,
    error: own,
    required,
  };
  const preset = setting.default;
  const placeholder = preset === undefined ? undefined : typeof preset === "string" ? preset : JSON.stringify(preset);

  if (type === "boolean") {
    const checked = typeof value === "boolean" ? value : preset === true;
    return <Switch {...shared} checked={checked} onChange={(event) => change(event.currentTarget.checked)} />;
  }
  if (type === "number") {
    return <NumberInput {...shared} placeholder={placeholder ?? ""} value={numeric(value)} onChange={(next) => change(next === "" ? undefined : next)} hideControls />;
  }
  if (type === "enum") {
    return <Select {...shared} data={values ?? []} value={text(value) || null} placeholder={placeholder ?? "Choose"} clearable={!required} onChange={(next) => change(next ?? undefined)} />;
  }
  if (type === "array") {
    return <TagsInput {...shared} value={Array.isArray(value) ? value.map(String) : []} onChange={change} />;
  }
  if (type === "object" && properties) {
    const whole = record(value);
    return (
      <Fieldset legend={shared.label}>
        <Stack gap="sm">
          {Object.entries(properties).map(([key, inner]) => (
            <SettingField
              key={key}
              name={key}
              setting={{ ...inner, required: false }}
              value={whole[key]}
              fault={fault?.path.startsWith(`${name}.`) ? { ...fault, path: fault.path.slice(name.length + 1) } : undefined}
              change={(next) => change({ ...whole, [key]: next })}
            />
          ))}
        </Stack>
      </Fieldset>
    );
  }
  if (type === "object") {
    return <KeyValues {...shared} secret={secret} value={record(value)} change={change} />;
  }
  if (secret) {
    return <SecretField {...shared} multiline={multiline} value={text(value)} change={change} />;
  }
  if (multiline) {
    return <Textarea {...shared} autosize minRows={3} maxRows={12} value={text(value)} onChange={(event) => change(event.currentTarget.value)} spellCheck={false} />;
  }
  return (
    <TextInput
      {...shared}
      value={text(value)}
      placeholder={placeholder ?? ""}
      onChange={(event) => change(event.currentTarget.value)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}

function text(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function numeric(value: unknown): string | number {
  return typeof value === "number" || typeof value === "string" ? value : "";
}
