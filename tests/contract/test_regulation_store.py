import msgspec
import pytest

from tidings.backends.sql.delivery_store import SqlDeliveryStore
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.regulation_store import SqlRegulationStore
from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.effects import Deferred, Forgotten, ProfileWrite
from tidings.effects.society import Link
from tidings.errors import Conflict, NotFound
from tidings.regulations import Regulation, Subjects, Told, told_status
from tidings.suppressions import Suppression


@pytest.fixture
def regulations(database):
    """No regulation yet."""
    return SqlRegulationStore(database)


def a_regulation(kind="SUPPRESS_WITH_DELETE", *user_ids, **fields):
    defaults = {"environment_id": 1, "id": "r1", "asked_by": "key", "created": 5}
    return Regulation(**{**defaults, **fields}, type=kind, user_ids=list(user_ids) or ["ann"])


async def refused(database, *keys):
    """Tell whose calls the inbound step refuses, as it asks."""
    async with SqlInboundStore(database).transaction(0) as transaction:
        arrangements = await transaction.arrangements([1, 2])
        found = await transaction.suppressed(list(keys))
    return found if any(each.suppresses for each in arrangements.values()) else None


async def test_suppressing_is_at_once(regulations, database, write):
    """From the moment it is asked for, calls are refused: of the user, and of who they were before."""
    assert await refused(database, (1, "u:ann")) is None
    await write(links=[Link(1, "a:x", "u:ann", 1), Link(1, "a:y", "u:bob", 1)])
    await regulations.add(a_regulation())

    keys = [(1, "u:ann"), (1, "a:x"), (1, "a:y"), (1, "u:bob"), (2, "u:ann")]
    assert await refused(database, *keys) == {(1, "u:ann"), (1, "a:x")}
    assert (await regulations.suppressed(1, limit=9, cursor=None)).items == ["ann"]
    (listed,) = (await SqlSuppressionStore(database).among([(1, "user:ann")])).values()
    assert listed.kind == "privacy"


async def test_lifting_leaves_what_was_before(regulations, database):
    """UNSUPPRESS lets calls and messages pass again; who was on the suppression list for another reason stays on it."""
    suppressions = SqlSuppressionStore(database)
    await suppressions.add([Suppression(environment_id=1, address="user:bob", kind="unsubscribe", created=1)])
    await regulations.add(a_regulation("SUPPRESS_ONLY", "ann", "bob"))
    await regulations.add(a_regulation("SUPPRESS_ONLY", "bob", id="again"))
    with pytest.raises(Conflict, match="UNSUPPRESS"):
        await suppressions.remove(1, "user:ann")

    await regulations.add(a_regulation("UNSUPPRESS", "ann", "bob", id="r2"))
    assert await refused(database, (1, "u:ann"), (1, "u:bob")) is None
    found = await suppressions.among([(1, "user:ann"), (1, "user:bob")])
    assert [(each.address, each.kind) for each in found.values()] == [("user:bob", "unsubscribe")]


async def test_names_are_found_once(regulations, database, write):
    """Who a user was before, and their addresses, are noted before they vanish, and forgotten when all is done."""
    await write(
        links=[Link(1, "a:x", "u:ann", 1)],
        profiles=[
            ProfileWrite(1, "u:ann", b'{"email":"ann@example.com","phone_number":5}', 1),
            ProfileWrite(1, "a:x", b'{"phone_number":"+49"}', 1),
        ],
    )
    regulation = await regulations.add(a_regulation("DELETE_ONLY"))
    expected = Subjects(user_keys=["a:x", "u:ann"], addresses=["+49", "ann@example.com"])
    assert await regulations.subjects(regulation) == expected

    await SqlProfileStore(database).change(1, "u:ann", lambda _profile: None, now=2)
    assert await regulations.subjects(regulation) == expected
    assert (await regulations.get(1, "r1")).status == "RUNNING"


