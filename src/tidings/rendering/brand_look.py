"""A brand's part of an email: its bar and logo above the words, its footer below, its colours between."""

import html
import re

import msgspec

from tidings.brands import BrandSettings, Layout, is_color
from tidings.rendering import look
from tidings.rendering.html_words import html_words
from tidings.rendering.plain_words import plain_words
from tidings.rendering.printing import escaped
from tidings.rendering.program import Operations
from tidings.rendering.sheet import Address, Place, Sheet, tag
from tidings.rendering.source import html_source, plain_source, words_of_html

LOGO_WIDTH = 140
"""Pixels, as Courier has it."""
_SOCIAL = ("facebook", "instagram", "linkedin", "medium", "twitter")
_CLOSES_STYLE = re.compile(r"</style|<!--", re.IGNORECASE)
_STYLE_TAG = re.compile(r"</?style[^>]*>", re.IGNORECASE)
_EMAIL = "brand.email"
_OVERRIDE = f"{_EMAIL}.templateOverride"


class BrandLook(msgspec.Struct, frozen=True):
    """A brand's settings, asked for what an email wants to know."""

    settings: BrandSettings
    name: str = ""
    """What stands for the logo where pictures are not shown."""
    default: "BrandLook | None" = None
    """The default brand: what says `inheritDefault` is drawn as it draws it."""

    @property
    def accent(self) -> str:
        """Colour buttons and links."""
        return settled(self.settings.colors.get("primary")) or look.ACCENT

    @property
    def page(self) -> str | None:
        """Colour what lies around the card."""
        own = [layout.background_color for layout in self._layouts]
        return _first([*own, self.settings.email.background_color])

    @property
    def card(self) -> str | None:
        """Colour what the words stand on."""
        own = [layout.blocks_background_color for layout in self._layouts]
        return _first([*own, self.settings.email.blocks_background_color])

    @property
    def width(self) -> str | None:
        """Say how wide an email is; None for as wide as any."""
        width = next((layout.width for layout in self._layouts if layout.width), None)
        return f"{str(width).removesuffix('px')}px" if width else None

    @property
    def css(self) -> str:
        """Give the brand's own styles, in all they may hold."""
        head, written = self.settings.email.head, self._written("head")
        inherited = self.default.css if head.inherit_default and self.default else ""
        own = [inherited, head.content, None if self._is_mjml else written]
        return "\n".join(html.unescape(_STYLE_TAG.sub("", css)) for css in own if css and is_css(css))

    def head(self, sheet: Sheet) -> str:
        """Give what it puts into the head, in MJML."""
        if self._is_mjml and (written := self._written("head")):
            return sheet.filled(written, f"{_OVERRIDE}.mjml.head")
        inherits = self.settings.email.head.inherit_default and self.default
        return self.default.head(sheet) if inherits and self.default else ""

    def header(self, sheet: Sheet) -> str:
        """Draw what stands above the words, in MJML."""
        header = self.settings.email.header
        if written := self._written("header"):
            return self._own(sheet, written, "header")
        if header.inherit_default and self.default:
            return self.default.header(sheet)
        bar = settled(header.bar_color)
        bars = f'<mj-divider border-color="{bar}" border-width="6px" padding="0 0 20px" />' if bar else ""
        logo = ""
        if header.logo.image:
            said: dict[str, str | None] = {
                "src": sheet.token(Address(plain_source(header.logo.image, f"{_EMAIL}.header.logo.image"))),
                "alt": sheet.token(Place((escaped(self.name),))),
                "width": f"{LOGO_WIDTH}px",
                "padding": "0 0 20px",
            }
            if header.logo.href:
                said["href"] = sheet.token(Address(plain_source(header.logo.href, f"{_EMAIL}.header.logo.href")))
            logo = tag("mj-image", said)
        return _framed(bars + logo, 'padding="20px 0 0" css-class="c--email-header"')

    def footer(self, sheet: Sheet) -> str:
        """Draw what stands below the words, in MJML."""
        email = self.settings.email
        if written := self._written("footer"):
            return self._own(sheet, written, "footer")
        if email.footer.inherit_default and self.default:
            return self.default.footer(sheet)
        style: dict[str, str | None] = {
            "align": "center",
            "font-size": "13px",
            "color": look.MUTED,
            "padding": "0 0 12px",
            "css-class": "t-muted",
        }
        words = email.footer.markdown or email.footer.content
        place = f"{_EMAIL}.footer.markdown" if email.footer.markdown else f"{_EMAIL}.footer.content"
        rows = tag("mj-text", style, sheet.token(Place(html_words(words, place)))) if words else ""
        links = " &middot; ".join(sheet_link(sheet, url, name) for name, url in self._social())
        if links:
            rows += tag("mj-text", style, sheet.token(sheet.pieces(links)))
        back = _first([*(layout.footer_background_color for layout in self._layouts), email.footer_background_color])
        color = f' background-color="{back}"' if back else ""
        wide = ' full-width="full-width"' if any(layout.footer_full_width for layout in self._layouts) else ""
        return _framed(rows, f'padding="20px 0" css-class="c--email-footer"{color}{wide}')

    def footer_words(self) -> Operations:
        """Say the same in plain text."""
        footer = self.settings.email.footer
        if written := self._written("footer"):
            return words_of_html(written, f"{_OVERRIDE}.footer")
        if footer.inherit_default and self.default:
            return self.default.footer_words()
        words = footer.markdown or footer.content
        return plain_words(words, f"{_EMAIL}.footer.markdown") if words else ()

    @property
    def _layouts(self) -> tuple[Layout, ...]:
        """Name the layouts in use; what the first does not say, the second may."""
        override = self.settings.email.template_override
        if not override.enabled:
            return ()
        return (override.mjml, override) if override.mjml.enabled else (override,)

    @property
    def _is_mjml(self) -> bool:
        return len(self._layouts) > 1

    def _written(self, part: str) -> str | None:
        """Give a part that is written by hand: in MJML or in HTML, never a mixture of both."""
        return getattr(self._layouts[0], part) if self._layouts else None

    def _own(self, sheet: Sheet, written: str, part: str) -> str:
        if self._is_mjml:
            return sheet.written(written, f"{_OVERRIDE}.mjml.{part}")
        return _section(sheet, html_source(written, f"{_OVERRIDE}.{part}"))

    def _social(self) -> list[tuple[str, str]]:
        social = self.settings.email.footer.social
        links = [(name, getattr(social, name)) for name in _SOCIAL]
        return [(name, link.url) for name, link in links if link is not None and link.url]


def sheet_link(sheet: Sheet, url: str, name: str) -> str:
    """Draw a link of the footer."""
    address = sheet.token(Address(plain_source(url, f"{_EMAIL}.footer.social.{name}.url")))
    return f'<a class="c--social" href="{address}" style="color:{look.MUTED};">{name.capitalize()}</a>'


def settled(color: str | None) -> str | None:
    """Take a colour that names no variable: a brand's own are what variables are made of."""
    return color if color is not None and is_color(color) else None


def is_css(text: str) -> bool:
    """Tell whether styles stay within their tag: nothing in them ends it."""
    return _CLOSES_STYLE.search(_STYLE_TAG.sub("", text)) is None


def _first(colors: list[str | None]) -> str | None:
    return next((color for one in colors if (color := settled(one)) is not None), None)


def _framed(rows: str, said: str) -> str:
    return f"<mj-section {said}><mj-column>{rows}</mj-column></mj-section>"


def _section(sheet: Sheet, words: Operations) -> str:
    cell = ('<tr><td style="padding:0;">', *words, "</td></tr>")
    return f'<mj-section padding="0"><mj-column>{sheet.raw(Place(cell))}</mj-column></mj-section>'
