interface Views {
  html: string;
  text: string;
  facts: { Subject?: string; Title?: string; From?: string; Preheader?: string };
}

/** Finds what can be looked at in a channel's content; each channel has parts of its own. */
export function viewsOf(content: Readonly<Record<string, unknown>>): Views {
  const part = (...names: string[]): string | undefined => {
    for (const name of names) {
      const value = content[name];
      if (typeof value === "string" && value !== "") return value;
    }
    return undefined;
  };
  const facts: Views["facts"] = {};
  const subject = part("subject");
  const title = part("title");
  const from = part("from", "from_address", "sender");
  const preheader = part("preheader");
  if (subject) facts.Subject = subject;
  if (title) facts.Title = title;
  if (from) facts.From = from;
  if (preheader) facts.Preheader = preheader;
  return { html: part("html") ?? "", text: part("text", "body") ?? "", facts };
}
