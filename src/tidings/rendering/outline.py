"""A channel's part of a document as a program that makes pieces. A new node is one more case in `_piece`."""

import msgspec

from tidings.elemental.json_source import read_json_source
from tidings.elemental.nodes import (
    Action,
    Column,
    Columns,
    Divider,
    Group,
    Html,
    Image,
    Img,
    Items,
    Jsonnet,
    Link,
    ListItem,
    Node,
    Quote,
    String,
    Styled,
    Text,
    TextStyle,
)
from tidings.elemental.style import Width, is_on
from tidings.rendering.dialect import Dialect, Pair
from tidings.rendering.json_values import json_value
from tidings.rendering.pieces import Beside, Bullet, Bullets, Given, Picture, Piece, Press, Quoted, Rule, Side, Words
from tidings.rendering.plain_words import plain_words
from tidings.rendering.program import Operation, Operations, Run, Scope, capture, gather
from tidings.rendering.source import plain_source, printed_source, words_of_html
from tidings.rendering.speech import Speech
from tidings.rendering.urls import bare, led, safe_url, usable


class Outline:
    """Draws one speech in a dialect."""

    def __init__(self, speech: Speech, dialect: Dialect, *, takes_json: bool = False, takes_html: bool = False) -> None:
        self._speech = speech
        self._dialect = dialect
        self._takes_json = takes_json
        self._takes_html = takes_html

    def operations(self) -> Operations:
        """Draw all of it. Raises `RenderError` with the path of the field."""
        return self._pieces(self._speech.elements, self._speech.path)

    def words(self, node: Text | ListItem, path: str) -> Operations:
        """Draw the words of one text."""
        # Headings are strong by themselves, in each channel's own way.
        is_heading = isinstance(node, Text) and node.text_style in _HEADINGS
        outer = self._dialect.quieted(self._dialect.strong) if is_heading else self._dialect
        marks = _marks(node, outer) if isinstance(node, Styled) else []
        inner = outer.quieted(*marks)
        if node.elements is not None:
            runs = [item for item in node.elements if not isinstance(item, Items)]
            words = self._runs(runs, f"{path}.elements", inner)
        else:
            words = plain_words(node.content or "", f"{path}.content", inner)
        return _styled(words, marks, outer)

    def _pieces(self, nodes: tuple[Node, ...], path: str) -> Operations:
        visible = self._speech.visible(nodes, path)
        return tuple(
            operation for node, at in visible for operation in self._speech.gated(node, at, self._piece(node, at))
        )

    def _piece(self, node: Node, path: str) -> Operations:  # noqa: C901, PLR0911 (one case per kind of node)
        match node:
            case Text():
                return (_words(self.words(node, path), node.text_style or "text"),)
            case Quote(content=content):
                return (_quoted(plain_words(content, f"{path}.content", self._dialect)),)
            case Action():
                return (_press(node, path),)
            case Image():
                return (_picture(node, path),)
            case Divider():
                return (lambda run, _scope: run.pieces.append(Rule()),)
            case Group(elements=elements):
                return self._pieces(elements, f"{path}.elements")
            case Items():
                return self._items(node, path)
            case Columns():
                return (self._columns(node, path),)
            case Html(content=content) if self._takes_html:
                return (_words(words_of_html(content, f"{path}.content"), "text"),)
            case Jsonnet(content=content) if self._takes_json:
                value = json_value(read_json_source(content))
                return (lambda run, scope: run.pieces.append(Given(_listed(value(run, scope)))),)
        return ()

    def _columns(self, node: Columns, path: str) -> Operation:
        columns: list[Operation] = []
        for column, at in self._speech.visible(node.elements, f"{path}.elements"):
            if isinstance(column, Column):
                inner = self._pieces(column.elements, f"{at}.elements")
                columns += self._speech.gated(column, at, (_column(inner, column.width),))

        def beside(run: Run, scope: Scope) -> None:
            run.pieces.append(Beside(tuple(gather(columns, run, scope))))

        return beside

    def _items(self, node: Items, path: str) -> Operations:
        items: list[Operation] = []
        for item, at in self._speech.visible(node.elements, f"{path}.elements"):
            if isinstance(item, ListItem):
                items += self._speech.gated(item, at, (self._item(item, at),))
        ordered = node.list_type == "ordered"
        repeated = self._speech.repeated(node, path, items)

        def listed(run: Run, scope: Scope) -> None:
            if found := tuple(gather(repeated, run, scope)):
                run.pieces.append(Bullets(ordered, found))

        return (listed,)

    def _item(self, node: ListItem, path: str) -> Operation:
        words = self.words(node, path)
        lists = [inner for inner in node.elements or () if isinstance(inner, Items)]
        within = self._pieces(tuple(lists), f"{path}.elements") if lists else ()

        def item(run: Run, scope: Scope) -> None:
            text = capture(words, run, scope).strip()
            run.pieces.append(Bullet(text, tuple(gather(within, run, scope))))

        return item

    def _runs(self, nodes: list[Node] | list[String | Link | Img], path: str, dialect: Dialect) -> Operations:
        visible = self._speech.visible(nodes, path)
        return tuple(
            operation for node, at in visible for operation in self._speech.gated(node, at, _run(node, at, dialect))
        )


