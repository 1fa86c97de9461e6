import { ConfirmButton } from "#/components/ui/ConfirmButton";
import { useMay } from "#/services/may";
import { openAgain } from "#/services/suppressions";

interface Props {
  /** As the list has it: `email:ann@example.com`. */
  address: string;
  changed: () => Promise<unknown>;
}

/** Takes an address off the suppression list, for those who may. */
export function OpenAgain({ address, changed }: Props) {
  const may = useMay();
  if (!may.changes("Profiles")) return null;
  return (
    <ConfirmButton
      size="compact-sm"
      aria-label={`Open again: ${address}`}
      question={`Messages go to ${address} again, as preferences allow. Do this when it works again, or when its owner asked for it.`}
      verb="Open again"
      color="teal"
      act={async () => {
        await openAgain(address);
        await changed();
      }}
    >
      Open again
    </ConfirmButton>
  );
}
