"""Columns as rows of an email: cells of a table, which stack on a phone."""

from tidings.elemental.nodes import Column, Columns
from tidings.rendering import look
from tidings.rendering.measures import box, size
from tidings.rendering.sheet import Sheet, boxed

_TABLE = '<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%"><tbody>'
_END = "</tbody></table>"
_ALIGN = {"top": "top", "middle": "middle", "bottom": "bottom"}


def columns_row(sheet: Sheet, node: Columns, path: str, cells: str) -> str:
    """Put cells side by side; with a background or border they stand in a box."""
    row = sheet.raw("<tr>") + cells + sheet.raw("</tr>")
    frame = _frame(sheet, node, path)
    if not frame:
        opened = sheet.pieces(f'<tr><td style="padding:{box(node.padding) or sheet.space("0 0 16px")};">{_TABLE}')
        return sheet.raw(opened) + row + sheet.raw(f"{_END}</td></tr>")
    style = {**frame, "padding": box(node.padding) or "16px"}
    light = "t-light" if node.background_color else ""
    return boxed(sheet, row, style=style, css_class=light, around=sheet.space("0 0 20px"))


def column_cell(
    sheet: Sheet, row: Columns, node: Column, path: str, rows: str, *, is_first: bool, is_close: bool
) -> str:
    """Put rows into one cell; `is_close` when they leave no space below the last of them."""
    gap = "0" if is_first else size(row.gap) or f"{look.GAP}px"
    width = size(node.width) if node.width not in (None, "auto") else None
    align = _ALIGN[node.vertical_align or row.vertical_align or "top"]
    framed = "".join(f"{name}:{value};" for name, value in _frame(sheet, node, path).items() if value is not None)
    inner = f"padding:{box(node.padding) or '0'};{framed}"
    light = ' class="t-light"' if node.background_color else ""
    wide = f' width="{width.removesuffix("px")}"' if width else ""
    close = " t-close" if is_close else ""
    opened = sheet.pieces(
        f'<td class="t-col{close}"{wide} valign="{align}" style="padding-left:{gap};vertical-align:{align};">'
        f'{_TABLE}<tr><td{light} style="{inner}">{_TABLE}'
    )
    return sheet.raw(opened) + rows + sheet.raw(f"{_END}</td></tr>{_END}</td>")


def is_framed(node: Column | Columns) -> bool:
    """Tell whether one sees where it ends."""
    return any(value is not None for value in (node.background_color, node.border_color, node.border_size))


def _frame(sheet: Sheet, node: Column | Columns, path: str) -> dict[str, str | None]:
    if not is_framed(node):
        return {}
    edge = size(node.border_size) or ("1px" if node.border_color else None)
    line = sheet.color(node.border_color, f"{path}.border_color", look.LINE) or look.LINE
    return {
        "background": sheet.color(node.background_color, f"{path}.background_color", look.CARD),
        "border": f"{edge} solid {line}" if edge else None,
        "border-radius": size(node.border_radius),
    }
