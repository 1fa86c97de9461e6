"""Finishes plain text: lines of 78 characters where there are spaces to break at."""

import re

WIDTH = 78
"""RFC 5322 §2.1.1 recommends it; what has no space, an address above all, stays whole."""

SIGNATURE = "-- "
"""The line before a signature keeps its space (RFC 3676 §4.3): mailboxes show what follows as one."""
_GAPS = re.compile(r"\n{3,}")
_BULLET = re.compile(r" *(?:[-*•>] |\d{1,4}\. )")
_INDENT_MAX = 24


def finished(text: str) -> str:
    """Wrap, trim lines, and leave one empty line between paragraphs at most."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = [line if line == SIGNATURE else line.rstrip() for line in text.split("\n")]
    wrapped = "\n".join([line if len(line) <= WIDTH else _wrapped(line) for line in lines])
    if "\n\n\n" in wrapped:
        wrapped = _GAPS.sub("\n\n", wrapped)
    return wrapped.strip("\n") + "\n"


def _wrapped(line: str) -> str:
    bullet = _BULLET.match(line)
    head = bullet[0] if bullet and bullet.end() <= _INDENT_MAX else ""
    indent = "> " if head == "> " else " " * len(head)
    lines: list[str] = []
    current = head
    room = len(head)
    for word in line[len(head) :].split():
        if len(current) > room and len(current) + 1 + len(word) > WIDTH:
            lines.append(current)
            current, room = indent, len(indent)
        current += word if len(current) == room else " " + word
    return "\n".join([*lines, current])
