"""Digests on real stores: what is gathered, when it goes, and that it goes once."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from tidings.audiences import Change
from tidings.backends.sql.audience_store import SqlAudienceStore
from tidings.backends.sql.digest_store import SqlDigestStore
from tidings.backends.sql.message_queue import SqlMessageQueue
from tidings.backends.sql.retention_store import SqlRetentionStore
from tidings.backends.sql.tables_digests import digest_events, digests
from tidings.ledger import Period
from tidings.messages import Message, Reason, Status
from tidings.pipeline.audiences import AudienceStep
from tidings.pipeline.digest_rounds import DigestRounds
from tidings.ports import MessageFilter
from tidings.preferences import Category, Digest, Preference, Schedule
from tidings.templates import TemplateVersion

HOUR = 3_600_000
DAILY = Schedule(id="sch_1", frequency="daily", time="18:00", timezone="UTC", is_default=True)
WORDS = [
    {"type": "meta", "title": "{{digest.count}} things"},
    {"type": "text", "content": "{{#each digest.items}}{{n}} {{/each}}"},
]
"""START_MS, where the tests' clock stands, is 22:13 UTC: so the digest goes after nineteen hours and 47 minutes."""


async def digest(house: Any, **fields: Any) -> None:
    """Let topic `t` gather, and publish the digest's template."""
    if not await house.preferences.all_topics(1):
        await house.topic()
        draft = TemplateVersion(
            template_id="nt_digest", version=0, name="d", content={"version": "2022-01-01", "elements": WORDS}
        )
        await house.templates.create(1, draft)
        await house.templates.publish(1, "nt_digest", version=None, by="test", now=house.clock.at)
        await house.profiles.change(1, "u:ann", lambda _: {"email": "ann@example.com"}, now=house.clock.at)
    (topic,) = await house.preferences.all_topics(1)
    wanted = Digest(**{"template_id": "nt_digest", "schedules": (DAILY,), **fields})
    await house.preferences.put_topic(msgspec.structs.replace(topic, digest=wanted), create=False)


async def send(house: Any, number: int, user_id: str = "ann", **fields: Any) -> None:
    """Send one message of the topic."""
    request = {"to": {"user_id": user_id}, "content": {"title": "One", "body": "thing"}, "data": {"n": number}}
    await house.send({**request, "preferences": {"subscription_topic_id": "t"}, **fields})


async def work(house: Any) -> int:
    """Let a worker do what is due; tell how much that was."""
    done, step = 0, house.outbound(house.fleet())
    while count := await step.run_once():
        done += count
    return done


async def standing(house: Any) -> list[Message]:
    """Read all messages, oldest first."""
    found = (await house.messages.page(1, MessageFilter(), limit=50, cursor=None)).items
    return sorted(found, key=lambda message: (message.enqueued, message.template_id or ""))


async def of_digests(house: Any) -> list[Message]:
    """Read the digests' messages."""
    return [message for message in await standing(house) if message.template_id == "nt_digest"]


async def balances(house: Any) -> None:
    """See that what the ledger counted is what the rows are."""
    hour = house.clock.at // HOUR
    async with house.ledger.open() as reading:
        counted = await reading.messages(1, Period(hour - 100, hour + 1))
        kept = await reading.kept(1, Period(hour - 100, hour + 1))
    made = sum(one.count for one in counted if one.word == "MADE")
    finals = sorted((one.hour, one.word, one.count) for one in counted if one.word not in {"MADE", "REQUESTED"})
    waiting = {"ENQUEUED", "DELAYED", "ROUTED"}
    assert [one for one in finals if one[2]] == sorted(
        (one.hour, one.word, one.count) for one in kept if one.word not in waiting
    )
    assert made == len(await standing(house))


