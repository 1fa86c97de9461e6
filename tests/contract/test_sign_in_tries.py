import asyncio

import pytest

from tidings.accounts import FORGOTTEN_MS
from tidings.backends.sql.sign_in_tries import SqlSignInTries
from tidings.secrets import SecretBox

ANN, HERE = ("account:ann@example.com", 3), ("address:203.0.113.7", 10)


@pytest.fixture
def tries(database):
    """The counts of an empty database."""
    return SqlSignInTries(database, SecretBox("0123456789abcdef"))


async def test_some_tries_are_free(tries):
    """Then each has to wait, twice as long as the one before; what had to wait is not counted."""
    assert [await tries.begin([ANN, HERE], now=1) for _ in range(4)] == [0, 0, 0, 1000]
    assert await tries.begin([ANN, HERE], now=400) == 601
    assert await tries.begin([ANN, HERE], now=1001) == 0
    assert await tries.begin([ANN, HERE], now=1001) == 2000


async def test_each_subject_is_counted(tries):
    """An address that tries many accounts has to wait as well."""
    assert not any([await tries.begin([(f"account:{n}", 3), HERE], now=1) for n in range(10)])

    assert await tries.begin([("account:another", 3), HERE], now=1) == 1000
    assert await tries.begin([("account:another", 3), ("address:elsewhere", 10)], now=1) == 0


async def test_who_is_right_begins_anew(tries):
    """The account's count is forgotten; the address's is one less."""
    for _ in range(3):
        await tries.begin([ANN, HERE], now=1)

    await tries.forget(ANN[0])
    await tries.take_back([HERE[0], "address:unknown"])

    assert await tries.begin([ANN, HERE], now=1) == 0
    assert [await tries.begin([HERE], now=1) for _ in range(8)] == [0] * 7 + [1000]


async def test_an_hour_later_nothing_is_known(tries):
    """Old tries do not count, nor do they make the next ones count for more."""
    for _ in range(3):
        await tries.begin([ANN], now=1)

    assert [await tries.begin([ANN], now=1 + FORGOTTEN_MS) for _ in range(4)] == [0, 0, 0, 1000]


async def test_who_tries_at_once_is_counted_one_by_one(tries):
    """A burst gets no more tries than a queue."""
    waits = await asyncio.gather(*(tries.begin([ANN, HERE], now=1) for _ in range(12)))

    assert sorted(waits) == [0, 0, 0] + [1000] * 9
