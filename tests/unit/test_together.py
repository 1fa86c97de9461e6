"""One write for all who come while another is being made."""

import asyncio
from collections.abc import Sequence

import pytest

from tidings.errors import Unavailable
from tidings.together import Together


class Writes:
    """Writes as told, and keeps what was written together."""

    def __init__(self, error: Exception | None = None, *, refuses: int | None = None) -> None:
        self.made: list[list[int]] = []
        self._error = error
        self._refuses = refuses

    async def __call__(self, items: Sequence[int]) -> None:
        """Write some."""
        await asyncio.sleep(0)
        if self._error is not None and (self._refuses is None or self._refuses in items):
            raise self._error
        self.made.append(list(items))


async def test_who_comes_during_a_write_is_written_with_the_others() -> None:
    """Items that are added at once are one write, in order, bounded."""
    writes = Writes()
    together = Together(writes, at_once_max=3)

    await asyncio.gather(*(together.add(number) for number in range(5)))

    assert writes.made == [[0, 1, 2], [3, 4]]


async def test_storage_that_is_away_is_told_to_all() -> None:
    """Everybody hears that nothing was kept, each with an error of its own; the next write is made anew."""
    together = Together(Writes(Unavailable("away")), at_once_max=9)

    errors = await asyncio.gather(*(together.add(number) for number in range(3)), return_exceptions=True)

    assert [str(error) for error in errors] == ["away"] * 3
    assert len({id(error) for error in errors}) == 3


async def test_one_that_cannot_be_written_fails_alone() -> None:
    """An item that is refused takes no other with it."""
    writes = Writes(ValueError("never"), refuses=1)
    together = Together(writes, at_once_max=9)

    errors = await asyncio.gather(*(together.add(number) for number in range(3)), return_exceptions=True)

    assert [type(error) for error in errors] == [type(None), ValueError, type(None)]
    assert writes.made == [[0], [2]]


async def test_who_is_cancelled_does_not_take_its_item_back() -> None:
    """A caller that goes away leaves its item to be written."""
    writes = Writes()
    together = Together(writes, at_once_max=9)
    adding = asyncio.create_task(together.add(1))
    await asyncio.sleep(0)

    adding.cancel()
    with pytest.raises(asyncio.CancelledError):
        await adding
    await together.add(2)

    assert [number for made in writes.made for number in made] == [1, 2]
