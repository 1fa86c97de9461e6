import { Alert, Button, Modal, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Ago } from "#/components/ui/Ago";
import { Code } from "#/components/ui/Code";
import { doorQuery } from "#/services/account";

/** A link that was made, and whom it is for. */
export interface ShownLink {
  email: string;
  url: string;
  expires: string;
  mailed: boolean;
  /** Why it was not sent by mail, where that was asked for. */
  not_mailed: string;
}

/** Shows a link, this once. */
export function LinkDialog({ link, close }: { link: ShownLink | undefined; close: () => void }) {
  const passwords = useQuery(doorQuery).data?.password ?? true;
  return (
    <Modal opened={link !== undefined} onClose={close} title={link?.mailed ? "A mail is on its way" : "Send this link"} size="lg" centered>
      {link && (
        <Stack>
          {link.not_mailed && (
            <Alert color="yellow" title="It was not sent by mail">
              {link.not_mailed}
            </Alert>
          )}
          <Text size="sm">
            {link.mailed ? "It is on its way to " : "Send it to "}
            <b>{link.email}</b>
            {link.mailed ? " by mail; you may send it yourself, too." : " by a way you trust."}
            {passwords && " Whoever opens it sets the password, once."} It ends <Ago at={link.expires} />, and is not shown again; a new one can
            be made.
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
