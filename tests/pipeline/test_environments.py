import pytest

from tidings.pipeline.environments import Environments
from tidings.workspaces import Environment

ONE, TWO = Environment(1, 1, "production", "live"), Environment(2, 1, "staging", "live")


async def test_a_new_environment_is_read_when_it_is_met():
    """Once; those that are known are not read again."""
    reads = []

    async def read():
        reads.append(1)
        return [ONE, TWO]

    book = Environments([ONE], read=read)

    assert await book.of([1, 1]) == {1: ONE}
    assert reads == []
    assert await book.of(iter([1, 2])) == {1: ONE, 2: TWO}
    assert await book.of([2]) == {2: TWO}
    assert reads == [1]


async def test_what_is_nowhere_is_a_fault():
    """A message of no environment cannot be."""
    with pytest.raises(KeyError):
        await Environments([ONE]).of([9])
