import asyncio
from typing import Any

import pytest

from tidings.lists import Subscription
from tidings.messages import Status
from tidings.ports import MessageFilter

CONTENT = {"title": "Hello {{name}}", "body": "Dear {{profile.name}}"}


async def fill(house: Any, list_id: str, *user_ids: str, **fields: Any) -> None:
    """Put users on a list, each with an address."""
    wanted = [Subscription(list_id=list_id, user_id=user_id, **fields) for user_id in user_ids]
    await house.lists.subscribe(1, wanted, replace=False, now=house.clock.at)
    for user_id in user_ids:
        data = {"email": f"{user_id}@example.com", "name": user_id}
        await house.profiles.change(1, f"u:{user_id}", lambda _, data=data: data, now=house.clock.at)


async def expand(house: Any, **changes: Any) -> int:
    """Make all messages there are to make; return how many."""
    step, made = house.expansion(**changes), 0
    while (more := await step.run_once()) is not None:
        made += more
    return made


async def recipients(house: Any, environment_id: int = 1) -> list[str]:
    """Whom the messages are for."""
    page = await house.messages.page(environment_id, MessageFilter(), limit=100, cursor=None)
    return sorted(message.recipient for message in page.items)


async def test_a_list_becomes_one_message_each(house: Any) -> None:
    """Everyone on it gets a message with an id of its own, under the request that was answered."""
    await fill(house, "news", "ann", "bob")
    request = await house.send({"to": {"list_id": "news", "data": {"name": "all"}}, "content": CONTENT})

    assert await recipients(house) == []
    assert await expand(house) == 2

    page = await house.messages.page(1, MessageFilter(request_id=request), limit=9, cursor=None)
    assert {message.recipient for message in page.items} == {"ann", "bob"}
    assert request not in {message.id for message in page.items}
    await house.outbound(house.fleet()).run_once()
    kept = {
        item.recipient: item.content["subject"]
        for message in page.items
        for item in await house.outbox.get(1, message.id)
    }
    assert kept == {"ann@example.com": "Hello all", "bob@example.com": "Hello all"}
    assert (await house.expansions.get(1, request)).made == 2


async def test_an_array_mixes_kinds_and_names_nobody_twice(house: Any) -> None:
    """Users, addresses, lists and patterns together; who is named in several ways gets one message."""
    await fill(house, "news.sport", "ann", "bob")
    await fill(house, "news.tech", "bob", "cid")
    to = [
        {"user_id": "ann", "data": {"name": "first"}},
        {"email": "dan@example.com"},
        {"email": "Dan@example.com"},
        {"list_id": "news.sport"},
        {"list_pattern": "news.*"},
        {"list_id": "nobody.made.it"},
    ]
    await house.send({"to": to, "content": CONTENT})

    assert await expand(house, slice_max=2) == 4

    assert await recipients(house) == ["ann", "bob", "cid", "dan@example.com"]


@pytest.mark.parametrize("slice_max", [1, 3, 1000])
async def test_whatever_the_slice_everyone_is_reached_once(house: Any, slice_max: int) -> None:
    """Where slices end changes nothing; a deleted list and an empty one reach nobody."""
    await fill(house, "a.x", *(f"u{number}" for number in range(7)))
    await fill(house, "a.y", *(f"u{number}" for number in range(5, 10)))
    await fill(house, "a.gone", "zed")
    await house.lists.delete(1, "a.gone", now=house.clock.at)
    await house.send({"to": [{"list_pattern": "a.**"}, {"user_id": "u3"}], "content": CONTENT})

    assert await expand(house, slice_max=slice_max) == 10

    assert await recipients(house) == sorted(f"u{number}" for number in range(10))