_HEADINGS = frozenset(("h1", "h2", "h3"))


def _run(node: Node, path: str, dialect: Dialect) -> Operations:
    match node:
        case String(content=content):
            words = printed_source(content, f"{path}.content", dialect.escape, dialect.typed)
            return _styled(words, _marks(node, dialect), dialect)
        case Link(content=content, href=href):
            untracked = bool(node.disable_tracking)
            opens, closes = dialect.link(plain_source(href, f"{path}.href"), untracked=untracked)
            words = printed_source(content, f"{path}.content", dialect.escape, dialect.typed)
            return (opens, *_styled(words, _marks(node, dialect), dialect), closes)
        case Img():
            alt = printed_source(node.alt_text or "", f"{path}.alt_text", dialect.escape, dialect.typed)
            link = () if node.href is None else (_address(node.href, f"{path}.href"),)
            return (_bracketed(alt), *link)
    return ()


def _marks(node: Styled, dialect: Dialect) -> list[Pair]:
    """List what a node's switches put around its words, from within."""
    switches = (
        (node.bold, dialect.strong),
        (node.italic, dialect.emphasis),
        (node.strikethrough, dialect.strike),
    )
    return [pair for switch, pair in switches if is_on(switch)]


def _styled(words: Operations, marks: list[Pair], dialect: Dialect) -> Operations:
    for pair in marks:
        words = dialect.marked(pair, words)
    return words


def _words(words: Operations, style: TextStyle) -> Operation:
    if (fixed := _fixed(words)) is not None:
        return _given(Words(fixed, style)) if fixed else ""

    def said(run: Run, scope: Scope) -> None:
        if text := capture(words, run, scope).strip():
            run.pieces.append(Words(text, style))

    return said


def _fixed(words: Operations) -> str | None:
    """Give what words always say; None when variables have a part in them."""
    return "".join(map(str, words)).strip() if all(isinstance(word, str) for word in words) else None


def _given(piece: Piece) -> Operation:
    """Add a piece that never changes."""
    return lambda run, _scope: run.pieces.append(piece)


def _quoted(words: Operations) -> Operation:
    if (fixed := _fixed(words)) is not None:
        return _given(Quoted(fixed)) if fixed else ""

    def said(run: Run, scope: Scope) -> None:
        if text := capture(words, run, scope).strip():
            run.pieces.append(Quoted(text))

    return said


def _press(node: Action, path: str) -> Operation:
    label = plain_words(node.content, f"{path}.content")
    href = plain_source(node.href, f"{path}.href")
    action_id, style = node.action_id or "", node.style or "button"
    untracked = bool(node.disable_tracking)
    if (fixed := _fixed(label)) is not None and (address := _fixed(href)) is not None:
        press = Press(" ".join(fixed.split()), safe_url(address) or "", action_id, style)

        def given(run: Run, _scope: Scope) -> None:
            leads = press.href and not untracked and run.stage.leads
            run.pieces.append(msgspec.structs.replace(press, href=leads(press.href)) if leads else press)

        return given

    def said(run: Run, scope: Scope) -> None:
        url = usable(href, run, scope) or ""
        url = led(run, url, untracked=untracked or not url)
        run.pieces.append(Press(" ".join(capture(label, run, scope).split()), url, action_id, style))

    return said


def _picture(node: Image, path: str) -> Operation:
    src = plain_source(node.src, f"{path}.src")
    alt = plain_source(node.alt_text or "", f"{path}.alt_text")
    href = plain_source(node.href or "", f"{path}.href")
    said_always = [_fixed(part) for part in (src, alt, href)]
    if all(part is not None for part in said_always):
        address, words, link = (part or "" for part in said_always)
        return _given(Picture(safe_url(address) or "", " ".join(words.split()), safe_url(link) or ""))

    def said(run: Run, scope: Scope) -> None:
        where = usable(src, run, scope) or ""
        leads = usable(href, run, scope) or ""
        run.pieces.append(Picture(where, " ".join(capture(alt, run, scope).split()), leads))

    return said


def _column(inner: Operations, width: Width | None) -> Operation:
    return lambda run, scope: run.pieces.append(Side(tuple(gather(inner, run, scope)), width))


def _bracketed(words: Operations) -> Operation:
    def printed(run: Run, scope: Scope) -> str:
        text = capture(words, run, scope).strip()
        return f"[{text}]" if text else ""

    return printed


def _address(href: str, path: str) -> Operation:
    return bare(plain_source(href, path), before=" (", after=")")


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list) else (value,)
