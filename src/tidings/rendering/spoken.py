"""What every channel but email has in common: one outline, one title, and what is written by hand instead."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from tidings.channels import Button, ChannelContent
from tidings.elemental import Document
from tidings.rendering.dialect import PLAIN, Dialect
from tidings.rendering.escape import Escape
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.json_templates import JsonTemplate, json_template
from tidings.rendering.occasion import Occasion
from tidings.rendering.one_line import one_line
from tidings.rendering.outline import Outline
from tidings.rendering.pieces import Piece, Press, Words, stacked
from tidings.rendering.program import Operations, Run, Scope, capture, render, start
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.source import plain_source
from tidings.rendering.speech import Speech, speech
from tidings.rendering.stage import Stage
from tidings.rendering.unshown import unshown

TITLE_MAX = 900
"""Characters; nobody shows more."""


class Spoken(ABC):
    """A document's part on one channel, ready for any number of messages."""

    dialect: ClassVar[Dialect] = PLAIN
    takes_json: ClassVar[bool] = False
    """Whether `jsonnet` elements are for this channel."""

    def __init__(self, document: Document, *, channel: str, provider: str = "") -> None:
        """Compile. Raises `RenderError` with the path in the content."""
        said = speech(document, channel, provider)
        self._path = said.path.removesuffix(".elements")
        self._block = said.block
        self._shows = None if said.block is None else said.shown(said.block, self._path)
        self._outline = Outline(said, self.dialect, takes_json=self.takes_json).operations()
        self._title = _title(said)
        self._raw_title = self._by_hand(said, "title")
        self._raw_text = self._by_hand(said, "text", "body")
        self.prepare(said)

    def prepare(self, said: Speech) -> None:  # noqa: B027 (most have nothing more to compile)
        """Compile what this channel alone has."""

    def render(self, stage: Stage, occasion: Occasion) -> ChannelContent:
        """Say it to one recipient.

        Raises `RenderError`, and `NothingToSay` when the `if` of the block does not hold, or nothing is left to say.
        """
        if self._shows is not None and not self._shows(Run(stage), Scope(stage.root)):
            raise unshown(self._block, self._path, stage)
        try:
            title = one_line(render(self._raw_title or self._title, stage))[:TITLE_MAX]
            run = start(self._outline, stage)
            by_hand = None if self._raw_text is None else render(self._raw_text, stage).strip()
            pieces = run.pieces if by_hand is None else [Words(by_hand)] if by_hand else []
            return self.content(title, pieces, stage, occasion)
        except NothingToSay:
            raise
        except RenderError as error:
            raise RenderError(error.path or self._path, error.detail) from None

    @abstractmethod
    def content(self, title: str, pieces: list[Piece], stage: Stage, occasion: Occasion) -> ChannelContent:
        """Put the pieces into the channel's form. Raises `NothingToSay` when there is nothing."""

    def nothing(self, why: str = "") -> NothingToSay:
        """Say that there are no words for this message."""
        return NothingToSay(self._path, why or "nothing is left to say with this data")

    def json_by_hand(self, value: Any, name: str, *, said: Callable[[str], str] = str) -> JsonTemplate:
        """Compile JSON written by hand, whose texts are templates."""
        return json_template(value, f"{self._path}.raw.{name}", said=said)

    def _by_hand(self, said: Speech, *names: str) -> Operations | None:
        for name in names:
            if isinstance(source := said.raw.get(name), str):
                escape = Escape.NONE if name == "title" else self.dialect.escape
                return compile(source, escape=escape, path=f"{self._path}.raw.{name}").operations
        return None


def _title(said: Speech) -> Operations:
    """Print the first title that says anything: those whose condition fails say nothing."""
    titles = [said.gated(node, path, plain_source(node.title or "", f"{path}.title")) for node, path in said.metas()]

    def printed(run: Run, scope: Scope) -> str:
        return next((text for title in titles if (text := capture(title, run, scope).strip())), "")

    return (printed,)


def buttons(pieces: list[Piece], most: int) -> tuple[Button, ...]:
    """List the buttons that lead somewhere."""
    return tuple(
        Button(content=piece.label, href=piece.href, action_id=piece.action_id, style=piece.style)
        for piece in stacked(pieces)
        if isinstance(piece, Press) and piece.href
    )[:most]


def cut(text: str, longest: int, *, end: str = "…") -> str:
    """Cut text at a length, at a word where one ends near."""
    if len(text) <= longest:
        return text
    short = text[: longest - len(end)]
    space = short.rfind(" ", longest * 3 // 4)
    return (short[:space] if space > 0 else short).rstrip() + end
