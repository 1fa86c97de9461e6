import { queryOptions } from "@tanstack/react-query";

/** The pages of `docs/providers`, each a file of its own in the bundle, read when it is asked for. */
const PAGES = import.meta.glob<string>("../../../docs/providers/*.md", { query: "?raw", import: "default" });

export interface ProviderDoc {
  /** As HTML. It is our own page, from our own bundle. */
  html: string;
}

/** The page about a provider; null when there is none. */
export const providerDocQuery = (provider: string) =>
  queryOptions({
    queryKey: ["docs", "providers", provider],
    staleTime: Infinity,
    queryFn: async (): Promise<ProviderDoc | null> => {
      const load = PAGES[`../../../docs/providers/${provider}.md`];
      if (!load) return null;
      const [text, { default: MarkdownIt }] = await Promise.all([load(), import("markdown-it")]);
      return { html: new MarkdownIt().render(pageOf(text)) };
    },
  });

/** The page without its title, without links that lead to other pages of the repository, and a level of headings lower. */
export function pageOf(text: string): string {
  return text
    .replace(/^# .*\n/, "")
    .replace(/^(#+) /gm, "#$1 ")
    .replace(/\[([^\]]+)\]\((?!https?:)[^)]*\)/g, "$1");
}