async def test_what_destinations_are_told_is_queued_once(regulations, database):
    """The receipt and the queues are written together; whoever comes second changes neither."""
    deliveries = SqlDeliveryStore(database)
    regulation = await regulations.add(a_regulation())
    call = Deferred(
        environment_id=1,
        destination_id="dst_a",
        position=7,
        due_at=5,
        user_key="delete:ann",
        name="delete",
        received_at=1,
        first_at=1,
        tries=0,
        error="",
        body=b"{}",
    )
    told = {"dst_a": Told(name="A", users=2, updated=1)}
    assert await regulations.hand_on(regulation, told, [call])
    assert not await regulations.hand_on(regulation, {}, [msgspec.structs.replace(call, position=8)])

    assert (await regulations.get(1, "r1")).outside == told
    assert await deliveries.due(1, "dst_a", now=5, limit=9, in_order=True) == [call]


async def test_what_destinations_answer_is_on_the_receipt(regulations, database):
    """It is written with the call's coming off the queue; what failed and is done later is done. Others stay alone."""
    deliveries = SqlDeliveryStore(database)
    for environment_id in (1, 2):
        regulation = await regulations.add(a_regulation(environment_id=environment_id))
        await regulations.hand_on(regulation, {"dst_a": Told(name="A", users=2)}, [])

    async def answer(user_id, error="", **fields):
        base = {"environment_id": 1, "destination_id": "dst_a", "regulation_id": "r1", "user_id": user_id, "at": 9}
        heard = Forgotten(**{**base, **fields}, error=error)
        nothing = {"done": [], "again": [], "tallies": [], "failures": []}
        await deliveries.settle(1, "dst_a", **nothing, forgotten=[heard])
        return (await regulations.get(1, "r1")).outside["dst_a"]

    assert await answer("ann", "400 no") == Told(name="A", users=2, failed={"ann": "400 no"}, updated=9)
    assert told_status(await answer("bob", at=10), is_there=True) == "PARTIAL_SUCCESS"
    assert await answer("ann", at=11) == Told(name="A", users=2, done=2, updated=11)
    await answer("ann", regulation_id="withdrawn")
    await answer("ann", destination_id="unknown")
    assert (await regulations.get(2, "r1")).outside == {"dst_a": Told(name="A", users=2)}


async def test_progress_adds_up(regulations):
    """A receipt adds up what was erased; a finished regulation is due no more."""
    regulation = await regulations.add(a_regulation())
    assert await regulations.due(now=1, limit=9) == [regulation]
    await regulations.hold_up(regulation, "the archive is away", due_at=20)
    assert await regulations.due(now=19, limit=9) == []
    assert (await regulations.get(1, "r1")).error == "the archive is away"

    await regulations.note(regulation, {"profiles": 1, "messages": 2, "seen": 0})
    await regulations.progress(regulation, due_at=30)
    await regulations.note(regulation, {"messages": 3})
    await regulations.progress(regulation, due_at=40, finished=40)
    stored = await regulations.get(1, "r1")
    assert stored == msgspec.structs.replace(
        regulation, erased={"messages": 5, "profiles": 1}, passes=2, due_at=40, finished=40, status="FINISHED"
    )
    assert await regulations.due(now=99, limit=9) == []


async def test_only_what_was_not_begun_is_withdrawn(regulations):
    """A deletion may be taken back before the first pass; a suppression is there at once, and is lifted instead."""
    await regulations.add(a_regulation("DELETE_ONLY", id="early"))
    await regulations.withdraw(1, "early")
    with pytest.raises(NotFound):
        await regulations.get(1, "early")
    begun = await regulations.add(a_regulation("DELETE_ONLY", id="begun"))
    await regulations.subjects(begun)
    await regulations.add(a_regulation("SUPPRESS_WITH_DELETE", id="silent"))
    for regulation_id in ("begun", "silent"):
        with pytest.raises(Conflict):
            await regulations.withdraw(1, regulation_id)


async def test_regulations_are_listed_by_environment(regulations):
    """Newest first, page by page; each environment has its own."""
    for number in range(3):
        await regulations.add(a_regulation("DELETE_ONLY", id=f"r{number}", created=number))
    await regulations.add(a_regulation("SUPPRESS_ONLY", id="theirs", environment_id=2))

    first = await regulations.page(1, limit=2, cursor=None)
    rest = await regulations.page(1, limit=2, cursor=first.cursor)
    assert [each.id for each in (*first.items, *rest.items)] == ["r2", "r1", "r0"]
    assert rest.cursor is None
    with pytest.raises(NotFound):
        await regulations.get(1, "theirs")
    assert (await regulations.suppressed(1, limit=9, cursor=None)).items == []
