"""Texts and quotes as rows of an email."""

from tidings.elemental.nodes import Group, Quote, Text
from tidings.elemental.style import is_on
from tidings.rendering import look
from tidings.rendering.measures import box, size, unitless
from tidings.rendering.program import Operations
from tidings.rendering.sheet import Place, Sheet, boxed, tag

_QUOTE_EDGE = "3px"


def text_row(sheet: Sheet, node: Text, path: str, words: Operations) -> str:
    """Draw a text; with a background or border it stands in a box."""
    is_boxed = any(value is not None for value in (node.background_color, node.border_color, node.border_size))
    own = _attributes(node) | _emphasis(node)
    own["color"] = sheet.color(node.color, f"{path}.color", look.INK)
    if node.color:
        own["css-class"] = ""
    style = node.text_style or "text"
    own["padding"] = "0" if is_boxed else box(node.padding) or sheet.space(look.TEXT_STYLES[style]["padding"])
    row = _row(sheet, style, own, words)
    if not is_boxed:
        return row
    return boxed(
        sheet,
        row,
        css_class="t-light" if node.background_color else "",
        style=frame_style(sheet, node, path) | {"padding": box(node.padding) or "12px 16px"},
        around=sheet.space("0 0 16px"),
    )


def quote_row(sheet: Sheet, node: Quote, path: str, words: Operations) -> str:
    """Draw somebody's words, with a bar at their side."""
    own = _attributes(node) | {"padding": "0", "font-style": "italic"}
    bar = sheet.color(node.border_color, f"{path}.border_color", sheet.accent) or sheet.accent
    style = {
        "border-left": f"{_QUOTE_EDGE} solid {bar}",
        "background": sheet.color(node.background_color, f"{path}.background_color", look.CARD),
        "padding": box(node.padding) or "4px 0 4px 18px",
    }
    css_class = "t-light" if node.background_color else "" if node.border_color else "t-quote"
    row = _row(sheet, node.text_style or "text", own, words)
    return boxed(sheet, row, style=style, css_class=css_class, around=sheet.space("0 0 20px"))


def frame_style(sheet: Sheet, node: Text | Group, path: str) -> dict[str, str | None]:
    """Style the box that a text or group asks for."""
    edge = size(node.border_size) or ("1px" if node.border_color else None)
    line = sheet.color(node.border_color, f"{path}.border_color", look.LINE) or look.LINE
    return {
        "background": sheet.color(node.background_color, f"{path}.background_color", look.CARD),
        "border": f"{edge} solid {line}" if edge else None,
        "border-radius": "8px",
    }


def _attributes(node: Text | Quote) -> dict[str, str | None]:
    return {
        "font-size": size(node.font_size),
        "line-height": unitless(node.line_height),
        "align": "justify" if node.align == "full" else node.align,
    }


def _emphasis(node: Text) -> dict[str, str | None]:
    lines = (("underline", node.underline), ("line-through", node.strikethrough))
    return {
        "font-weight": "700" if is_on(node.bold) else None,
        "font-style": "italic" if is_on(node.italic) else None,
        "text-decoration": " ".join(line for line, switch in lines if is_on(switch)) or None,
    }


def _row(sheet: Sheet, style: str, own: dict[str, str | None], words: Operations) -> str:
    said = {name: value for name, value in own.items() if value is not None}
    return tag("mj-text", {**look.TEXT_STYLES[style], **said}, sheet.token(Place(words)))
