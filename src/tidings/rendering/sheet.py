"""MJML with places: where words go is marked with tokens, so that the words never pass through MJML.

MJML sees our own structure and styles only. Afterwards the tokens become operations, nested where a condition or a
loop opened and closed.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeAlias
from xml.sax.saxutils import quoteattr

import msgspec

from tidings.elemental.nodes import Column
from tidings.elemental.style import Color, Size
from tidings.rendering import look
from tidings.rendering.gates import Gate
from tidings.rendering.measures import color, pixels
from tidings.rendering.mjml import MjmlError, mjml_to_html
from tidings.rendering.program import Operation, Operations, play
from tidings.rendering.render_error import RenderError
from tidings.rendering.source import escaped_source, html_source, plain_source
from tidings.rendering.spaces import begin, between, end
from tidings.rendering.tags import Tags
from tidings.rendering.urls import attribute


class Place(msgspec.Struct, frozen=True):
    """Words, in a row of a table or in an attribute."""

    operations: Operations


class Address(msgspec.Struct, frozen=True):
    """A whole `href` or `src`: it stays away with its attribute when it is not safe."""

    operations: Operations
    untracked: bool = False


class Opens(msgspec.Struct, frozen=True):
    """A condition or loop begins."""

    gate: Gate


class Closes(msgspec.Struct, frozen=True):
    """The innermost condition or loop ends."""


Slot: TypeAlias = Place | Address | Opens | Closes

_WORD = "tdgslot"
_TOKEN = re.compile(rf' (href|src)="{_WORD}(\d+)x"|{_WORD}(\d+)x')


class Sheet:
    """One email being drawn."""

    def __init__(self, *, accent: str = look.ACCENT) -> None:
        self._slots: list[Slot] = []
        self.accent = accent
        """The colour of buttons and links."""
        self.width = look.CONTENT_WIDTH
        """Pixels that a row has."""
        self._is_framed = False
        self._around = (0, 0)

    @contextmanager
    def narrowed(self, columns: Sequence[tuple[Column, str]], column: Column, gap: Size | None) -> Iterator[None]:
        """Draw within a column: its share of the row."""
        whole = self.width
        room = whole - (pixels(gap, of=whole) or look.GAP) * (len(columns) - 1)
        share = room // max(1, len(columns))
        self.width = max(1, pixels(column.width, of=room) or share) if column.width != "auto" else max(1, share)
        try:
            yield
        finally:
            self.width = whole

    @contextmanager
    def framed(self) -> Iterator[None]:
        """Draw within a frame, where rows leave the space between them to `spaced`."""
        outside, self._is_framed = self._is_framed, True
        try:
            yield
        finally:
            self._is_framed = outside

    @property
    def is_framed(self) -> bool:
        """Whether a frame is around."""
        return self._is_framed

    def space(self, around: str) -> str:
        """Give the space around a row, such as `8px 0 24px`; in a frame it has none of its own."""
        if not self._is_framed:
            return around
        before, _, after = around.split()
        self._around = (int(before.removesuffix("px")), int(after.removesuffix("px")))
        return "0"

    def spaced(self, draw: Callable[[], str]) -> str:
        """Draw a row; in a frame, behind the space to the row before it."""
        self._around = (0, 0)
        row = draw()
        return self.raw(Place((between(*self._around),))) + row if row and self._is_framed else row

    def token(self, slot: Slot) -> str:
        """Mark a place."""
        self._slots.append(slot)
        return f"{_WORD}{len(self._slots) - 1}x"

    def raw(self, slot: Slot | str) -> str:
        """Mark a place between the rows of a table, for a slot or for HTML of our own."""
        if isinstance(slot, str):
            slot = Place((slot,))
        return f"<mj-raw>{self.token(slot)}</mj-raw>"

    def pieces(self, html: str) -> Place:
        """Turn HTML of our own, which may hold tokens, into a place."""
        return Place(self._stitched(html))

    def written(self, mjml: str, path: str) -> str:
        """Let MJML stand here that somebody wrote, with tags of the template. Raises `RenderError` at `path`."""
        tags = _tags_of(mjml, path)

        def gate(operations: Operations) -> Operation:
            source = tags.restore("".join(one for one in operations if isinstance(one, str)))
            inner = html_source(source, path)
            return lambda run, scope: play(inner, run, scope)

        return self.raw(Opens(gate)) + tags.marked + self.raw(Closes())

    def filled(self, mjml: str, path: str) -> str:
        """Let what somebody wrote for the head stand here: values, no blocks. Raises `RenderError` at `path`."""
        return _tags_of(mjml, path).replaced(lambda tag, *_: self.token(Place(escaped_source(tag, path))))

    def color(self, value: Color | None, path: str, default: str) -> str | None:
        """Give a colour as it may stand in an attribute: itself, or the place of a variable's."""
        if value is None or not value.startswith("{"):
            return value
        return self.token(Place((color(plain_source(value, path), default),)))

    def within(self, gates: tuple[Gate, ...], mjml: str) -> str:
        """Put conditions and loops around rows."""
        opened = "".join(self.raw(Opens(gate)) for gate in gates)
        return opened + mjml + "".join(self.raw(Closes()) for _ in gates)

    def operations(self, mjml: str) -> Operations:
        """Turn the finished MJML into HTML, and the tokens into operations."""
        try:
            html = mjml_to_html(mjml)
        except MjmlError as error:
            raise RenderError("", f"the layout cannot be drawn: {error}") from None
        return self._stitched(_in_lines(html))

    def _stitched(self, html: str) -> Operations:
        open_: list[tuple[Gate | None, list[Operation]]] = [(None, [])]
        at = 0
        for token in _TOKEN.finditer(html):
            open_[-1][1].append(html[at : token.start()])
            at = token.end()
            slot = self._slots[int(token[2] or token[3])]
            match slot:
                case Place(operations=operations):
                    open_[-1][1].extend(operations)
                case Address(operations=operations, untracked=untracked):
                    open_[-1][1].append(attribute(token[1] or "href", operations, untracked=untracked))
                case Opens(gate=gate):
                    open_.append((gate, []))
                case Closes():
                    gate_, inner = open_.pop()
                    if gate_ is not None:
                        open_[-1][1].append(gate_(merged(inner)))
        open_[-1][1].append(html[at:])
        return merged(open_[0][1])


