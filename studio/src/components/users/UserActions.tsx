import { Button, CopyButton } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "#/components/ui/ConfirmButton";
import type { Schemas } from "#/api/client";
import { useMay } from "#/services/may";
import { regulate } from "#/services/regulations";
import { ofUser, openAgain, suppress } from "#/services/suppressions";
import { Forget } from "./Forget";

interface Props {
  id: string;
  suppressed: Schemas["SuppressionAnswer"] | null;
  /** Is told which request has a receipt to show. */
  regulated: (id: string) => void;
}

/** What can be done about a user. */
export function UserActions({ id, suppressed, regulated }: Props) {
  const client = useQueryClient();
  const may = useMay();
  const refresh = () => client.invalidateQueries({ queryKey: ["users", id] });
  return (
    <>
      <CopyButton value={id} timeout={1500}>
        {({ copied, copy }) => (
          <Button variant="default" leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />} onClick={copy}>
            {copied ? "Copied" : "Copy id"}
          </Button>
        )}
      </CopyButton>
      {!may.changes("Profiles") ? null : suppressed ? (
        <ConfirmButton
          question={
            suppressed.kind === "privacy"
              ? "They asked not to be known. If they want to be known again, their calls are taken, and they can be written to."
              : "They can be written to again, as their preferences allow."
          }
          verb="Let them in"
          color="teal"
          act={async () => {
            if (suppressed.kind === "privacy") regulated(await regulate(id, "UNSUPPRESS"));
            else await openAgain(ofUser(id));
            await refresh();
          }}
        >
          Unsuppress
        </ConfirmButton>
      ) : (
        <ConfirmButton
          question="Nothing is sent to them any more, by no channel, until somebody takes this back. Their calls are still taken. Messages that wait are kept back as well."
          verb="Suppress"
          act={async () => {
            await suppress(id, "in Studio");
            await refresh();
          }}
        >
          Suppress
        </ConfirmButton>
      )}
      {may.changes("Privacy") && <Forget id={id} done={regulated} />}
    </>
  );
}
