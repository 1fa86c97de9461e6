"""A brand's part of an email: its bar and logo above the words, its footer below, its colours between."""

import html
import re

import msgspec

from tidings.brands import BrandSettings
from tidings.rendering import look
from tidings.rendering.html_words import html_words
from tidings.rendering.plain_words import plain_words
from tidings.rendering.program import Operations
from tidings.rendering.sheet import Address, Place, Sheet, tag
from tidings.rendering.source import html_source, plain_source

LOGO_WIDTH = 140
"""Pixels, as Courier has it."""
_HARD = re.compile(r"#[0-9a-fA-F]{3,8}\Z|[a-zA-Z]{3,30}\Z|(?:rgb|hsl)a?\([\d\s.,%/]{1,40}\)\Z")
_SOCIAL = ("facebook", "instagram", "linkedin", "medium", "twitter")
_CLOSES_STYLE = re.compile(r"</style|<!--", re.IGNORECASE)


class BrandLook(msgspec.Struct, frozen=True):
    """A brand's settings, asked for what an email wants to know."""

    settings: BrandSettings

    @property
    def accent(self) -> str:
        """Colour buttons and links."""
        return settled(self.settings.colors.primary) or look.ACCENT

    @property
    def page(self) -> str | None:
        """Colour what lies around the card."""
        email, layout = self.settings.email, self.settings.email.template_override
        return settled(layout.background_color if layout.enabled else None) or settled(email.background_color)

    @property
    def card(self) -> str | None:
        """Colour what the words stand on."""
        email, layout = self.settings.email, self.settings.email.template_override
        own = settled(layout.blocks_background_color if layout.enabled else None)
        return own or settled(email.blocks_background_color)

    @property
    def width(self) -> str | None:
        """Say how wide an email is; None for as wide as any."""
        layout = self.settings.email.template_override
        return f"{str(layout.width).removesuffix('px')}px" if layout.enabled and layout.width else None

    @property
    def css(self) -> str:
        """Give the brand's own styles, in all they may hold."""
        layout = self.settings.email.template_override
        found = [self.settings.email.head.content, layout.head if layout.enabled else None]
        return "\n".join(html.unescape(re.sub(r"</?style[^>]*>", "", css)) for css in found if css and _is_css(css))

    def header(self, sheet: Sheet) -> str:
        """Draw what stands above the words, in MJML."""
        layout, header = self.settings.email.template_override, self.settings.email.header
        if layout.enabled and layout.header:
            return _section(sheet, html_source(layout.header, "brand.header"))
        bar = settled(header.bar_color)
        bars = f'<mj-divider border-color="{bar}" border-width="6px" padding="0 0 20px" />' if bar else ""
        logo = ""
        if header.logo.image:
            said: dict[str, str | None] = {
                "src": sheet.token(Address(plain_source(header.logo.image, "brand.header.logo.image"))),
                "alt": "",
                "width": f"{LOGO_WIDTH}px",
                "padding": "0 0 20px",
            }
            if header.logo.href:
                said["href"] = sheet.token(Address(plain_source(header.logo.href, "brand.header.logo.href")))
            logo = tag("mj-image", said)
        return _framed(bars + logo, 'padding="20px 0 0" css-class="c--email-header"')

    def footer(self, sheet: Sheet) -> str:
        """Draw what stands below the words, in MJML."""
        layout, email = self.settings.email.template_override, self.settings.email
        if layout.enabled and layout.footer:
            return _section(sheet, html_source(layout.footer, "brand.footer"))
        style: dict[str, str | None] = {
            "align": "center",
            "font-size": "13px",
            "color": look.MUTED,
            "padding": "0 0 12px",
            "css-class": "t-muted",
        }
        words = email.footer.markdown or email.footer.content
        rows = tag("mj-text", style, sheet.token(Place(html_words(words, "brand.footer")))) if words else ""
        links = " &middot; ".join(sheet_link(sheet, url, name.capitalize()) for name, url in self._social())
        if links:
            rows += tag("mj-text", style, sheet.token(sheet.pieces(links)))
        back = settled(layout.footer_background_color if layout.enabled else None) or settled(
            email.footer_background_color
        )
        color = f' background-color="{back}"' if back else ""
        return _framed(rows, f'padding="20px 0" css-class="c--email-footer"{color}')

    def footer_words(self) -> Operations:
        """Say the same in plain text."""
        words = self.settings.email.footer.markdown or self.settings.email.footer.content
        return plain_words(words, "brand.footer") if words else ()

    def _social(self) -> list[tuple[str, str]]:
        social = self.settings.email.footer.social
        links = [(name, getattr(social, name)) for name in _SOCIAL]
        return [(name, link.url) for name, link in links if link is not None and link.url]


def sheet_link(sheet: Sheet, url: str, name: str) -> str:
    """Draw a link of the footer."""
    address = sheet.token(Address(plain_source(url, "brand.footer.social")))
    return f'<a class="c--social" href="{address}" style="color:{look.MUTED};">{name}</a>'


def settled(color: str | None) -> str | None:
    """Take a colour that names no variable: a brand's own are what variables are made of."""
    return color if color is not None and _HARD.match(color) else None


def _framed(rows: str, said: str) -> str:
    return f"<mj-section {said}><mj-column>{rows}</mj-column></mj-section>"


def _is_css(text: str) -> bool:
    return _CLOSES_STYLE.search(re.sub(r"</?style[^>]*>", "", text)) is None


def _section(sheet: Sheet, words: Operations) -> str:
    cell = ('<tr><td style="padding:0;">', *words, "</td></tr>")
    return f'<mj-section padding="0"><mj-column>{sheet.raw(Place(cell))}</mj-column></mj-section>'
