"""How an email looks unless its template says otherwise: the frame in MJML, and the styles of its parts."""

from string import Template

FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
ACCENT = "#2563eb"
INK = "#1f2937"
HEADING = "#111827"
MUTED = "#6b7280"
LINE = "#e5e7eb"
PAGE = "#f3f4f6"
CARD = "#ffffff"
CONTENT_WIDTH = 520
"""Pixels between the card's inner edges: 600 less 40 on either side."""

GAP = 16
"""Pixels between columns."""

TEXT_STYLES = {
    "text": {"color": INK, "padding": "0 0 16px", "css-class": "t-text"},
    "h1": {
        "font-size": "28px",
        "line-height": "1.25",
        "color": HEADING,
        "padding": "4px 0 16px",
        "font-weight": "700",
        "css-class": "t-head",
    },
    "h2": {
        "font-size": "22px",
        "line-height": "1.3",
        "color": HEADING,
        "padding": "8px 0 12px",
        "font-weight": "700",
        "css-class": "t-head",
    },
    "h3": {
        "font-size": "18px",
        "line-height": "1.4",
        "color": HEADING,
        "padding": "8px 0 8px",
        "font-weight": "700",
        "css-class": "t-head",
    },
    "subtext": {
        "font-size": "13px",
        "line-height": "1.5",
        "color": MUTED,
        "padding": "0 0 12px",
        "css-class": "t-muted",
    },
}
"""MJML attributes by `text_style`; headings are bold besides."""

_CSS = """
:root { color-scheme: light dark; supported-color-schemes: light dark; }
.t-link { color: #2563eb; text-decoration: underline; }
@media only screen and (max-width: 479px) {
  .t-card > table > tbody > tr > td { padding: 28px 22px !important; }
  .t-col { display: block !important; width: 100% !important; box-sizing: border-box; padding-left: 0 !important; }
  .t-close + .t-col { padding-top: 16px !important; }
}
@media (prefers-color-scheme: dark) {
  .t-page { background-color: #0b0f19 !important; }
  .t-card, .t-card > table { background: #161b26 !important; background-color: #161b26 !important; }
  .t-text div, .t-text td { color: #d1d5db !important; }
  .t-head div { color: #f9fafb !important; }
  .t-muted div { color: #9ca3af !important; }
  .c--social { color: #9ca3af !important; }
  .t-rule p { border-top-color: #2a3140 !important; }
  .t-light .t-text div, .t-light .t-text td { color: #1f2937 !important; }
  .t-light .t-head div { color: #111827 !important; }
  .t-light .t-muted div { color: #6b7280 !important; }
  .t-light .t-link { color: #2563eb !important; }
  .t-quote { border-color: #60a5fa !important; }
  .t-link { color: #93c5fd !important; }
  .t-outline td { background: transparent !important; border-color: #60a5fa !important; }
  .t-outline a { background: transparent !important; color: #93c5fd !important; }
}
"""

_DARK_BODY = "@media (prefers-color-scheme: dark) { body { background-color: #0b0f19 !important; } }"

_FRAME = Template(
    """<mjml lang="$lang"><mj-head><mj-title>$title</mj-title><mj-preview>$preview</mj-preview>
<mj-attributes><mj-all font-family="$font" />
<mj-text padding="0" font-size="$size" line-height="$leading" /></mj-attributes>
<mj-style>$css</mj-style><mj-raw>$meta</mj-raw>$own_head</mj-head>
<mj-body width="$width" background-color="$page" css-class="$page_class">
$header
<mj-section css-class="$card_class" background-color="$card" border-radius="14px" padding="$padding">
<mj-column padding="0">$body</mj-column></mj-section>
$footer
</mj-body></mjml>"""
)

META = '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">'


def frame(**parts: str) -> str:
    """Draw the whole email in MJML.

    Takes `lang, title, preview, meta, body`, and may take `font, size, leading, padding`, `page` and `card` colours
    with their classes (`t-light` keeps dark words on a colour that stays light in dark mode), and a brand's `header,
    footer, width, accent, own_css, own_head`.
    """
    gap = '<mj-section padding="20px 0"><mj-column></mj-column></mj-section>'
    defaults = {
        "header": gap,
        "footer": gap,
        "width": "600px",
        "accent": ACCENT,
        "own_css": "",
        "own_head": "",
        "font": FONT,
        "page": PAGE,
        "card": CARD,
        "padding": "40px",
        "size": "16px",
        "leading": "1.6",
    }
    defaults |= {"page_class": "t-page", "card_class": "t-card"}
    css = _CSS if "page" in parts else _CSS + _DARK_BODY
    said = defaults | parts
    css = css.replace(ACCENT, said["accent"]) + said["own_css"]
    return _FRAME.substitute(said | {"css": css})
