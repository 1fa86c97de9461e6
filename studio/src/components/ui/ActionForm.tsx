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
  /** Whether enough is said to act. */
  ready?: boolean;
  /** What cannot be undone: the button is red, and the one that leaves it undone has the focus. */
  final?: boolean;
  /** Leaves it undone: dialogs have a button for it. */
  leave?: () => void;
}

/** Fields and a button: it says so when what the button does could not be done. */
export function ActionForm({ verb, act, children, failure = "It could not be done", actions, wide = false, ready = true, final = false, leave }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    event.stopPropagation(); // a dialog may belong to a form, which is not meant
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
      <Stack gap="md" {...(wide || leave ? {} : { maw: "28rem" })}>
        {children}
        {error !== undefined && <Failure error={error} title={failure} />}
        <Group justify={leave ? "flex-end" : "flex-start"}>
          {leave && (
            <Button variant="default" onClick={leave} data-autofocus={final || undefined}>
              Cancel
            </Button>
          )}
          <Button type="submit" loading={busy} disabled={!ready} fullWidth={wide} {...(final ? { color: "red.9" } : {})}>
            {verb}
          </Button>
          {actions}
        </Group>
      </Stack>
    </form>
  );
}
