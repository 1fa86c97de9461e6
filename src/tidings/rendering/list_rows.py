"""Lists as rows of an email."""

from tidings.elemental.nodes import Items, ListItem
from tidings.rendering import look
from tidings.rendering.html_words import html_words
from tidings.rendering.inline_email import inline_words
from tidings.rendering.measures import box, size, unitless
from tidings.rendering.program import Operation, Operations
from tidings.rendering.sheet import Place, Sheet, tag
from tidings.rendering.source import plain_source
from tidings.rendering.speech import Speech
from tidings.rendering.urls import attribute


def list_row(sheet: Sheet, said: Speech, node: Items, path: str) -> str:
    """Draw a list."""
    style = {
        "font-size": size(node.font_size),
        "line-height": unitless(node.line_height),
        "color": look.INK,
        "padding": box(node.padding) or sheet.space("0 0 16px"),
        "css-class": "t-text",
    }
    return tag("mj-text", style, sheet.token(Place(_list(sheet, said, node, path))))


def _list(sheet: Sheet, said: Speech, node: Items, path: str) -> Operations:
    name = "ol" if node.list_type == "ordered" else "ul"
    picture = _picture(node, path)
    bare = ' style="margin:0;padding:0;list-style:none;"' if picture else ' style="margin:0;padding:0 0 0 24px;"'
    items: list[Operation] = []
    for item, at in said.visible(node.elements, f"{path}.elements"):
        if isinstance(item, ListItem):
            drawn: Operations = tuple(_item(sheet, said, item, at, picture))
            items += said.gated(item, at, drawn)
    inner = said.repeated(node, path, items)
    return (f"<{name}{bare}>", *inner, f"</{name}>")


def _item(sheet: Sheet, said: Speech, node: ListItem, path: str, picture: Operations) -> list[Operation]:
    back = sheet.color(node.background_color, f"{path}.background_color", "transparent")
    opened = sheet.pieces(f'<li style="margin:0 0 6px;{f"background:{back};" if back else ""}">').operations
    drawn: list[Operation] = [*opened, *picture]
    if node.elements is None:
        drawn += html_words(node.content or "", f"{path}.content")
    else:
        runs = [run for run in node.elements if not isinstance(run, Items)]
        drawn += inline_words(said, runs, f"{path}.elements")
        for index, inner in enumerate(node.elements):
            if isinstance(inner, Items):
                at = f"{path}.elements[{index}]"
                drawn += said.gated(inner, at, _list(sheet, said, inner, at))
    return [*drawn, "</li>"]


def _picture(node: Items, path: str) -> Operations:
    if node.img_src is None:
        return ()
    src = attribute("src", plain_source(node.img_src, f"{path}.imgSrc"))
    drawn: Operations = ("<img", src, ' alt="" width="20" style="vertical-align:middle;border:0;margin-right:8px;">')
    if node.img_href is None:
        return drawn
    return ("<a", attribute("href", plain_source(node.img_href, f"{path}.imgHref")), ">", *drawn, "</a>")
