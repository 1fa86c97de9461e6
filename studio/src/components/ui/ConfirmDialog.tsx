import { Text } from "@mantine/core";
import type { ReactNode } from "react";
import { FormDialog } from "./FormDialog";

interface Props {
  title: ReactNode;
  /** The word on the button that does it: "Remove". */
  verb: string;
  act: () => Promise<unknown>;
  opened: boolean;
  close: () => void;
  /** What happens, and whether it can be undone. */
  children: ReactNode;
}

/** Asks before something is done that was chosen from a menu; `ConfirmButton` is for what has a button of its own. */
export function ConfirmDialog({ act, close, children, ...dialog }: Props) {
  const confirm = async () => {
    await act();
    close();
  };
  return (
    <FormDialog {...dialog} act={confirm} close={close} final>
      <Text size="sm" component="div">
        {children}
      </Text>
    </FormDialog>
  );
}
