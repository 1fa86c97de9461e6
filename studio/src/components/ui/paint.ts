import { isRemote, uncounted, unstyled } from "./remote";

interface Look {
  title: string;
  dark: boolean;
  /** With the pictures of other servers; else each has something calm in its place. */
  remote: boolean;
}

const RUNS = "script, link, base, meta[http-equiv], iframe, object, embed"; // or loads, without any picture being seen
const STILL = "a, area { pointer-events: none; }"; // a preview leads nowhere
const UNSHOWN = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90"><rect width="160" height="90" fill="#8884"/><path d="M62 58l12-16 9 11 6-7 10 12z" fill="#8888"/><circle cx="93" cy="36" r="4" fill="#8888"/></svg>',
)}`;

/** Draws HTML that others wrote into an empty page of ours. Its own rules for dark colours are switched by hand. */
export function paint(inside: Document, html: string, { title, dark, remote }: Look): void {
  const view = inside.defaultView;
  if (!view) return;
  // Its window's own parser: it stands under the policy of the frame, which lets styles in.
  const parsed = new view.DOMParser().parseFromString(uncounted(remote ? html : unstyled(html)), "text/html");
  for (const element of parsed.querySelectorAll(RUNS)) element.remove();
  if (!remote) takeOut(parsed);
  const still = inside.createElement("style");
  still.textContent = STILL;
  const scheme = parsed.querySelector<HTMLMetaElement>('meta[name="color-scheme"]')?.content ?? "light";
  inside.title = title;
  inside.documentElement.lang = parsed.documentElement.lang || "en";
  inside.documentElement.style.colorScheme = dark && scheme.includes("dark") ? "dark" : "light";
  inside.head.replaceChildren(...[...parsed.head.querySelectorAll("style")].map((style) => inside.importNode(style, true)), still);
  inside.body.replaceWith(inside.importNode(parsed.body, true));
  for (const link of inside.links) link.tabIndex = -1;
  for (const sheet of inside.styleSheets) for (const rule of sheet.cssRules) switchScheme(rule, dark);
}

/** Puts something calm in the place of pictures of other servers. */
function takeOut(parsed: Document): void {
  for (const source of parsed.querySelectorAll("source")) source.remove();
  for (const picture of parsed.images) {
    picture.removeAttribute("srcset");
    if (isRemote(picture.getAttribute("src") ?? "")) picture.src = UNSHOWN;
  }
  for (const element of parsed.querySelectorAll("[background]")) if (isRemote(element.getAttribute("background") ?? "")) element.removeAttribute("background");
}

function switchScheme(rule: CSSRule, dark: boolean): void {
  if (!("media" in rule) || typeof rule.media !== "object") return; // of another window, whose classes are not ours
  const media = rule.media as MediaList; // rules that have media have a list of them
  const text = media.mediaText;
  if (text.includes("prefers-color-scheme")) media.mediaText = text.includes("dark") === dark ? "all" : "not all";
}
