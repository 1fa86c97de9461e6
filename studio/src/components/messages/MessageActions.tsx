import { Button, CopyButton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { useMay } from "#/services/may";
import { cancelMessage, isSettled, resendMessage } from "#/services/messages";

/** What can be done with a message. */
export function MessageActions({ id, status, recipient }: { id: string; status: string; recipient: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const mayChange = useMay().changes("Messages");
  const refresh = () => client.invalidateQueries({ queryKey: ["messages"] });
  return (
    <>
      <CopyButton value={id} timeout={1500}>
        {({ copied, copy }) => (
          <Button variant="default" leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />} onClick={copy}>
            {copied ? "Copied" : "Copy id"}
          </Button>
        )}
      </CopyButton>
      {mayChange && (
        <ConfirmButton
          question={`The same goes to ${recipient} once more, at once, as a new message. This one stays as it is.`}
          verb="Send again"
          act={async () => {
            const again = await resendMessage(id);
            notifications.show({ message: "It is sent again, as this message." });
            await refresh();
            await navigate({ to: "/logs/$id", params: { id: again } });
          }}
        >
          Send again
        </ConfirmButton>
      )}
      {mayChange && !isSettled(status) && (
        <ConfirmButton
          question="It is taken back, and goes to nobody, unless a provider has heard of it by now. This cannot be undone, but it can be sent again."
          verb="Take it back"
          act={async () => {
            await cancelMessage(id);
            await refresh();
          }}
        >
          Cancel message
        </ConfirmButton>
      )}
    </>
  );
}
