import asyncio

import pytest

from tidings.app.ledger import Scope, audit
from tidings.backends.sql.erasing import SqlErasure
from tidings.backends.sql.regulation_store import SqlRegulationStore
from tidings.backends.sql.replay_store import SqlReplayStore
from tidings.ledger import hour_of
from tidings.mapping import Rules
from tidings.pipeline import regulating
from tidings.pipeline.regulating import SETTLE_MS, Regulating, Shelf
from tidings.pipeline.replay import Replay, ReplayRules
from tidings.ports import EventFilter, MessageFilter
from tidings.records import DAY_MS, CallFilter
from tidings.regulations import Regulation

ORDER = {"type": "track", "userId": "ann", "event": "Order", "properties": {"total": 5}}
IDENTIFY = {"type": "identify", "userId": "ann", "traits": {"email": "ann@example.com"}}


@pytest.fixture
def database_place(sqlite_place):
    """One backend: what regulations ask of a database is told of each in the contracts of their stores."""
    return sqlite_place


class Office:
    """Where regulations are asked for and carried out."""

    def __init__(self, house, library):
        self.house, self.library = house, library
        self.regulations = SqlRegulationStore(house.database)
        self.archive = library.archive

    def worker(self, holder="w1", **changes):
        parts = {
            "regulations": self.regulations,
            "erasure": SqlErasure(self.house.database, partitions=1),
            "shelf": Shelf(archive=self.archive, manifest=self.library.manifest),
            "destinations": self.house.destinations,
            "leases": self.library.offsets,
            "clock": self.house.clock,
            "holder": holder,
        }
        return Regulating(**{**parts, **changes})

    async def ask(self, kind, *user_ids, regulation_id="r1"):
        at = self.house.clock.at
        return await self.regulations.add(
            Regulation(
                environment_id=1, id=regulation_id, type=kind, user_ids=user_ids or ["ann"], asked_by="key", created=at
            )
        )

    async def carry_out(self, passes=2):
        """Make passes, as long apart as they are, and give the receipt."""
        for _ in range(passes):
            await self.worker().run_once()
            self.house.clock.at += SETTLE_MS
        return await self.regulations.get(1, "r1")

    async def differences(self):
        scope = Scope([1], self.house.clock.at)
        _, accounts = await audit(self.house.ledger, self.house.stream, scope, progress=lambda _done, _total: None)
        return [difference for account in accounts for difference in account.differences]


@pytest.fixture
def office(house, library):
    """An office beside a house with an archive."""
    return Office(house, library)


async def log(house):
    page = await house.events.page(1, EventFilter(), limit=100, cursor=None)
    return page.items[::-1]


async def test_a_suppressed_user_is_refused(office, library, house):
    """Their calls stand in the log as refused, with the reason and nothing that is theirs; no follower gets them."""
    await library.accept({"type": "identify", "userId": "ann", "anonymousId": "x", "traits": {"plan": "pro"}})
    await office.ask("SUPPRESS_ONLY")
    await library.accept({"type": "identify", "userId": "bob", "traits": {}}, ORDER, {**ORDER, "userId": "bob"})
    await library.follow()

    kept, bob, refused, other = await log(house)
    assert (refused.status, refused.reason) == ("DISCARDED", "user_suppressed")
    assert (refused.user_key, refused.message_id, refused.body, refused.name) == ("", "", b"{}", "Order")
    assert (kept.user_key, bob.status, other.status) == ("u:ann", "APPLIED", "UNMAPPED")
    assert await library.calls() == ["call-1", "call-2", "call-4"]
    assert (await house.profiles.find(1, "ann")).data == {"plan": "pro"}
    assert await office.differences() == []

    await office.ask("UNSUPPRESS", regulation_id="r2")
    await library.accept(ORDER)
    assert (await log(house))[-1].status == "UNMAPPED"


async def test_nothing_is_sent_to_a_suppressed_user(office, house, email_elements):
    """Whatever asks for it, and whatever the topic: the message ends as filtered, and says why."""
    await office.ask("SUPPRESS_ONLY")
    (message_id,) = await house.send_many([{"to": {"user_id": "ann"}, "content": {"title": "Hi", "body": "There"}}])
    providers = house.fleet()
    await house.outbound(providers).run_once()
    await providers.close()

    message = await house.messages.get(1, message_id)
    assert (message.status, message.reason) == ("FILTERED", "FILTERED")
    history = await house.messages.history(1, message_id)
    assert any("asked not to be known" in str(entry.fields) for entry in history)


async def test_a_deleted_user_is_gone(office, library, house, email_elements):
    """Profile, calls, messages and archive: the receipt counts what went, by table; the ledger still balances."""
    await house.map("Order", email_elements())
    await library.accept(IDENTIFY, ORDER, {**ORDER, "userId": "bob"})
    await library.follow()
    await office.ask("SUPPRESS_WITH_DELETE")
    receipt = await office.carry_out(3)

    assert (receipt.status, receipt.asked_by, receipt.error) == ("FINISHED", "key", "")
    assert receipt.finished == receipt.created + 2 * SETTLE_MS
    assert receipt.erased | {"data_log": 0} == {
        "archive": 2,
        "data_log": 0,
        "inbound_events": 2,
        "messages": 1,
        "profiles": 1,
        "seen": 2,
    }
    assert await house.profiles.find(1, "ann") is None
    assert [event.user_key for event in await log(house)] == ["u:bob"]
    assert await library.calls() == ["call-3"]
    everywhere = [path.read_bytes() for path in library.folder.rglob("*") if path.is_file()]
    assert len(everywhere) == 1
    page = await house.messages.page(1, MessageFilter(), limit=9, cursor=None)
    assert [message.recipient for message in page.items] == ["bob"]
    assert await office.differences() == []
    async with house.ledger.open() as reading:
        calls = await reading.calls(1, (await reading.span(1)))
    assert {tally.word: tally.count for tally in calls if tally.hour == hour_of(receipt.created)}["ERASED"] == 2


