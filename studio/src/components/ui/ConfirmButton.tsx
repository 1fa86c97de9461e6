import { Button, type ButtonProps, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { Failure } from "./Failure";

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
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();

  const confirm = async () => {
    setBusy(true);
    setError(undefined);
    try {
      await act();
      close();
    } catch (reason) {
      setError(reason);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {children}
      </Button>
      <Modal opened={opened} onClose={close} title={children} centered>
        <Stack>
          <Text size="sm" component="div">
            {question}
          </Text>
          {error !== undefined && <Failure error={error} title="It could not be done" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Cancel
            </Button>
            <Button color="red.9" loading={busy} onClick={() => void confirm()}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
