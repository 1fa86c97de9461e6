import type { Suppression } from "#/services/suppressions";

/** Why an address gets nothing more. */
export const KINDS: Readonly<Record<Suppression["kind"], string>> = {
  bounce: "What was sent came back",
  complaint: "Its owner complained",
  unsubscribe: "Its owner unsubscribed",
  manual: "Put here by hand",
  privacy: "Its owner asked not to be known",
};

/** What an entry closes: a channel, or everything for a user. */
export function meant(address: string): { kind: string; value: string } {
  const at = address.indexOf(":");
  return { kind: address.slice(0, at), value: address.slice(at + 1) };
}