async def test_a_slice_that_dies_has_done_nothing(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages and cursor stand or fall together: after a death in the middle nobody is missing or doubled."""
    await fill(house, "news", *"abcdef")
    await house.send({"to": {"list_id": "news"}, "content": CONTENT})
    step = house.expansion(slice_max=2)
    await step.run_once()

    from tidings.backends.sql.expansion_store import SqlExpansionTransaction

    write = SqlExpansionTransaction.write

    async def dies(self: Any, *args: Any, **kwargs: Any) -> int:
        await write(self, *args, **kwargs)
        raise RuntimeError("killed")

    monkeypatch.setattr(SqlExpansionTransaction, "write", dies)
    with pytest.raises(RuntimeError, match="killed"):
        await step.run_once()
    assert await recipients(house) == ["a", "b"]
    monkeypatch.undo()

    assert await expand(house, slice_max=2) == 4
    assert await recipients(house) == list("abcdef")


async def test_two_workers_make_nothing_twice(house: Any) -> None:
    """Workers that expand at the same time share the slices among them."""
    await fill(house, "news", *(f"u{number}" for number in range(30)))
    await house.send({"to": {"list_id": "news"}, "content": CONTENT})

    made = await asyncio.gather(*(expand(house, slice_max=4) for _ in range(3)))

    assert sum(made) == 30
    assert len(await recipients(house)) == 30


async def test_a_request_that_comes_again_makes_nothing_twice(house: Any) -> None:
    """The same request id, as an idempotency key gives it, is the same request."""
    await fill(house, "news", "ann")
    for _ in range(2):
        await house.send({"to": {"list_id": "news"}, "content": CONTENT}, request_id=f"1-65540000-{5:024}")
        await expand(house)

    assert await recipients(house) == ["ann"]


async def test_what_is_for_one_goes_before_what_is_for_a_list(house: Any) -> None:
    """A message to one user does not wait behind a list that came first, and the list still gets a share."""
    await fill(house, "news", *(f"u{number:02}" for number in range(20)))
    await house.send({"to": {"list_id": "news"}, "content": CONTENT})
    await expand(house)
    house.clock.at += 1000
    for number in range(20):
        await house.send({"to": {"user_id": f"one{number}"}, "content": CONTENT}, request_id=f"1-65540001-{number:024}")

    claims = await house.queue.claim(worker="w", now=house.clock.at, until=house.clock.at + 9, limit=10)

    recipients_ = [claim.message.recipient for claim in claims]
    assert [name[:3] for name in recipients_] == ["one"] * 9 + [recipients_[-1][:3]]
    assert recipients_[-1].startswith("u")


async def test_a_list_gets_no_further_ahead_than_the_queue_is_long(house: Any) -> None:
    """While as many wait as may, a list rests; a request to a few named users does not."""
    await fill(house, "news", *(f"u{number}" for number in range(10)))
    await house.send({"to": {"list_id": "news"}, "content": CONTENT})
    step = house.expansion(slice_max=4, ahead_max=4)
    assert await step.run_once() == 4
    assert await step.run_once() is None
    assert step.rest_s > 0

    await house.send(
        {"to": [{"user_id": "ann"}, {"user_id": "bob"}], "content": CONTENT}, request_id="1-65540002-" + "6" * 24
    )
    assert await step.run_once() == 2

    await house.outbound(house.fleet()).run_once()
    assert await step.run_once() == 4


async def test_lists_take_turns(house: Any) -> None:
    """A short list that comes after a long one is done before the long one is."""
    await fill(house, "long", *(f"u{number:02}" for number in range(12)))
    await fill(house, "short", "ann", "bob")
    await house.send({"to": {"list_id": "long"}, "content": CONTENT})
    house.clock.at += 1
    await house.send({"to": {"list_id": "short"}, "content": CONTENT}, request_id="1-65540003-" + "7" * 24)
    step = house.expansion(slice_max=4)

    for _ in range(2):
        house.clock.at += 1
        await step.run_once()

    assert {"ann", "bob"} <= set(await recipients(house))
    assert len(await recipients(house)) == 6


async def test_a_short_list_does_not_wait_for_a_long_one(house: Any) -> None:
    """Each list has a lane: though the long one was made first, the short one is among the next that are sent."""
    await fill(house, "long", *(f"u{number:02}" for number in range(40)))
    await fill(house, "short", "ann", "bob")
    await house.send({"to": {"list_id": "long"}, "content": CONTENT})
    await expand(house)
    house.clock.at += 1000
    await house.send({"to": {"list_id": "short"}, "content": CONTENT}, request_id="1-65540004-" + "8" * 24)
    await expand(house)

    claims = await house.queue.claim(worker="w", now=house.clock.at, until=house.clock.at + 9, limit=10)

    assert {"ann", "bob"} <= {claim.message.recipient for claim in claims}
    assert len(claims) == 10


async def test_a_list_that_rests_keeps_no_other_from_going_on(house: Any) -> None:
    """How far ahead of what can be sent one list is says nothing of another."""
    await fill(house, "long", *(f"u{number:02}" for number in range(12)))
    await fill(house, "short", "ann", "bob")
    await house.send({"to": {"list_id": "long"}, "content": CONTENT})
    step = house.expansion(slice_max=4, ahead_max=4)
    assert [await step.run_once() for _ in range(2)] == [4, None]

    await house.send({"to": {"list_id": "short"}, "content": CONTENT}, request_id="1-65540005-" + "9" * 24)

    assert await step.run_once() == 2
    assert await step.run_once() is None


async def test_a_list_whose_account_is_full_rests(house: Any) -> None:
    """Messages of a list that find no place stay in the list's lane: it gets no further ahead."""
    await fill(house, "long", *(f"u{number:02}" for number in range(12)))
    await house.send({"to": {"list_id": "long"}, "content": CONTENT})
    step = house.expansion(slice_max=4, ahead_max=4)
    await step.run_once()
    fleet = house.fleet()
    fleet.admit = lambda _way: 5.0

    assert await house.outbound(fleet).run_once() == 4

    assert await step.run_once() is None
    assert step.rest_s > 0


async def test_a_canceled_request_becomes_no_more_messages(house: Any) -> None:
    """What was made stays; what was not is not made."""
    await fill(house, "news", *"abcd")
    request = await house.send({"to": {"list_id": "news"}, "content": CONTENT})
    await house.expansion(slice_max=2).run_once()

    assert await house.expansions.cancel(1, request, now=house.clock.at) is True
    assert await house.expansions.cancel(1, request, now=house.clock.at) is False

    assert await expand(house) == 0
    assert await recipients(house) == ["a", "b"]


async def test_messages_of_a_list_share_their_content(house: Any) -> None:
    """The content is stored once, with the request; each message holds its own recipient's words alone."""
    await fill(house, "news", "ann")
    await house.send({"to": {"list_id": "news"}, "content": CONTENT, "data": {"name": "shared"}})
    await expand(house)

    (message,) = (await house.messages.page(1, MessageFilter(), limit=2, cursor=None)).items
    assert (message.shared, message.content, message.data) == (True, None, {})
    assert message.status is Status.ENQUEUED
    (first,) = await house.messages.history(1, message.id)
    assert (first.type, first.fields["recipient"]) == ("ENQUEUED", "ann")
