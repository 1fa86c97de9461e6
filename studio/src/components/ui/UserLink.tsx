import { TextLink } from "./links";

/** Leads to a user; who is known by an anonymous id alone, or not at all, has no page. */
export function UserLink({ id, anonymous }: { id: string | null | undefined; anonymous?: string | null | undefined }) {
  if (!id) return anonymous ?? "nobody";
  return (
    <TextLink to="/users/$id" params={{ id }} inherit>
      {id}
    </TextLink>
  );
}
