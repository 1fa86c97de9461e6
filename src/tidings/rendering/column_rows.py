"""Columns as rows of an email: cells of a table, which stack on a phone."""

from tidings.elemental.nodes import Column, Columns
from tidings.rendering import look
from tidings.rendering.measures import box, size
from tidings.rendering.sheet import Sheet

_TABLE = '<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%"><tbody>'
_END = "</tbody></table>"
_ALIGN = {"top": "top", "middle": "middle", "bottom": "bottom"}


def columns_row(sheet: Sheet, node: Columns, path: str, cells: str) -> str:
    """Put cells side by side."""
    style = f"padding:{box(node.padding) or '0 0 16px'};" + _frame(sheet, node, path)
    opened = sheet.pieces(f'<tr><td style="{style}">{_TABLE}<tr>')
    return sheet.raw(opened) + cells + sheet.raw(f"</tr>{_END}</td></tr>")


def column_cell(sheet: Sheet, row: Columns, node: Column, path: str, rows: str, *, is_first: bool) -> str:
    """Put rows into one cell."""
    gap = "0" if is_first else size(row.gap) or f"{look.GAP}px"
    width = size(node.width) if node.width not in (None, "auto") else None
    align = _ALIGN[node.vertical_align or row.vertical_align or "top"]
    inner = f"padding:{box(node.padding) or '0'};" + _frame(sheet, node, path)
    light = ' class="t-light"' if node.background_color else ""
    wide = f' width="{width.removesuffix("px")}"' if width else ""
    opened = sheet.pieces(
        f'<td class="t-col"{wide} valign="{align}" style="padding-left:{gap};vertical-align:{align};">'
        f'{_TABLE}<tr><td{light} style="{inner}">{_TABLE}'
    )
    return sheet.raw(opened) + rows + sheet.raw(f"{_END}</td></tr>{_END}</td>")


def _frame(sheet: Sheet, node: Column | Columns, path: str) -> str:
    edge = size(node.border_size) or ("1px" if node.border_color else None)
    line = sheet.color(node.border_color, f"{path}.border_color", look.LINE) or look.LINE
    back = sheet.color(node.background_color, f"{path}.background_color", look.CARD)
    said = {
        "background": back,
        "border": f"{edge} solid {line}" if edge else None,
        "border-radius": size(node.border_radius),
    }
    return "".join(f"{name}:{value};" for name, value in said.items() if value is not None)
