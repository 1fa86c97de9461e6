/**
 * Draws an email into a frame. The page's policy, which frames inherit, allows no inline styles; so styles are set the
 * way the policy allows, as objects, and the email's own rules for dark colours are switched by hand.
 */
export function paint(inside: Document, html: string, { dark }: { dark: boolean }): void {
  const view = inside.defaultView;
  if (!view) return;
  // Their window's own class: a sheet belongs to one document.
  const Sheet = view.CSSStyleSheet;
  const { body: bare, rules } = aside(html);
  const parsed = new DOMParser().parseFromString(bare, "text/html");
  const sheets = rules.map((text) => {
    const sheet = new Sheet();
    sheet.replaceSync(text);
    for (const rule of sheet.cssRules) switchScheme(rule, dark);
    return sheet;
  });
  for (const element of parsed.querySelectorAll("script, link, base, meta[http-equiv], iframe, object, embed, form")) element.remove();
  const body = inside.importNode(parsed.body, true);
  for (const element of [body, ...body.querySelectorAll<HTMLElement>("[data-style-aside]")]) {
    const style = element.dataset.styleAside;
    if (style !== undefined) element.style.cssText = style;
    element.removeAttribute("data-style-aside");
  }
  for (const link of body.querySelectorAll("a")) link.setAttribute("tabindex", "-1");
  inside.documentElement.lang = parsed.documentElement.lang || "en";
  inside.adoptedStyleSheets = sheets;
  inside.body.replaceWith(body);
}

interface Aside {
  body: string;
  rules: string[];
}

/** Takes styles out, and writes inline ones under another name, so that nothing complains before they are set. */
function aside(html: string): Aside {
  const rules: string[] = [];
  const body = html
    .replace(/<!--[\s\S]*?-->/g, "") // what is for Outlook alone stands in comments
    .replace(/<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi, (_, text: string) => {
      rules.push(text);
      return "";
    })
    .replace(/<[a-zA-Z][^<>]*>/g, (tag) => tag.replace(/\sstyle\s*=\s*(?=["'])/gi, " data-style-aside="));
  return { body, rules };
}

function switchScheme(rule: CSSRule, dark: boolean): void {
  if (!("media" in rule) || typeof rule.media !== "object") return; // of another window, whose classes are not ours
  const media = rule.media as MediaList; // rules that have media have a list of them
  const text = media.mediaText;
  if (text.includes("prefers-color-scheme")) media.mediaText = text.includes("dark") === dark ? "all" : "not all";
}
