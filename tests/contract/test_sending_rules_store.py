import asyncio

import pytest

from tidings.backends.sql.sending_rules_store import SqlSendingRulesStore
from tidings.ports import Count, Passage
from tidings.sending_rules import Limit, SendingRules

OURS, THEIRS = 1, 2


@pytest.fixture
def store(database):
    """The rules and counts of an empty database."""
    return SqlSendingRulesStore(database)


def passage(message_id, *, whose="u:ann", most=2, window=0, exempt=False, environment_id=OURS):
    """A message that wants to pass one limit."""
    return Passage(environment_id, message_id, (Count("user:day", whose, window, most, exempt),))


async def test_rules_are_kept_for_an_environment(store):
    """Without any, there is no window and no limit; they are replaced whole."""
    rules = SendingRules(window="09:00-17:00", limits=(Limit(scope="user", period="day", max=3),))
    assert await store.get(OURS) == SendingRules()

    await store.put(OURS, SendingRules(zone="Asia/Tokyo"), now=1)
    await store.put(OURS, rules, now=2)

    assert await store.get(OURS) == rules
    assert await store.get(THEIRS) == SendingRules()


async def test_the_first_so_many_pass(store):
    """The message that brings the count past the limit exceeds it, in one batch or several."""
    first = await store.pass_limits([passage("a"), passage("b"), passage("c")], now=1)
    then = await store.pass_limits([passage("d"), passage("e", whose="u:bob"), passage("f", window=9)], now=1)

    assert first == [None, None, "user:day"]
    assert then == ["user:day", None, None]
    assert await store.pass_limits([], now=1) == []


async def test_a_message_counts_once(store):
    """Asked again, it is answered as before, and those behind it are not pushed out."""
    for _ in range(3):
        assert await store.pass_limits([passage("a"), passage("a")], now=1) == [None, None]

    assert await store.pass_limits([passage("b"), passage("c"), passage("c")], now=1) == [None, "user:day", "user:day"]


async def test_exempt_messages_count_and_pass(store):
    """They use up what others may send, and are never kept back themselves."""
    wanted = [passage("a"), passage("b", exempt=True), passage("c", exempt=True), passage("d")]

    assert await store.pass_limits(wanted, now=1) == [None, None, None, "user:day"]


async def test_of_all_limits_the_first_exceeded_is_told(store):
    """A message adds to each of its counters, whichever it exceeds."""
    both = (Count("user:hour", "u:ann", 0, 1, exempt=False), Count("workspace:day", "", 0, 1, exempt=False))
    wanted = [Passage(OURS, name, both) for name in "ab"]

    assert await store.pass_limits(wanted, now=1) == [None, "user:hour"]
    alone = Passage(OURS, "c", both[1:])
    assert await store.pass_limits([alone], now=1) == ["workspace:day"]


async def test_workers_count_together(store):
    """Of workers that ask at the same time, no more pass than may."""
    asked = [store.pass_limits([passage(f"{worker}-{n}", most=5) for n in range(4)], now=1) for worker in range(4)]

    answers = [answer for each in await asyncio.gather(*asked) for answer in each]

    assert answers.count(None) == 5


async def test_environments_count_apart(store):
    """The same limit and user of another environment is another count."""
    await store.pass_limits([passage("a", environment_id=THEIRS), passage("b", environment_id=THEIRS)], now=1)

    assert await store.pass_limits([passage("a", most=1)], now=1) == [None]


async def test_old_counts_are_forgotten(store):
    """Counts and answers from before that time go, later ones stay."""
    await store.pass_limits([passage("a", window=5)], now=5)
    await store.pass_limits([passage("b", window=50)], now=50)

    assert await store.forget(before=50) == 2
    assert await store.pass_limits([passage("c", window=50, most=1)], now=50) == ["user:day"]
