import { Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useChange } from "#/services/changing";
import { changeProvider, type Provider, PROVIDERS } from "#/services/providers";

/** Switches an account on and off; it keeps its settings. */
export function ProviderSwitch({ provider: { id, title, enabled }, label }: { provider: Provider; label: string }) {
  const { mutate, isPending } = useChange(changeProvider(id), PROVIDERS);
  const turn = (on: boolean) =>
    mutate(
      { enabled: on, settings: {} },
      { onError: (error) => notifications.show({ color: "red", title: `${title} could not be switched`, message: error.message }) },
    );
  return <Switch aria-label={label} label={enabled ? "on" : "off"} checked={enabled} disabled={isPending} onChange={(event) => turn(event.currentTarget.checked)} />;
}
