"""Sets template tags aside while words go through markdown, so that neither takes the other apart."""

import re
from collections.abc import Callable
from hashlib import blake2b

from tidings.elemental.path import parse_path
from tidings.rendering.grammar import parse

# Possessive throughout: what an author typed must not send the search back and forth.
_TAG = re.compile(
    r"(?<!\\)\\*+(?:"
    r"\{\{\{\{\s*+(?P<raw>[^\s{}]++)[^{}]*+\}\}\}\}.*?\{\{\{\{/(?P=raw)\}\}\}\}"
    r"|\{\{~?!--.*?--~?\}\}"
    r"|\{\{~?\{[^{}]*+\}~?\}\}"
    r"|\{\{~?![^}]*+\}\}"
    r"|\{\{(?:\"[^\"]*+\"|'[^']*+'|[^{}])*+\}\})"
    r"|(?<![\\{])\{(?P<path>[$A-Za-z_@][^\s{}]*+)\}(?!\})",
    re.DOTALL,
)
_BLOCK = re.compile(r"\{\{~?\s*(?:[#^/!]|else\b)")


def is_block(tag: str) -> bool:
    """Tell whether a tag opens, divides or closes a block, or is a comment."""
    return _BLOCK.match(tag) is not None


class Tags:
    """The tags of one piece of content, each behind a mark made of letters and digits alone.

    `single` is whether `{name}` counts as one. Raises `RenderError` at `path`.
    """

    def __init__(self, content: str, path: str, *, single: bool = True) -> None:
        # The parser refuses what is never closed; after it the search below always finds its end.
        parse(content, path=path)
        self._single = single
        self._mark = _unused_mark(content)
        self._sources: list[str] = []
        self.marked = _TAG.sub(self._set_aside, content)
        """The content with marks in place of tags."""
        self._found = re.compile(rf"{self._mark}(\d+)x")

    def _set_aside(self, tag: re.Match[str]) -> str:
        source = tag[0]
        if (path := tag["path"]) is not None:
            if not self._single or (path != "@" and parse_path(path) is None):
                return source
            source = "{{this}}" if path == "@" else "{{" + path + "}}"
        self._sources.append(source)
        return f"{self._mark}{len(self._sources) - 1}x"

    @property
    def source(self) -> str:
        """The content as a template: `{name}` has become `{{name}}`."""
        return self.restore(self.marked)

    def restore(self, text: str) -> str:
        """Put the tags back into what became of the marked content."""
        return self._found.sub(lambda mark: self._sources[int(mark[1])], text) if self._sources else text

    @property
    def any(self) -> bool:
        """Whether there are tags at all."""
        return bool(self._sources)

    def replaced(self, written: Callable[[str, str, str], str]) -> str:
        """Put what `written` makes of each tag in the tag's place.

        It is handed the tag, and the characters before and after it that are no spaces; empty at the ends.
        """
        marked = self.marked

        def place(mark: re.Match[str]) -> str:
            before, after = marked[: mark.start()].rstrip(), marked[mark.end() :].lstrip()
            return written(self._sources[int(mark[1])], before[-1:], after[:1])

        return self._found.sub(place, marked)

    def spread(self, marked: str) -> str:
        """Give lines that hold nothing but block tags a paragraph of their own."""
        return "\n".join(f"\n{line}\n" if self.is_block(line) else line for line in marked.split("\n"))

    def is_block(self, line: str) -> bool:
        """Tell whether a line holds block tags and nothing else."""
        marks = self._found.findall(line)
        return (
            bool(marks)
            and not self._found.sub("", line).strip()
            and all(is_block(self._sources[int(mark)]) for mark in marks)
        )

    def closes(self, line: str) -> bool:
        """Tell whether the last tag of a line closes a block."""
        marks = self._found.findall(line)
        return bool(marks) and self._sources[int(marks[-1])].lstrip("{~ ").startswith("/")


def _unused_mark(content: str) -> str:
    mark = "t" + blake2b(content.encode(errors="surrogatepass"), digest_size=4).hexdigest() + "n"
    while mark in content:
        mark += "n"
    return mark
