"""Text for places of one line: nothing in it can begin another one."""

import re

_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """Make text fit for a header or a title."""
    return _BREAKS.sub(" ", text).strip()
