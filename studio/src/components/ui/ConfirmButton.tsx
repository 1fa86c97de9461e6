import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { ConfirmDialog } from "./ConfirmDialog";

interface Props extends ButtonProps {
  /** What happens, and whether it can be undone. */
  question: ReactNode;
  /** The word on the button that does it: "Delete". */
  verb: string;
  act: () => Promise<unknown>;
  children: ReactNode;
}

/** A button that asks before it does what cannot be undone, and says so when it could not. */
export function ConfirmButton({ question, verb, act, children, ...button }: Props) {
  const [opened, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {children}
      </Button>
      <ConfirmDialog title={children} verb={verb} act={act} opened={opened} close={close}>
        {question}
      </ConfirmDialog>
    </>
  );
}
