"""How a channel writes: its marks, its links, and what it must escape."""

import re
from collections.abc import Callable
from typing import TypeAlias

import msgspec

from tidings.rendering.escape import Escape
from tidings.rendering.printing import markdown_escaped, slack_escaped, tag_escaped
from tidings.rendering.program import Operation, Operations, Run, Scope, capture
from tidings.rendering.urls import escaped_url, led, usable

Pair: TypeAlias = tuple[str, str]
Said: TypeAlias = Callable[[str], str]


class Dialect(msgspec.Struct, frozen=True, kw_only=True):
    """One way of writing."""

    escape: Escape = Escape.NONE
    """How values are printed."""
    strong: Pair = ("", "")
    emphasis: Pair = ("", "")
    strike: Pair = ("", "")
    opens_link: Said | None = None
    """What stands before a link's words, made of its address; None where nothing does."""
    closes_link: Said = lambda url: f" ({url})"
    """What stands after them."""
    bullet: str = "- "

    def typed(self, text: str) -> str:
        """Print what an author typed: it is shown, never obeyed."""
        return PRINTED[self.escape](text)

    def quieted(self, *pairs: Pair) -> "Dialect":
        """Give the same way of writing without these marks: nobody reads a mark within itself."""
        marks = {"strong": self.strong, "emphasis": self.emphasis, "strike": self.strike}
        names = [name for name, pair in marks.items() if pair in pairs and pair != ("", "")]
        return msgspec.structs.replace(self, **dict.fromkeys(names, ("", ""))) if names else self

    def marked(self, pair: Pair, words: Operations) -> Operations:
        """Put marks around words, leaving their outer spaces outside: `* a*` is no bold anywhere."""
        return words if pair == ("", "") else (marks(pair, words),)

    def link(self, address: Operations, *, untracked: bool = False) -> tuple[Operation, Operation]:
        """Say what stands around a link's words; nothing where the address is not safe."""
        opens = around(address, self.opens_link, untracked=untracked) if self.opens_link is not None else ""
        return opens, around(address, self.closes_link, untracked=untracked)


def marks(pair: Pair, words: Operations) -> Operation:
    """Put marks around words."""

    def printed(run: Run, scope: Scope) -> str:
        text = capture(words, run, scope)
        inner = text.strip()
        if not inner:
            return text
        return text.replace(inner, pair[0] + inner + pair[1], 1)

    return printed


def around(address: Operations, said: Said, *, untracked: bool = False) -> Operation:
    """Print something made of an address, when it is safe."""

    def printed(run: Run, scope: Scope) -> str:
        url = usable(address, run, scope)
        return "" if url is None else said(led(run, url, untracked=untracked))

    return printed


PRINTED: dict[Escape, Said] = {
    Escape.NONE: str,
    Escape.WORDS: str,
    Escape.HTML: tag_escaped,
    Escape.TAGS: tag_escaped,
    Escape.SLACK: slack_escaped,
    Escape.MARKDOWN: markdown_escaped,
}

_PARENTHESES = re.compile(r"[()]")


def markdown_url(url: str) -> str:
    """Write an address so that it ends where the link does."""
    return _PARENTHESES.sub(lambda found: "%28" if found[0] == "(" else "%29", url)


def slack_url(url: str) -> str:
    """Write an address so that it ends where the link does."""
    return slack_escaped(url).replace("|", "%7C")


PLAIN = Dialect()
MAIL = Dialect(escape=Escape.WORDS)
"""The plain text of an email."""
SLACK = Dialect(
    escape=Escape.SLACK,
    strong=("*", "*"),
    emphasis=("_", "_"),
    strike=("~", "~"),
    opens_link=lambda url: f"<{slack_url(url)}|",
    closes_link=lambda _: ">",
    bullet="• ",
)
MARKDOWN = Dialect(
    escape=Escape.MARKDOWN,
    strong=("**", "**"),
    emphasis=("_", "_"),
    strike=("~~", "~~"),
    opens_link=lambda _: "[",
    closes_link=lambda url: f"]({markdown_url(url)})",
)
TELEGRAM = Dialect(
    escape=Escape.TAGS,
    strong=("<b>", "</b>"),
    emphasis=("<i>", "</i>"),
    strike=("<s>", "</s>"),
    opens_link=lambda url: f'<a href="{escaped_url(url)}">',
    closes_link=lambda _: "</a>",
    bullet="• ",
)
WHATSAPP = Dialect(strong=("*", "*"), emphasis=("_", "_"), strike=("~", "~"))
