"""The programs that were made of contents, as many as there is room for: who was used longest ago goes first."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Program = TypeVar("Program")


class KeptPrograms(Generic[Program]):
    """Programs by what they were made of and for. For one thread."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Program, int]] = OrderedDict()

    def get(self, key: Hashable) -> Program | None:
        """Find one; None when it must be made."""
        found = self._kept.get(key)
        if found is None:
            return None
        self._kept.move_to_end(key)
        return found[0]

    def keep(self, key: Hashable, program: Program, size: int) -> None:
        """Keep one, of about so many bytes; the newest stays, however large it is."""
        self._kept[key] = (program, size)
        self._bytes += size
        while self._bytes > self._bytes_max and len(self._kept) > 1:
            self._bytes -= self._kept.popitem(last=False)[1][1]