async def test_messages_go_together_at_their_time(house: Any) -> None:
    """Each ends as DIGESTED; one message of the digest's template goes on schedule and tells of all of them."""
    await digest(house)
    for number in (1, 2, 3):
        await send(house, number)
        await work(house)
    gathered = [message for message in await standing(house) if message.template_id is None]
    assert [message.status for message in gathered] == [Status.DIGESTED] * 3
    assert [message.reason for message in gathered] == [None] * 3
    (waiting,) = await of_digests(house)
    assert waiting.status is Status.ENQUEUED
    due_at = await house.queue.next_due_at()
    assert due_at is not None
    assert (due_at % (24 * HOUR), due_at - house.clock.at < 24 * HOUR) == (18 * HOUR, True)
    line = (await house.messages.history(1, gathered[0].id))[-1]
    assert (line.type, line.fields["topic_id"], line.fields["until"]) == ("DIGESTED", "t", due_at)

    house.clock.at = due_at
    assert await work(house) == 1

    assert (await house.messages.get(1, waiting.id)).status is Status.SENT
    (item,) = await house.outbox.get(1, waiting.id)
    assert item.content["subject"] == "3 things"
    assert "1 2 3" in item.content["text"]
    assert await house.queue.depth() == 0
    assert (await house.explainer().message(1, gathered[0].id)).answer.startswith("DIGESTED: it goes into a digest")
    assert (await house.rewriter().message(1, gathered[0].id)).why.endswith("a digest, which is a message of its own.")


async def test_sent_again_it_tells_the_same(house: Any) -> None:
    """A digest that is sent once more, and that one again, tells of what was gathered for the first."""
    await digest(house)
    await send(house, 1)
    await work(house)
    house.clock.at = await house.queue.next_due_at()
    await work(house)
    (first,) = await of_digests(house)
    second = await house.changes.resend(first, message_id="1-00000001-a", now=house.clock.at)
    await house.changes.resend(second, message_id="1-00000001-b", now=house.clock.at)

    assert await work(house) == 2

    for message_id in (first.id, "1-00000001-a", "1-00000001-b"):
        (item,) = await house.outbox.get(1, message_id)
        assert item.content["subject"] == "1 things"


async def test_each_user_and_tenant_has_its_own(house: Any) -> None:
    """Nobody reads of what was for others, or was sent in another name."""
    await digest(house)
    for fields in ({}, {"user_id": "bob"}, {"context": {"tenant_id": "acme"}}):
        await send(house, 1, **fields)
    await work(house)
    found = await of_digests(house)
    assert sorted((message.recipient, bool(message.options.get("context"))) for message in found) == [
        ("ann", False),
        ("ann", True),
        ("bob", False),
    ]


async def test_what_comes_after_it_went_is_in_the_next(house: Any) -> None:
    """A digest that went, or was released by hand, or is in a worker's hands takes nothing more; nothing is lost."""
    await digest(house)
    await send(house, 1)
    await work(house)
    assert await house.digests.release(1, schedule_id="sch_1") == 1
    await work(house)
    assert await house.digests.release(1, schedule_id="sch_1") == 0
    await send(house, 2)
    await work(house)
    (first,) = [message for message in await of_digests(house) if message.status is Status.SENT]
    (second,) = [message for message in await of_digests(house) if message.status is Status.ENQUEUED]
    assert first.id != second.id

    await house.digests.release(1, topic_id="t", user_id="ann")
    now = house.clock.at
    await house.queue.claim(worker="another", now=now, until=now + 60_000, limit=10)
    await send(house, 3)
    await work(house)
    assert len(await of_digests(house)) == 3
    house.clock.at += 24 * HOUR
    await work(house)
    told = [(await house.outbox.get(1, message.id))[0].content["text"].split() for message in await of_digests(house)]
    assert sorted(words[-1] for words in told) == ["1", "2", "3"]


async def test_settling_twice_gathers_once(house: Any) -> None:
    """A worker that dies before it knows that its settlement was kept, and does it again, changes nothing."""
    await digest(house)
    kept: list[Any] = []

    class Twice(SqlMessageQueue):
        """Settles everything twice."""

        async def settle(self, settlements: Any) -> None:
            """Do it, and again."""
            kept.extend(settlements)
            await super().settle(settlements)
            await super().settle(settlements)

    house.queue = Twice(house.database)
    await send(house, 1)
    await work(house)
    (waiting,) = await of_digests(house)
    (instance,) = (await house.digests.page(1, "sch_1", limit=5, cursor=None)).items
    assert (instance.id, instance.user_id, instance.status, instance.counts) == (
        waiting.id,
        "ann",
        "IN_PROGRESS",
        {"digest": 1},
    )
    assert any(settlement.gathered for settlement in kept)


