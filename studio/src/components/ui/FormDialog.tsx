import { Modal, type MantineSize } from "@mantine/core";
import type { ComponentProps, ReactNode } from "react";
import { ActionForm } from "./ActionForm";
import { useFocusBack } from "./useFocusBack";

interface Props extends Pick<ComponentProps<typeof ActionForm>, "verb" | "act" | "failure" | "ready" | "final" | "children"> {
  title: ReactNode;
  opened: boolean;
  close: () => void;
  size?: MantineSize;
  /** What came of it, in the place of the form: something to be copied, which a slip of the mouse must not take away. */
  result?: ReactNode;
}

/** A few fields over the page: one button does what the title says, the other leaves it undone. */
export function FormDialog({ title, opened, close, size = "md", result, ...form }: Props) {
  useFocusBack(opened);
  return (
    <Modal opened={opened} onClose={close} title={title} size={size} centered closeOnClickOutside={!result}>
      {result ?? <ActionForm leave={close} {...form} />}
    </Modal>
  );
}
