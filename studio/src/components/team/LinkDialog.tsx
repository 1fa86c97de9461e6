import { Button, Modal, Stack, Text } from "@mantine/core";
import { Ago } from "#/components/ui/Ago";
import { Code } from "#/components/ui/Code";

/** A link that was made, and whom it is for. */
export interface ShownLink {
  email: string;
  url: string;
  expires: string;
}

/** Shows a link, this once. */
export function LinkDialog({ link, close }: { link: ShownLink | undefined; close: () => void }) {
  return (
    <Modal opened={link !== undefined} onClose={close} title="Send this link" size="lg" centered>
      {link && (
        <Stack>
          <Text size="sm">
            Send it to <b>{link.email}</b> by a way you trust. Whoever opens it sets the password, once. It ends <Ago at={link.expires} />,
            and is not shown again; a new one can be made.
          </Text>
          <Code label="Link" wrap>
            {link.url}
          </Code>
          <Button onClick={close} maw="8rem">
            Done
          </Button>
        </Stack>
      )}
    </Modal>
  );
}