async def test_what_was_not_archived_yet_never_is(office, library, house):
    """A follower that lags does not bring a deleted user back."""
    await library.accept(IDENTIFY, {**ORDER, "userId": "bob"})
    await office.ask("SUPPRESS_WITH_DELETE")
    await office.worker().run_once()
    await library.follow()

    assert await library.calls() == ["call-2"]


async def test_files_that_were_replaced_go_at_once(office, library, house, monkeypatch):
    """A file that was merged, and is kept for who reads it, is not kept from who wants to be forgotten."""
    await library.accept(IDENTIFY)
    await library.follow()
    await library.accept({**ORDER, "userId": "bob"})
    await library.follow()
    house.clock.at += DAY_MS
    await library.tidying().run_once()
    assert len(library.there()) == 3
    await office.ask("DELETE_INTERNAL")
    await office.worker().run_once()

    assert len(library.there()) == 1
    assert await library.calls() == ["call-2"]


async def test_an_archive_that_is_away_holds_it_up(office, library, house):
    """The receipt says what is missing; when it is there again the regulation goes on."""
    await library.accept(IDENTIFY)
    await library.follow()
    await office.ask("SUPPRESS_WITH_DELETE")
    archive, office.archive = office.archive, None
    held = await office.carry_out(2)
    assert (held.status, "archive" in held.erased, held.erased["profiles"]) == ("RUNNING", False, 1)
    assert "no `archive` is set" in held.error

    office.archive = archive
    receipt = await office.carry_out(2)
    assert (receipt.status, receipt.error, receipt.erased["archive"]) == ("FINISHED", "", 1)


async def test_who_is_only_deleted_may_come_again(office, library, house):
    """DELETE_ONLY deletes what is there; later calls are taken, and do not keep it from ending."""
    await library.accept(IDENTIFY)
    await office.ask("DELETE_ONLY")
    await office.worker().run_once()
    house.clock.at += SETTLE_MS
    await library.accept(ORDER)
    await office.worker().run_once()
    receipt = await office.regulations.get(1, "r1")
    house.clock.at += SETTLE_MS
    await library.accept(ORDER)

    assert (receipt.status, receipt.erased["profiles"]) == ("FINISHED", 1)
    assert (await log(house))[-1].status == "UNMAPPED"
    assert await office.differences() == []


async def test_a_replay_refuses_too(office, library, house, email_elements):
    """What a suppressed user did before is in the archive still, and comes to nothing when it is replayed."""
    await library.accept(ORDER, {**ORDER, "userId": "bob"})
    await library.follow()
    await house.map("Order", email_elements())
    await office.ask("SUPPRESS_ONLY")
    replay = Replay(
        archive=library.archive,
        manifest=library.manifest,
        store=SqlReplayStore(house.database),
        rules=ReplayRules(inbound=Rules(), notify=True),
    )
    where = CallFilter(received_from=0, received_before=house.clock.at + 1)
    summary = await replay.run(1, where, progress=lambda _done, _total: None)

    assert (summary.calls, summary.messages, summary.dropped) == (2, 1, {"DISCARDED user_suppressed": 1})
    assert [event.status for event in await log(house)] == ["UNMAPPED", "MAPPED"]
    assert await office.differences() == []


async def test_a_deletion_that_was_broken_off_goes_on(office, library, house, monkeypatch):
    """Whatever was deleted stays deleted and counted in the ledger; another worker does the rest."""
    await library.accept(IDENTIFY, *[ORDER] * 3)
    await office.ask("SUPPRESS_WITH_DELETE")

    async def die(*_arguments, **_named):
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        patched.setattr("tidings.backends.sql.erasing.erase_messages", die)
        with pytest.raises(asyncio.CancelledError):
            await office.worker().run_once()
    assert await log(house) == []
    assert await house.profiles.find(1, "ann") is not None
    assert await office.differences() == []

    assert await office.worker("w2").run_once() == 0  # the first one's lease has to end
    house.clock.at += regulating._LEASE_MS + 1
    assert await office.worker("w2").run_once() == 1
    assert await house.profiles.find(1, "ann") is None
    assert (await office.regulations.get(1, "r1")).erased["inbound_events"] == 4


async def test_other_users_are_not_counted(office, library, house):
    """A user of whom nothing is known has a receipt too: nothing was there."""
    await library.accept(ORDER)
    await office.ask("SUPPRESS_WITH_DELETE", "nobody")
    receipt = await office.carry_out(2)

    assert (receipt.status, receipt.erased) == ("FINISHED", {})
    assert len(await log(house)) == 1


async def test_one_that_fails_holds_up_no_other(office, library, house, monkeypatch):
    """A fault of ours is in the log and on the receipt; the next one is carried out, and this one tried again."""
    await library.accept(IDENTIFY)
    await office.ask("DELETE_ONLY", "bob")
    await office.ask("DELETE_ONLY", regulation_id="r2")
    subjects = office.regulations.subjects

    async def fail_for_bob(regulation):
        if regulation.id == "r1":
            raise ZeroDivisionError
        return await subjects(regulation)

    monkeypatch.setattr(office.regulations, "subjects", fail_for_bob)
    await office.worker().run_once()
    assert "its log says why" in (await office.regulations.get(1, "r1")).error
    assert await house.profiles.find(1, "ann") is None
    monkeypatch.undo()
    assert (await office.carry_out(3)).error == ""
