import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { CHANNELS } from "#/components/providers/channels";
import { providerCatalogQuery } from "#/services/providers";

export interface Names {
  /** What people call a channel or a provider. */
  label: (name: string) => string;
  /** The channel that a name is, or that its provider serves; undefined for names that nobody here knows. */
  channelOf: (name: string) => string | undefined;
  /** What may be wished for, to choose from. */
  options: readonly { group: string; items: { value: string; label: string }[] }[];
  /** The providers of a channel. */
  providersOf: (channel: string) => { value: string; label: string }[];
}

/** The channels, and the providers of the catalogue. */
export function useNames(): Names {
  const { data: catalog } = useQuery(providerCatalogQuery);
  return useMemo(() => {
    const providers = new Map(catalog?.map((entry) => [entry.provider, entry]));
    const channels = Object.entries(CHANNELS).map(([value, label]) => ({ value, label }));
    // A provider that is called like its channel is the channel: nobody could tell them apart.
    const named = [...providers.values()].filter(({ provider }) => !(provider in CHANNELS)).map(({ provider, name }) => ({ value: provider, label: name }));
    return {
      label: (name) => CHANNELS[name] ?? providers.get(name)?.name ?? name,
      channelOf: (name) => (name in CHANNELS ? name : providers.get(name)?.channel),
      options: [
        { group: "Channels", items: channels },
        { group: "One provider", items: named },
      ],
      providersOf: (channel) => [...providers.values()].filter((entry) => entry.channel === channel).map(({ provider, name }) => ({ value: provider, label: name })),
    };
  }, [catalog]);
}
