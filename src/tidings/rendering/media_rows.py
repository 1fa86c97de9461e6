"""Buttons, pictures and rules as rows of an email."""

from tidings.elemental.nodes import Action, Divider, Image
from tidings.rendering import look
from tidings.rendering.gates import when
from tidings.rendering.html_words import html_words
from tidings.rendering.measures import box, pixels, size
from tidings.rendering.program import Operations, Run, Scope
from tidings.rendering.sheet import Address, Closes, Opens, Place, Sheet, tag
from tidings.rendering.source import escaped_source, plain_source
from tidings.rendering.urls import is_settled, usable

_SPACE = "8px 0 24px"


def action_rows(sheet: Sheet, node: Action, path: str) -> str:
    """Draw a button or link. Where its address is not safe, its label stands there as text."""
    label = html_words(node.content, f"{path}.content")
    address = plain_source(node.href, f"{path}.href")
    drawn = _link if node.style in {"tertiary", "link"} else _button
    row = drawn(sheet, node, path, label, address)
    if is_settled(node.href):
        return row

    def leads(run: Run, scope: Scope) -> bool:
        return usable(address, run, scope) is not None

    dead = tag("mj-text", _text_attributes(node, sheet, path), sheet.token(Place(label)))
    live = sheet.raw(Opens(when(leads))) + row + sheet.raw(Closes())
    return live + sheet.raw(Opens(when(lambda run, scope: not leads(run, scope)))) + dead + sheet.raw(Closes())


def _text_attributes(node: Action, sheet: Sheet, path: str) -> dict[str, str | None]:
    return {
        "align": "center" if node.align in (None, "full") else node.align,
        "padding": box(node.padding) or sheet.space(_SPACE),
        "font-size": size(node.font_size),
        "color": sheet.color(node.color, f"{path}.color", look.INK) or look.INK,
        "css-class": None if node.color else "t-text",
    }


def _link(sheet: Sheet, node: Action, path: str, label: Operations, address: Operations) -> str:
    own = sheet.color(node.color, f"{path}.color", sheet.accent)
    weight = "600" if node.style == "tertiary" else "inherit"
    style = f' style="font-weight:{weight};' + (f"color:{own};" if own else "") + '"'
    mark = "" if own else ' class="t-link"'
    place = sheet.pieces(f'<a{mark} href="{sheet.token(_leading(address, node))}" target="_blank"{style}>')
    words = sheet.token(Place((*place.operations, *label, "</a>")))
    return tag("mj-text", _text_attributes(node, sheet, path) | {"css-class": None}, words)


def _button(sheet: Sheet, node: Action, path: str, label: Operations, address: Operations) -> str:
    outlined = node.style == "secondary"
    back = sheet.color(node.background_color, f"{path}.background_color", sheet.accent)
    ink = sheet.color(node.color, f"{path}.color", look.CARD)
    edge = sheet.color(node.border_color, f"{path}.border_color", sheet.accent) or (back if outlined else None)
    width = size(node.border_size) or ("1px" if outlined or edge else None)
    plain = back is None and ink is None
    said = {
        "href": sheet.token(_leading(address, node)),
        "align": "center" if node.align in (None, "full") else node.align,
        "width": "100%" if node.align == "full" else None,
        "background-color": look.CARD if outlined else back or sheet.accent,
        "color": ink or ((back or sheet.accent) if outlined else look.CARD),
        "border": f"{width} solid {edge or sheet.accent}" if width else None,
        "border-radius": size(node.border_radius) or "8px",
        "font-size": size(node.font_size) or "16px",
        "font-weight": "600",
        "line-height": "1.25",
        "inner-padding": box(node.padding) or "13px 26px",
        "padding": sheet.space(_SPACE),
        "css-class": "t-outline" if outlined and plain else None,
    }
    return tag("mj-button", said, sheet.token(Place(label)))


def _leading(address: Operations, node: Action | Image) -> Address:
    return Address(address, untracked=bool(node.disable_tracking))


def image_row(sheet: Sheet, node: Image, path: str) -> str:
    """Draw a picture, as wide as the card unless it says otherwise."""
    width = pixels(node.width, of=sheet.width)
    if width is None and sheet.width < look.CONTENT_WIDTH:
        width = sheet.width
    edge = size(node.border_size) or ("1px" if node.border_color else None)
    line = sheet.color(node.border_color, f"{path}.border_color", look.LINE) or look.LINE
    link = None if node.href is None else sheet.token(_leading(plain_source(node.href, f"{path}.href"), node))
    said = {
        "src": sheet.token(Address(plain_source(node.src, f"{path}.src"))),
        "alt": sheet.token(Place(escaped_source(node.alt_text or "", f"{path}.alt_text"))),
        "href": link,
        "width": f"{width if node.align != 'full' else sheet.width}px" if width else None,
        "align": "center" if node.align in (None, "full") else node.align,
        "border": f"{edge} solid {line}" if edge else None,
        "padding": box(node.padding) or sheet.space("0 0 20px"),
    }
    return tag("mj-image", said)


def divider_row(sheet: Sheet, node: Divider, path: str) -> str:
    """Draw a rule."""
    own = sheet.color(node.color, f"{path}.color", look.LINE)
    width = pixels(node.border_width if node.border_width is not None else node.width, of=40)
    said = {
        "border-color": own or look.LINE,
        "border-width": f"{width or 1}px",
        "padding": box(node.padding) or sheet.space("12px 0 28px"),
        "css-class": None if own else "t-rule",
    }
    return tag("mj-divider", said)
