import { useQuery } from "@tanstack/react-query";
import { type Settings, settingsOf } from "#/components/ui/settings";
import { type ProviderDoc, providerDocQuery } from "#/services/providerDocs";
import type { ProviderEntry } from "#/services/providers";

/** A provider's settings, each with what its page in the documentation says of it. */
export function useSettings(entry: ProviderEntry): Settings {
  const { data } = useQuery(providerDocQuery(entry.provider));
  return described(settingsOf(entry.settings), data ?? null);
}

function described(settings: Settings, doc: ProviderDoc | null): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => [name, { ...setting, description: setting.description ?? doc?.meanings[name] }]),
  );
}
