import { readPath, nodeAt, type Path } from "#/elemental/editing";
import { type Document, keyOf, type Node } from "#/elemental/node";
import { namesIn, pathOfTag } from "#/elemental/tags";
import { nearest, type Variable } from "#/elemental/variables";
import { walk } from "#/elemental/walk";
import type { Preview } from "#/services/templates";
import type { Issue } from "./designer";

/** Finds what is wrong, by the block that it is about. `document` is what the preview was drawn of. */
export function issuesOf(document: Document, preview: Preview | undefined, place: string, variables: readonly Variable[]): ReadonlyMap<string, readonly Issue[]> {
  const found = new Map<string, Issue[]>();
  const note = (path: Path, issue: Issue) => {
    const node = nodeAt(document, path);
    if (!node) return;
    const key = keyOf(node);
    const known = found.get(key) ?? [];
    if (!known.some((each) => each.message === issue.message)) found.set(key, [...known, issue]);
  };
  for (const { level, path, message } of preview?.problems ?? []) note(readPath(path), { level, message, ...suggested(message) });
  const shown = preview?.channels[place];
  for (const { path, detail } of shown?.hidden ?? []) note(readPath(path), { level: "hidden", message: `Hidden in this preview: ${detail.replaceAll("`", "")}` });
  if (shown?.error) note(readPath(shown.error), { level: "error", message: shown.error.replace(/^elements\S*: /, "") });
  const missing = new Set(Object.values(preview?.channels ?? {}).flatMap((channel) => channel.missing));
  if (missing.size) {
    for (const [node, path] of walk(document)) {
      for (const name of ownNames(node)) {
        const bare = bareName(name);
        if (!missing.has(bare) || [...(found.get(keyOf(node)) ?? [])].some((each) => each.message.startsWith(`${bare} `))) continue;
        const meant = nearest(bare, variables);
        note(path, { level: "warning", message: `${bare} has no value in this preview`, ...(meant && meant !== bare && { suggestion: { said: bare, meant } }) });
      }
    }
  }
  return found;
}

function suggested(message: string): Pick<Issue, "suggestion"> {
  const match = /^(\S+) is not .*: did you mean (\S+)\?$/.exec(message);
  const [, said, meant] = match ?? [];
  return said && meant ? { suggestion: { said, meant } } : {};
}

/** The variables that a node names itself, not those of what it holds. */
function ownNames(node: Node): string[] {
  const fields = Object.entries(node).filter(([field]) => field !== "elements" || node.type === "text" || node.type === "list-item");
  return namesIn(JSON.stringify(Object.fromEntries(fields)));
}

/** `data.` stays away, as the API writes names. */
export function bareName(name: string): string {
  return name.replace(/^\$\./, "").replace(/^data\./, "");
}

/** Says what is wrong with a tag, by what is wrong with its block. */
export function tagIssue(issues: readonly Issue[], tag: string): string | undefined {
  const path = pathOfTag(tag);
  const names = path ? [bareName(path)] : namesIn(tag).map(bareName);
  return issues.find((issue) => issue.level !== "hidden" && names.some((name) => issue.message.startsWith(`${name} `)))?.message;
}
