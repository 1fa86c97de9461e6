import { Button, Group, Stack } from "@mantine/core";
import { type ReactNode, type SyntheticEvent, useState } from "react";
import { Failure } from "./Failure";

interface Props {
  /** The word on the button: "Save". */
  verb: string;
  act: () => Promise<unknown>;
  children?: ReactNode;
  /** What could not be done, when it could not. */
  failure?: string;
  /** Further buttons, beside the one that acts. */
  actions?: ReactNode;
  /** As wide as what is around it, as a page has it that is nothing but a form. */
  wide?: boolean;
  /** Of the button: red for what cannot be undone. */
  color?: string;
}

/** Fields and a button: it says so when what the button does could not be done. */
export function ActionForm({ verb, act, children, failure = "It could not be done", actions, wide = false, color }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await act();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md" {...(wide ? {} : { maw: "28rem" })}>
        {children}
        {error !== undefined && <Failure error={error} title={failure} />}
        <Group>
          <Button type="submit" loading={busy} fullWidth={wide} {...(color ? { color } : {})}>
            {verb}
          </Button>
          {actions}
        </Group>
      </Stack>
    </form>
  );
}
