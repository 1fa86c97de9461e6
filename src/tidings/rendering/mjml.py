"""MJML to HTML, kept from reaching out: no included files, no web fonts that would tell others who reads."""

import re

import mrml

DEPTH_MAX = 200
"""Tags within tags. The library descends by recursion and takes the whole process down somewhere above 3 000."""

_PARSER = mrml.ParserOptions(include_loader=mrml.noop_loader())
_OPTIONS = mrml.RenderOptions(fonts={})
_MARKUP = re.compile(
    r"[^<]++|<!--(?s:.*?)-->|<!(?!--)[^<>]*+>"
    r"|<(?P<end>/?)(?P<name>[a-zA-Z][\w:-]*+)(?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+>"
)
_FRAME = re.compile(r"(?i)</?(?:mjml|mj-head|mj-body)\b")
_UNKNOWN = re.compile(r"(?i)<mj-[\w-]+")
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)


class MjmlError(ValueError):
    """Not MJML. The message may quote its source: it is for those who wrote it, never for a log."""


def mjml_to_html(source: str) -> str:
    """Turn MJML into HTML. Raises `MjmlError`."""
    _check_depth(source)
    try:
        return str(mrml.to_html(source, _PARSER, _OPTIONS).content)
    except OSError as error:
        raise MjmlError(str(error)[:200]) from None


def check_part(source: str, *, in_head: bool = False) -> None:
    """Check what is to stand within a body, or a head: MJML whole by itself. Raises `MjmlError`."""
    if left := _check_depth(source):
        raise MjmlError(f"<{left[-1]}> is not closed")
    frame = "<mj-head>{}</mj-head><mj-body></mj-body>" if in_head else "<mj-body>{}</mj-body>"
    if _FRAME.search(source):
        raise MjmlError("mjml, mj-head and mj-body stand around it already")
    html = mjml_to_html(f"<mjml>{frame.format(source)}</mjml>")
    if unknown := _UNKNOWN.search(html):
        raise MjmlError(f"{unknown[0]}> is not known, or does not stand where it may")


def _check_depth(source: str) -> list[str]:
    """Follow the tags; answers those left open.

    Only an end that fits its start counts, so that nothing can hide its depth.
    """
    if source.count("<!--") > source.count("-->"):
        raise MjmlError("a comment is not closed")
    open_: list[str] = []
    at = 0
    for found in _MARKUP.finditer(source):
        if found.start() != at:
            break
        at = found.end()
        name = (found["name"] or "").lower()
        if not name or name in _VOID or found[0].endswith("/>"):
            continue
        if not found["end"]:
            open_.append(name)
        elif open_ and open_[-1] == name:
            open_.pop()
        if len(open_) > DEPTH_MAX:
            raise MjmlError(f"tags may be {DEPTH_MAX} deep at most")
    if at != len(source):
        raise MjmlError("a < begins no tag")
    return open_
