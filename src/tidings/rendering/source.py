"""Compiles fields that are templates and nothing more: subjects, addresses, alternative texts, raw HTML."""

import re
from collections.abc import Callable
from html import unescape

from tidings.rendering.escape import Escape
from tidings.rendering.handlebars import compile  # noqa: A004 (the seam's word)
from tidings.rendering.plain_html import behind, plain_html
from tidings.rendering.program import Operations
from tidings.rendering.tags import Tags, is_block
from tidings.rendering.urls import attribute, bare

_ADDRESS = re.compile(r"""(?i)\s(href|src)\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')""")

_ENTITY = re.compile(r"&#?\w{1,32};")

_SCRIPT = re.compile(r"(?is)(<script\b[^>]*+>)(.*?)(</script\s*>|\Z)")
_OPENING = re.compile(r"""<[a-zA-Z](?:[^<>"']|"[^"]*"|'[^']*')*+>""")
_HANDLER = re.compile(r"""(?i)[\s/"']on[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]*)""")


def plain_source(content: str, path: str, *, single: bool = True) -> Operations:
    """Compile a field whose values are printed as they are; `single` is whether `{name}` is one.

    Raises `RenderError` at `path`.
    """
    return compile(Tags(content, path, single=single).source, escape=Escape.NONE, path=path).operations


def mailbox_source(content: str, path: str) -> Operations:
    """Compile a line of mailboxes. Raises `RenderError` at `path`.

    A value that stands alone may be a mailbox, or several; one that is part of a mailbox begins no other.
    """
    tags = Tags(content, path)
    marks: list[Operations] = []

    def placed(tag: str, before: str, after: str) -> str:
        alone, bracketed = before in {"", ","} and after in {"", ","}, (before, after) == ("<", ">")
        if is_block(tag) or not (alone or bracketed):
            return tag
        marks.append(compile(tag, escape=Escape.NONE if alone else Escape.ADDRESS, path=path).operations)
        return f"{{{{@mark {len(marks) - 1}}}}}"

    return compile(tags.replaced(placed), escape=Escape.PHRASE, path=path, marks=tuple(marks)).operations


def escaped_source(content: str, path: str) -> Operations:
    """Compile a field whose values are escaped for HTML; so is what the author typed."""
    tags = Tags(content, path)
    typed = tags.marked.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return compile(tags.restore(typed), escape=Escape.HTML, path=path).operations


def printed_source(content: str, path: str, escape: Escape, typed: Callable[[str], str]) -> Operations:
    """Compile a field whose values, and what the author typed, are printed as a channel writes text."""
    tags = Tags(content, path)
    return compile(tags.restore(typed(tags.marked)), escape=escape, path=path).operations


def html_source(content: str, path: str, *, scripts: bool = False) -> Operations:
    """Compile an author's own HTML. Handlebars only: `{name}` means nothing in it, style sheets are full of braces.

    Addresses that variables have a part in must be safe, as everywhere, or their attribute stays away. `scripts` is
    whether the author's scripts will run: values are printed into them so that they stay within their quotes, and
    event handlers that variables have a part in stay away.
    """
    compile(content, escape=Escape.HTML, path=path)
    tags = Tags(content, path, single=False)
    marks: list[Operations] = []

    def guard(found: re.Match[str]) -> str:
        address = found[2] if found[2] is not None else found[3]
        source = tags.restore(_ENTITY.sub(lambda one: unescape(one[0]), address))
        if "{{" not in source:
            return found[0]
        operations = compile(source, escape=Escape.NONE, path=path).operations
        marks.append((attribute(found[1].lower(), operations),))
        return "{{@mark " + str(len(marks) - 1) + "}}"

    def written(found: re.Match[str]) -> str:
        source = tags.restore(found[2])
        if "{{" not in source:
            return found[0]
        marks.append(compile(source, escape=Escape.SCRIPT, path=path).operations)
        return f"{found[1]}{{{{@mark {len(marks) - 1}}}}}{found[3]}"

    def handled(found: re.Match[str]) -> str:
        return _HANDLER.sub(lambda one: "" if "{{" in tags.restore(one[0]) else one[0], found[0])

    marked = _OPENING.sub(handled, _SCRIPT.sub(written, tags.marked)) if scripts else tags.marked
    guarded = tags.restore(_ADDRESS.sub(guard, marked))
    return compile(guarded, escape=Escape.HTML, path=path, marks=tuple(marks)).operations


def words_of_html(content: str, path: str) -> Operations:
    """Compile the words of an author's HTML as plain text, tags of the template and all. Raises `RenderError`."""
    tags = Tags(content, path, single=False)
    marks: list[Operations] = []

    def written(address: str, words: str) -> str:
        leads = tags.restore(_literal(address))
        around = behind(leads, tags.restore(_literal(words)))
        if around is None:
            return ""
        operations = compile(leads, escape=Escape.NONE, path=path).operations
        marks.append((bare(operations, before=around[0], after=around[1]),))
        return f"{_MARK}{len(marks) - 1}{_MARK}"

    words = tags.restore(_literal(plain_html(tags.marked.replace(_MARK, ""), written)))
    marked = _MARKED.sub(lambda found: f"{{{{@mark {found[1]}}}}}", words)
    return compile(marked, escape=Escape.WORDS, path=path, marks=tuple(marks)).operations


_MARK = "\x00"  # nobody means to write it
_MARKED = re.compile(rf"{_MARK}(\d+){_MARK}")


def _literal(text: str) -> str:
    """Keep braces that were written as entities from being a tag."""
    return text.replace("{{", "\\{{")
