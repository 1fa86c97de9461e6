"""Emails: a document compiled once, then one run of its programs per message."""

import re

import msgspec

from tidings.channels import EmailContent
from tidings.elemental import Document
from tidings.elemental.nodes import EmailRaw, Text
from tidings.rendering.brand_look import BrandLook
from tidings.rendering.dialect import MAIL
from tidings.rendering.html_documents import cleaned_document
from tidings.rendering.html_email import HtmlEmail
from tidings.rendering.mjml import MjmlError, mjml_to_html
from tidings.rendering.occasion import Occasion
from tidings.rendering.one_line import one_line
from tidings.rendering.outline import Outline
from tidings.rendering.plain_email import plain_email
from tidings.rendering.plain_html import plain_html
from tidings.rendering.printing import escaped
from tidings.rendering.program import Operation, Operations, Run, Scope, capture, render, start
from tidings.rendering.render_error import RenderError
from tidings.rendering.source import html_source, plain_source, words_of_html
from tidings.rendering.speech import Speech, speech
from tidings.rendering.stage import Stage
from tidings.rendering.styles import inlined
from tidings.rendering.unshown import unshown
from tidings.rendering.wrap import SIGNATURE, finished

SUBJECT_MAX = 900
"""Characters; a header line ends at 998 bytes (RFC 5322 §2.1.1), and nobody sees more than a hundred."""
_PREVIEW_MAX = 140
_SPACES = re.compile(r"\s+")


class CompiledEmail:
    """A document's email, ready for any number of messages."""

    def __init__(
        self,
        document: Document,
        *,
        provider: str = "",
        lang: str = "en",
        brand: BrandLook | None = None,
        html_scripts: bool = False,
    ) -> None:
        """Compile. Raises `RenderError` with the path in the content."""
        self._html_scripts = html_scripts
        said = speech(document, "email", provider)
        self._path = said.path.removesuffix(".elements")
        self._block = said.block
        self._raw = _raw_of(said)
        self._shows = None if said.block is None else said.shown(said.block, self._path)
        self._subject = self._subject_of(said)
        self._outline: Operations | None = None
        self._brand = brand
        self._footer: Operations = brand.footer_words() if brand else ()
        self._text, self._html = self._parts(said, lang)

    def render(self, stage: Stage, occasion: Occasion) -> EmailContent:
        """Say it to one recipient.

        Raises `RenderError`, and `NothingToSay` when the `if` of the block does not hold.
        """
        if self._shows is not None and not self._shows(Run(stage), Scope(stage.root)):
            raise unshown(self._block, self._path, stage)
        stage.title = one_line(self._run(self._subject, stage, "subject"))[:SUBJECT_MAX]
        return EmailContent(
            to=one_line(occasion.recipient),
            sender=one_line(occasion.sender),
            subject=stage.title,
            html=self._document(stage),
            text=finished(self._plain(stage)),
        )

    def _plain(self, stage: Stage) -> str:
        if self._outline is None:
            return self._run(self._text, stage, "text")
        try:
            text = plain_email(start(self._outline, stage).pieces)
            footer = render(self._footer, stage).strip() if self._footer else ""
        except RenderError as error:
            raise RenderError(self._path, f"text: {error.detail}") from None
        return f"{text}\n\n{SIGNATURE}\n{footer}" if footer else text

    def _run(self, operations: Operations, stage: Stage, part: str) -> str:
        try:
            return render(operations, stage)
        except RenderError as error:
            raise RenderError(self._path, f"{part}: {error.detail}") from None

    def _document(self, stage: Stage) -> str:
        if self._html is None:
            return ""
        body = self._run(self._html, stage, "html")
        if self._raw.html is None:
            return body
        html = inlined(body) if "mjml" not in (self._raw.transformers or ()) else self._of_mjml(body)
        return html if self._html_scripts else cleaned_document(html)

    def _of_mjml(self, body: str) -> str:
        try:
            return mjml_to_html(body)
        except MjmlError:
            # Its words could quote what a variable brought along.
            raise RenderError(f"{self._path}.raw.html", "is not valid MJML once its variables are filled in") from None

    def _subject_of(self, said: Speech) -> Operations:
        if self._raw.subject is not None:
            return self._source(self._raw.subject, "subject")
        titles = [
            said.gated(node, path, plain_source(node.title or "", f"{path}.title")) for node, path in said.metas()
        ]
        return (_first_of(titles),)

    def _parts(self, said: Speech, lang: str) -> tuple[Operations, Operations | None]:
        raw, drawn = self._raw, bool(said.elements)
        html: Operations | None = None
        text: Operations = ()
        if raw.html is not None:
            html = (raw.html,)
            if self._is_template:
                html = html_source(raw.html, f"{self._path}.raw.html", scripts=self._html_scripts)
        elif drawn:
            preview = _line(_preview(said), _PREVIEW_MAX)
            email = HtmlEmail(said, lang=lang, brand=self._brand, html_scripts=self._html_scripts)
            html = email.operations(title=(_title,), preview=(preview,))
        if raw.text is not None:
            text = self._source(raw.text, "text")
        elif drawn:
            self._outline = Outline(said, MAIL, takes_html=True).operations()
        elif raw.html is not None:
            text = words_of_html(raw.html, f"{self._path}.raw.html") if self._is_template else (plain_html(raw.html),)
        return text, html

    @property
    def _is_template(self) -> bool:
        transformers = self._raw.transformers
        return transformers is None or "handlebars" in transformers

    def _source(self, source: str, part: str) -> Operations:
        return plain_source(source, f"{self._path}.raw.{part}", single=False)


def _raw_of(said: Speech) -> EmailRaw:
    """Read what is written by hand; of a provider's own block, what it shares with an email's."""
    if said.block is None or said.block.channel == "email":
        return msgspec.convert(said.raw, EmailRaw)
    texts = {name: text for name, text in said.raw.items() if name in _RAW_TEXTS and isinstance(text, str)}
    return msgspec.convert(texts, EmailRaw)


_RAW_TEXTS = frozenset(("subject", "html", "text"))


def _first_of(titles: list[Operations]) -> Operation:
    """Print the first title that says anything: those whose condition fails say nothing."""

    def printed(run: Run, scope: Scope) -> str:
        return next((said for title in titles if (said := capture(title, run, scope).strip())), "")

    return printed


def _title(run: Run, _scope: Scope) -> str:
    """Print the subject, which is rendered first, in one line of HTML."""
    return escaped(_SPACES.sub(" ", run.stage.title))


def _line(operations: Operations, longest: int) -> Operation:
    """Print in one line of HTML, cut at a length."""

    def printed(run: Run, scope: Scope) -> str:
        text = _SPACES.sub(" ", one_line(capture(operations, run, scope)))
        return escaped(text if len(text) <= longest else text[: longest - 1].rstrip() + "…")

    return printed


def _preview(said: Speech) -> Operations:
    """Find the words that mailboxes show beside the subject: those of the first text."""
    plain = Outline(said, MAIL)
    for node, path in said.visible(said.elements, said.path):
        if isinstance(node, Text) and node.loop is None:
            return said.gated(node, path, plain.words(node, path))
    return ()
