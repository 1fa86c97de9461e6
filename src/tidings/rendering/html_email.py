"""An email's HTML, drawn from Elemental by way of MJML. A new node is one more case in `_row`."""

from tidings.elemental.nodes import (
    Action,
    Channel,
    Column,
    Columns,
    Divider,
    Group,
    Html,
    Image,
    Items,
    Node,
    Quote,
    Text,
)
from tidings.rendering import look
from tidings.rendering.brand_look import BrandLook
from tidings.rendering.column_rows import column_cell, columns_row, is_framed
from tidings.rendering.html_blocks import html_block
from tidings.rendering.html_words import html_words
from tidings.rendering.inline_email import inline_words
from tidings.rendering.list_rows import list_row
from tidings.rendering.measures import box, size, unitless
from tidings.rendering.media_rows import action_rows, divider_row, image_row
from tidings.rendering.program import Operations
from tidings.rendering.sheet import Place, Sheet, boxed, frame_of
from tidings.rendering.speech import Speech
from tidings.rendering.text_rows import frame_style, quote_row, text_row


class HtmlEmail:
    """Draws one speech."""

    def __init__(self, said: Speech, *, lang: str, brand: BrandLook | None = None, html_scripts: bool = False) -> None:
        self._speech = said
        self._html_scripts = html_scripts
        self._lang = lang
        self._brand = brand
        self._sheet = Sheet(accent=brand.accent) if brand else Sheet()

    def operations(self, *, title: Operations, preview: Operations) -> Operations:
        """Draw all of it; title and preview are HTML. Raises `RenderError` with the path of the field."""
        mjml = look.frame(
            lang=self._lang,
            title=self._sheet.token(Place(title)),
            preview=self._sheet.token(Place(preview)),
            meta=self._sheet.token(Place((look.META,))),
            body=self._rows(self._speech.elements, self._speech.path),
            **self._settings(),
        )
        return self._sheet.operations(mjml)

    def _settings(self) -> dict[str, str]:
        block = self._speech.block or Channel(channel="email")
        path = self._speech.path.removesuffix(".elements")
        own_page, own_card = (self._brand.page, self._brand.card) if self._brand else (None, None)
        page = self._sheet.color(block.background_color, f"{path}.background_color", look.PAGE) or own_page
        card = self._sheet.color(block.content_body_color, f"{path}.content_body_color", look.CARD) or own_card
        found: dict[str, str | None] = {
            "page": page,
            "card": card,
            "padding": box(block.padding),
            "font": block.font_family,
            "size": size(block.font_size),
            "leading": unitless(block.line_height),
            "page_class": page and "t-own",
            "card_class": card and "t-light",
        }
        if self._brand is not None:
            found |= {
                "header": self._brand.header(self._sheet),
                "footer": self._brand.footer(self._sheet),
                "own_head": self._brand.head(self._sheet),
                "width": self._brand.width,
                "accent": self._brand.accent,
                "own_css": self._sheet.token(Place((self._brand.css,))) if self._brand.css else None,
            }
        return {name: value for name, value in found.items() if value is not None}

    def _rows(self, nodes: tuple[Node, ...], path: str) -> str:
        visible = self._speech.visible(nodes, path)
        return "".join(self._sheet.within(self._speech.gates(node, at), self._drawn(node, at)) for node, at in visible)

    def _drawn(self, node: Node, path: str) -> str:
        if isinstance(node, Group) and not _has_its_own_look(node):
            return self._rows(node.elements, f"{path}.elements")
        return self._sheet.spaced(lambda: self._row(node, path))

    def _row(self, node: Node, path: str) -> str:  # noqa: PLR0911 (one case per kind of node)
        match node:
            case Text():
                return text_row(self._sheet, node, path, self._words(node, path))
            case Quote(content=content):
                return quote_row(self._sheet, node, path, html_words(content, f"{path}.content"))
            case Action():
                return action_rows(self._sheet, node, path)
            case Image():
                return image_row(self._sheet, node, path)
            case Divider():
                return divider_row(self._sheet, node, path)
            case Html(content=content):
                own = html_block(content, f"{path}.content", scripts=self._html_scripts)
                around = self._sheet.space("0 0 16px")
                return self._sheet.raw(Place((f'<tr><td style="padding:{around};">', *own, "</td></tr>")))
            case Group():
                return self._group(node, path)
            case Items():
                return list_row(self._sheet, self._speech, node, path)
            case Columns():
                return self._columns(node, path)
        return ""

    def _words(self, node: Text, path: str) -> Operations:
        if node.elements is not None:
            return inline_words(self._speech, node.elements, f"{path}.elements")
        return html_words(node.content or "", f"{path}.content")

    def _group(self, node: Group, path: str) -> str:
        style = frame_style(self._sheet, node, path) | {"padding": box(node.padding) or "24px"}
        if node.border_radius is not None:
            style["border-radius"] = size(node.border_radius)
        light = "t-light" if node.background_color else ""
        rows = self._framed(node, path)
        return boxed(self._sheet, rows, style=style, css_class=light, around=self._sheet.space("0 0 20px"))

    def _columns(self, node: Columns, path: str) -> str:
        columns = [
            (column, at)
            for column, at in self._speech.visible(node.elements, f"{path}.elements")
            if isinstance(column, Column)
        ]
        cells = []
        for column, at in columns:
            is_close = self._sheet.is_framed or is_framed(node) or is_framed(column) or column.padding is not None
            with self._sheet.narrowed(columns, column, node.gap):
                rows = self._framed(column, at) if is_close else self._rows(column.elements, f"{at}.elements")
            is_first = column is columns[0][0]
            cell = column_cell(self._sheet, node, column, at, rows, is_first=is_first, is_close=is_close)
            cells.append(self._sheet.within(self._speech.gates(column, at), cell))
        return columns_row(self._sheet, node, path, "".join(cells))

    def _framed(self, node: Group | Column, path: str) -> str:
        with self._sheet.framed():
            return frame_of(self._sheet, self._rows(node.elements, f"{path}.elements"))


def _has_its_own_look(node: Group) -> bool:
    own = (node.background_color, node.padding, node.border_color, node.border_size)
    return any(value is not None for value in own)
