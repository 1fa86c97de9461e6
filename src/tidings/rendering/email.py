"""Emails: a document compiled once, then one run of its programs per message."""

import re
from typing import Any

from tidings.channels import EmailContent
from tidings.elemental import Document
from tidings.elemental.nodes import EmailRaw, Text
from tidings.rendering.conditions import Test
from tidings.rendering.gates import gated, shown
from tidings.rendering.html_email import HtmlEmail
from tidings.rendering.letter import Letter, letter
from tidings.rendering.mjml import MjmlError, mjml_to_html
from tidings.rendering.plain_email import PlainEmail
from tidings.rendering.plain_html import plain_html
from tidings.rendering.printing import escaped
from tidings.rendering.program import Operation, Operations, Run, Scope, capture, render
from tidings.rendering.render_error import NothingToSay, RenderError
from tidings.rendering.source import html_source, plain_source, words_of_html
from tidings.rendering.wrap import finished

SUBJECT_MAX = 900
"""Characters; a header line ends at 998 bytes (RFC 5322 §2.1.1), and nobody sees more than a hundred."""
_PREVIEW_MAX = 140
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_SPACES = re.compile(r"\s+")


class CompiledEmail:
    """A document's email, ready for any number of messages."""

    def __init__(self, document: Document, *, provider: str = "", lang: str = "en") -> None:
        """Compile. Raises `RenderError` with the path in the content."""
        said = letter(document, provider)
        self._path = said.path.removesuffix(".elements")
        self._raw = said.raw or EmailRaw()
        self._shows: Test | None = None if said.block is None else shown(said.block, self._path)
        self._subject = self._subject_of(said)
        self._text, self._html = self._parts(said, lang)

    def render(self, root: dict[str, Any], *, recipient: str, sender: str) -> EmailContent:
        """Say it to one recipient; `root` is `Variables.root()`.

        Raises `RenderError`, and `NothingToSay` when the `if` of the block does not hold.
        """
        if self._shows is not None and not self._shows(Run(root), Scope(root)):
            raise NothingToSay(f"{self._path}.if", "the condition of the block does not hold")
        return EmailContent(
            to=one_line(recipient),
            sender=one_line(sender),
            subject=one_line(self._run(self._subject, root, "subject"))[:SUBJECT_MAX],
            html=self._document(root),
            text=finished(self._run(self._text, root, "text")),
        )

    def _run(self, operations: Operations, root: dict[str, Any], part: str) -> str:
        try:
            return render(operations, root)
        except RenderError as error:
            raise RenderError(self._path, f"{part}: {error.detail}") from None

    def _document(self, root: dict[str, Any]) -> str:
        if self._html is None:
            return ""
        body = self._run(self._html, root, "html")
        if self._raw.html is None or "mjml" not in (self._raw.transformers or ()):
            return body
        try:
            return mjml_to_html(body)
        except MjmlError:
            # Its words could quote what a variable brought along.
            raise RenderError(f"{self._path}.raw.html", "is not valid MJML once its variables are filled in") from None

    def _subject_of(self, said: Letter) -> Operations:
        if self._raw.subject is not None:
            return self._source(self._raw.subject, "subject")
        titles = [gated(node, path, plain_source(node.title or "", f"{path}.title")) for node, path in said.metas()]
        return (_first_of(titles),)

    def _parts(self, said: Letter, lang: str) -> tuple[Operations, Operations | None]:
        raw, drawn = self._raw, bool(said.elements)
        html: Operations | None = None
        text: Operations = ()
        if raw.html is not None:
            html = html_source(raw.html, f"{self._path}.raw.html") if self._is_template else (raw.html,)
        elif drawn:
            title, preview = _line(self._subject, SUBJECT_MAX), _line(_preview(said), _PREVIEW_MAX)
            html = HtmlEmail(said, lang=lang).operations(title=(title,), preview=(preview,))
        if raw.text is not None:
            text = self._source(raw.text, "text")
        elif drawn:
            text = PlainEmail(said).operations()
        elif raw.html is not None:
            text = words_of_html(raw.html, f"{self._path}.raw.html") if self._is_template else (plain_html(raw.html),)
        return text, html

    @property
    def _is_template(self) -> bool:
        transformers = self._raw.transformers
        return transformers is None or "handlebars" in transformers

    def _source(self, source: str, part: str) -> Operations:
        return plain_source(source, f"{self._path}.raw.{part}", single=False)


def one_line(text: str) -> str:
    """Make text fit for a header: nothing in it can begin another one."""
    return _BREAKS.sub(" ", text).strip()


def _first_of(titles: list[Operations]) -> Operation:
    """Print the first title that says anything: those whose condition fails say nothing."""

    def printed(run: Run, scope: Scope) -> str:
        return next((said for title in titles if (said := capture(title, run, scope).strip())), "")

    return printed


def _line(operations: Operations, longest: int) -> Operation:
    """Print in one line of HTML, cut at a length."""

    def printed(run: Run, scope: Scope) -> str:
        text = _SPACES.sub(" ", one_line(capture(operations, run, scope)))
        return escaped(text if len(text) <= longest else text[: longest - 1].rstrip() + "…")

    return printed


def _preview(said: Letter) -> Operations:
    """Find the words that mailboxes show beside the subject: those of the first text."""
    plain = PlainEmail(said)
    for node, path in said.visible(said.elements, said.path):
        if isinstance(node, Text) and node.loop is None:
            return gated(node, path, plain.words(node, path))
    return ()