async def test_what_is_kept_of_each_category(house: Any) -> None:
    """A message belongs to the category that its label names, else to the first; count tells of all."""
    categories = (
        Category(category_key="digest", retain="LAST", limit=2),
        Category(category_key="sale", retain="HIGHEST", limit=1, sort_key="n"),
    )
    await digest(house, categories=categories)
    for number in (1, 2, 3):
        await send(house, number)
        await send(house, number * 10, metadata={"event": "sale"})
    await work(house)
    (waiting,) = await of_digests(house)
    (told,) = (await house.digests.contents([waiting])).values()
    assert told == {"digest": {"count": 3, "items": [{"n": 2}, {"n": 3}]}, "sale": {"count": 3, "items": [{"n": 30}]}}


@pytest.mark.parametrize(
    "schedules",
    [(msgspec.structs.replace(DAILY, frequency="instant"),), (msgspec.structs.replace(DAILY, disabled=True),)],
)
async def test_what_is_not_gathered_goes_at_once(house: Any, schedules: Any) -> None:
    """Without a schedule that gathers, a topic's messages go as any other."""
    await digest(house, schedules=schedules)
    await send(house, 1)
    await work(house)
    assert [message.status for message in await standing(house)] == [Status.SENT]


async def test_who_leaves_before_it_goes_gets_none(house: Any) -> None:
    """Preferences are asked again when the digest goes."""
    await digest(house)
    await send(house, 1)
    await work(house)
    await house.preferences.choose(1, "ann", put=[Preference(topic_id="t", status="OPTED_OUT")], drop=[])
    house.clock.at += 24 * HOUR
    await work(house)
    (message,) = await of_digests(house)
    assert (message.status, message.reason) == (Status.FILTERED, Reason.UNSUBSCRIBED)


async def test_the_ledger_balances(house: Any) -> None:
    """A digest's message is counted when it is made, in the transaction that settles the first message in it."""
    await digest(house)
    await send(house, 1)
    await send(house, 2)
    await work(house)
    house.clock.at += 24 * HOUR
    await work(house)
    assert sorted(str(message.status) for message in await standing(house)) == ["DIGESTED", "DIGESTED", "SENT"]
    await balances(house)


async def test_the_users_own_clock(house: Any) -> None:
    """A schedule without a zone goes by the recipient's: six in the evening is another moment for each."""
    await digest(house, schedules=(msgspec.structs.replace(DAILY, timezone=None),))
    await house.profiles.change(
        1, "u:ann", lambda _: {"email": "ann@example.com", "zoneinfo": "Asia/Tokyo"}, now=house.clock.at
    )
    await send(house, 1)
    await work(house)
    due_at = await house.queue.next_due_at()
    assert due_at is not None
    assert due_at % (24 * HOUR) == 9 * HOUR


async def test_what_was_gathered_is_forgotten_with_the_digest(house: Any) -> None:
    """Nothing of it is left once the digest's message is forgotten; while that waits, nothing of it goes."""
    await digest(house)
    await send(house, 1)
    await work(house)
    retention = SqlRetentionStore(house.database)
    await retention.forget_messages(before=house.clock.at + 48 * HOUR)
    assert (await house.digests.page(1, "sch_1", limit=5, cursor=None)).items[0].counts == {"digest": 1}
    house.clock.at += 24 * HOUR
    await work(house)
    await retention.forget_messages(before=house.clock.at + 48 * HOUR)
    async with house.database.read() as connection:
        for table in (digests, digest_events):
            assert await connection.scalar(select(func.count()).select_from(table)) == 0


async def test_the_schedule_that_the_user_chose(house: Any) -> None:
    """A user's own choice of a schedule holds, in a tenant's name the one made there; one that is gone does not."""
    hourly = [Schedule(id=f"sch_{hour}", frequency="daily", time=f"{hour}:00", timezone="UTC") for hour in (10, 12)]
    await digest(house, schedules=(DAILY, *hourly))
    chosen = [
        Preference(topic_id="t", status="OPTED_IN", digest_schedule_id="sch_10"),
        Preference(topic_id="t", status="OPTED_IN", digest_schedule_id="sch_12", tenant_id="acme"),
        Preference(topic_id="t", status="OPTED_IN", digest_schedule_id="gone", tenant_id="other"),
    ]
    await house.preferences.choose(1, "ann", put=chosen, drop=[])
    for tenant_id in (None, "acme", "other"):
        await send(house, 1, **({"context": {"tenant_id": tenant_id}} if tenant_id else {}))
    await work(house)
    schedules = {
        one.tenant_id: schedule_id
        for schedule_id in ("sch_1", "sch_10", "sch_12")
        for one in (await house.digests.page(1, schedule_id, limit=5, cursor=None)).items
    }
    assert schedules == {"": "sch_10", "acme": "sch_12", "other": "sch_1"}


