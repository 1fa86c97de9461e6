import { Button, Modal, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { ActionForm } from "./ActionForm";

interface Props {
  title: string;
  /** The word on the button that does it: "Remove". */
  verb: string;
  act: () => Promise<unknown>;
  opened: boolean;
  close: () => void;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
}

/** Asks before something is done that was chosen from a menu; `ConfirmButton` is for what has a button of its own. */
export function ConfirmDialog({ title, verb, act, opened, close, children }: Props) {
  const confirm = async () => {
    await act();
    close();
  };
  return (
    <Modal opened={opened} onClose={close} title={title} centered>
      <ActionForm
        verb={verb}
        act={confirm}
        color="red"
        actions={
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
        }
      >
        <Text size="sm" component="div">
          {children}
        </Text>
      </ActionForm>
    </Modal>
  );
}