def _in_lines(html: str) -> str:
    """Begin a line within the tag of each table and each row's cell, where a space stood.

    A mail may be sent as it is when no line is longer than 998 characters, else each of its lines is cut anew.
    """
    return html.replace("<table border=", "<table\nborder=").replace("<td align=", "<td\nalign=")


def _tags_of(mjml: str, path: str) -> Tags:
    if _WORD in mjml:
        raise RenderError(path, f"may not hold the word {_WORD}")
    return Tags(mjml, path, single=False)


def merged(operations: list[Operation]) -> Operations:
    """Join neighbouring texts, drop empty ones."""
    joined: list[Operation] = []
    for operation in operations:
        if isinstance(operation, str) and joined and isinstance(joined[-1], str):
            joined[-1] += operation
        elif operation != "":
            joined.append(operation)
    return tuple(joined)


_TABLE = '<table role="presentation" border="0" cellpadding="0" cellspacing="0" width="100%"><tbody>'
# Corners are round only where borders do not collapse.
_BOX = _TABLE.replace(" width=", ' style="border-collapse:separate;" width=')


def frame_of(sheet: Sheet, rows: str) -> str:
    """Let rows that were drawn within a frame begin and end it."""
    return sheet.raw(Place((begin,))) + rows + sheet.raw(Place((end,)))


def boxed(sheet: Sheet, rows: str, *, style: dict[str, str | None], css_class: str = "", around: str = "0") -> str:
    """Put rows into a box of their own. Styles may hold tokens."""
    said = ";".join(f"{key}:{value}" for key, value in style.items() if value is not None)
    mark = f' class="{css_class}"' if css_class else ""
    # A token cannot stand within a token: the box is opened as text around its colours.
    opened = sheet.pieces(f'<tr><td style="padding:{around};">{_BOX}<tr><td{mark} style="{said};">{_TABLE}')
    return sheet.raw(opened) + rows + sheet.raw("</tbody></table></td></tr></tbody></table></td></tr>")


def tag(name: str, attributes: dict[str, str | None], inner: str = "") -> str:
    """Write an MJML tag, leaving out attributes without a value."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items() if value is not None)
    return f"<{name}{said}>{inner}</{name}>"
