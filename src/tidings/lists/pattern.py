"""Names of lists, and patterns that name several (courier-semantics.md §23)."""

import msgspec

from tidings.errors import InvalidInput

PARTS_MAX = 4
LIST_ID_BYTES_MAX = 256
_FORBIDDEN = frozenset("*# \t\r\n\x00")


def check_list_id(list_id: str, *, path: str) -> str:
    """Hold a list's id to the rules: up to four parts between dots. Raises `InvalidInput`."""
    parts = _parts(list_id, path)
    if any(_FORBIDDEN & set(part) for part in parts):
        raise InvalidInput("a list's id holds no `*`, no `#` and no spaces", path=path)
    return list_id


class Pattern(msgspec.Struct, frozen=True):
    """`*` stands for exactly one part, `**` at the end for one or more; `a.**` names `a.b` and `a.b.c`, never `a`."""

    parts: tuple[str, ...]

    @classmethod
    def parse(cls, text: str, *, path: str) -> "Pattern":
        """Read a pattern, or the id of one list. Raises `InvalidInput`."""
        parts = _parts(text, path)
        for index, part in enumerate(parts):
            is_last = index == len(parts) - 1
            if part in {"*", "**"}:
                if part == "**" and not is_last:
                    raise InvalidInput("`**` stands at the end of a pattern only", path=path)
            elif _FORBIDDEN & set(part):
                raise InvalidInput("a part of a pattern is a word, `*` or `**`, and nothing between", path=path)
        if all(part in {"*", "**"} for part in parts):
            raise InvalidInput("a pattern names one part at least: `news.*`, not `*`", path=path)
        return cls(tuple(parts))

    @property
    def prefix(self) -> str:
        """What every id that matches begins with."""
        words: list[str] = []
        for part in self.parts:
            if part in {"*", "**"}:
                return "".join(f"{word}." for word in words)
            words.append(part)
        return ".".join(words)

    def matches(self, list_id: str) -> bool:
        """Tell whether the pattern names this list."""
        parts = list_id.split(".")
        if self.parts[-1] == "**":
            fixed = self.parts[:-1]
            return len(parts) > len(fixed) and _alike(fixed, parts[: len(fixed)])
        return len(parts) == len(self.parts) and _alike(self.parts, parts)


def _alike(pattern: tuple[str, ...], parts: list[str]) -> bool:
    return all(wanted in {"*", part} for wanted, part in zip(pattern, parts, strict=True))


def _parts(text: str, path: str) -> list[str]:
    if len(text.encode()) > LIST_ID_BYTES_MAX:
        raise InvalidInput(f"a list's id has {LIST_ID_BYTES_MAX} bytes at most", path=path)
    parts = text.split(".")
    if not all(parts) or len(parts) > PARTS_MAX:
        raise InvalidInput(f"a list's id is one to {PARTS_MAX} words with a dot between: `news.sport`", path=path)
    return parts
