import { Button, Group, Stack } from "@mantine/core";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { ApiError } from "#/api/client";
import { Failure } from "./Failure";
import { SettingField } from "./SettingField";
import { faultOf, filled, type Settings, type Values } from "./settings";

interface Props {
  settings: Settings;
  /** What is kept now, secrets masked; nothing for what is new. */
  values?: Values;
  /** The word on the button: "Save". */
  verb: string;
  /** Keeps what was filled in: the whole, with null for what is to be removed. Its refusal is shown at the field it names. */
  submit: (values: Values) => Promise<unknown>;
  /** Fields of the thing itself, above its settings. */
  children?: ReactNode;
  /** Further buttons, beside the one that submits. */
  actions?: ReactNode;
}

const NONE: Values = {};

/** A form for the settings that a catalogue describes. What is required comes first, what has a default last. */
export function SchemaForm({ settings, values: before = NONE, verb, submit, children, actions }: Props) {
  const [values, setValues] = useState(before);
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const fault = error instanceof ApiError ? faultOf(error.message) : undefined;
  const known = fault !== undefined && (fault.path.split(".")[0] ?? "") in settings;

  const send = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await submit(filled(settings, values, before));
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void send(event)} noValidate>
      <Stack gap="md" maw="36rem">
        {children}
        {ordered(settings).map(([name, setting]) => (
          <SettingField
            key={name}
            name={name}
            setting={setting}
            value={values[name]}
            fault={known ? fault : undefined}
            change={(value) => setValues((all) => ({ ...all, [name]: value }))}
          />
        ))}
        {error !== undefined && !known && <Failure error={error} title="It could not be saved" />}
        <Group>
          <Button type="submit" loading={busy}>
            {verb}
          </Button>
          {actions}
        </Group>
      </Stack>
    </form>
  );
}

function ordered(settings: Settings) {
  const rank = ({ required, default: preset, type }: Settings[string]) => (required ? 0 : preset !== undefined || type === "object" ? 2 : 1);
  return Object.entries(settings).sort(([, one], [, other]) => rank(one) - rank(other));
}