async def audience(house: Any, *cities: str) -> None:
    """Make users, named like their city, and the audience of everybody."""
    audiences = SqlAudienceStore(house.database)
    change = Change(filter={"operator": "NEQ", "path": "city", "value": "Ur"})
    await audiences.put(1, "citizens", change, now=house.clock.at)
    for city in cities:
        await house.profiles.change(1, f"u:{city}", lambda _, city=city: {"city": city}, now=house.clock.at)
    step = AudienceStep(store=audiences, clock=house.clock)
    while await step.run_once():
        pass


async def rounds(house: Any) -> int:
    """Hold the rounds that have come, and send what they make."""
    looking = DigestRounds(
        preferences=house.preferences,
        expansions=house.expansions,
        environment_ids=[1, 2],
        wakeup=house.wakeup,
        clock=house.clock,
    )
    held = await looking.run_once()
    step = house.expansion()
    while await step.run_once() is not None:
        pass
    await work(house)
    return held


async def test_everybody_in_an_audience_gets_a_digest(house: Any) -> None:
    """Those of whom nothing was gathered get an empty one, once; who has a digest gets that, whoever comes first."""
    await digest(house, audience_id="citizens", trigger_empty=True, updated=house.clock.at)
    await audience(house, "bern", "graz", "rome")
    await send(house, 1, user_id="bern")
    await send(house, 2, user_id="elsewhere")
    await work(house)
    assert await rounds(house) == 0
    due_at = await house.queue.next_due_at()
    assert due_at is not None

    house.clock.at = due_at
    assert await rounds(house) == 1
    house.clock.at += HOUR
    assert await rounds(house) == 0

    found = await of_digests(house)
    assert sorted(message.recipient for message in found) == ["ann", "bern", "elsewhere", "graz", "rome"]
    (item,) = await house.outbox.get(1, next(message.id for message in found if message.recipient == "ann"))
    assert item.content["subject"] == "0 things"
    await balances(house)
    page = await SqlDigestStore(house.database).page(1, "sch_1", limit=10, cursor=None)
    counts = {each.user_id: sum(each.counts.values()) for each in page.items}
    assert counts == {"ann": 0, "bern": 1, "elsewhere": 1, "graz": 0, "rome": 0}
    assert {each.status for each in page.items} == {"COMPLETED"}


async def test_who_hears_of_it_in_a_tenants_name_gets_no_empty_one(house: Any) -> None:
    """A user of whom something was gathered for a tenant is none of whom nothing was gathered."""
    await digest(house, audience_id="citizens", trigger_empty=True, updated=house.clock.at)
    await audience(house, "bern")
    await send(house, 1, context={"tenant_id": "acme"})
    await work(house)
    due_at = await house.queue.next_due_at()
    assert due_at is not None

    house.clock.at = due_at
    await rounds(house)

    found = await of_digests(house)
    assert sorted((each.recipient, bool(each.options.get("context"))) for each in found) == [
        ("ann", True),
        ("bern", False),
    ]


async def test_each_is_told_by_the_schedule_that_was_chosen(house: Any) -> None:
    """The rounds of a schedule are for those who chose it, and the default's for all others."""
    weekly = Schedule(id="sch_2", frequency="weekly", day_of_week="monday", time="18:00")
    wanted = {"audience_id": "citizens", "trigger_empty": True, "updated": house.clock.at}
    await digest(house, schedules=(DAILY, weekly), **wanted)
    await audience(house, "bern", "graz")
    chosen = Preference(topic_id="t", status="OPTED_IN", digest_schedule_id="sch_2")
    await house.preferences.choose(1, "bern", put=[chosen], drop=[])

    house.clock.at += 24 * HOUR  # a Wednesday
    assert await rounds(house) == 1
    assert sorted(message.recipient for message in await of_digests(house)) == ["ann", "graz"]

    house.clock.at += 5 * 24 * HOUR  # a Monday, after six
    assert await rounds(house) == 2
    assert sorted(message.recipient for message in await of_digests(house)) == ["ann", "ann", "bern", "graz", "graz"]
