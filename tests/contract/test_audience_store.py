"""Audiences, and the step that keeps who is in them true, on every backend."""

import asyncio

import pytest

from tidings.audiences import Change
from tidings.backends.sql import audience_store
from tidings.backends.sql.activity_store import SqlActivityStore
from tidings.backends.sql.audience_store import SqlAudienceStore
from tidings.backends.sql.audience_transaction import SqlAudienceTransaction
from tidings.backends.sql.inbound_store import SqlInboundStore
from tidings.backends.sql.membership_store import SqlMembershipStore
from tidings.backends.sql.profile_store import SqlProfileStore
from tidings.backends.sql.tenant_store import SqlTenantStore
from tidings.effects import Effects, ProfileWrite
from tidings.effects.society import Joining, TenantWrite
from tidings.errors import InvalidInput, NotFound
from tidings.ledger import HOUR, MINUTE
from tidings.pipeline.audiences import AudienceStep

OURS, THEIRS = 1, 2
ENGINEERS = {"operator": "EQ", "path": "title", "value": "Engineer"}
ACME = {"operator": "MEMBER_OF", "path": "account_id", "value": "acme"}


class Clock:
    """A clock that stands."""

    now = 1_000

    def now_ms(self):
        """Tell the time."""
        return self.now


@pytest.fixture
def clock():
    """A clock that stands until it is set."""
    return Clock()


@pytest.fixture
def store(database):
    """The audiences of an empty database."""
    return SqlAudienceStore(database)


@pytest.fixture
def step(store, clock):
    """The step, two users at a time."""
    return AudienceStep(store=store, clock=clock, slice_max=2)


@pytest.fixture
def people(database):
    """Write profiles, as the API does."""
    profiles = SqlProfileStore(database)

    async def write(environment_id=OURS, **named):
        for user_id, profile in named.items():
            await profiles.change(environment_id, f"u:{user_id}", lambda _, profile=profile: profile, now=1)

    return write


async def settle(step):
    """Work until there is nothing left to do."""
    while await step.run_once():
        pass


async def users(store, audience_id="engineers", **page):
    """Who is in it."""
    found = await store.members(OURS, audience_id, **{"limit": 100, "cursor": None, **page})
    return [each.user_id for each in found.items]


async def put(store, audience_id="engineers", *, environment_id=OURS, now=5, **said):
    """Make or change an audience."""
    return await store.put(environment_id, audience_id, Change(**said), now=now)


async def test_an_audience_is_made_and_changed(store):
    """What a request does not say stays as it is; each one makes a version."""
    made = await put(store, name="Engineers", filter=ENGINEERS)
    assert (made.name, made.version, made.created, made.is_calculating) == ("Engineers", 1, 5, True)
    changed = await put(store, description="All of them", now=9)

    assert await store.get(OURS, "engineers") == changed
    assert (changed.name, changed.description, changed.version) == ("Engineers", "All of them", 2)
    assert (changed.created, changed.updated, changed.filter) == (5, 9, made.filter)
    assert (await put(store, operator="OR")).filter.operator == "OR"


async def test_what_is_unknown(store):
    """Nothing can be read of an audience that there is not, nor joined what has no filter."""
    for doing in (
        store.get(OURS, "engineers"),
        store.delete(OURS, "engineers"),
        store.members(OURS, "engineers", limit=1, cursor=None),
    ):
        with pytest.raises(NotFound):
            await doing
    with pytest.raises(InvalidInput):
        await put(store, operator="OR")


async def test_an_environment_has_so_many_at_most(store, monkeypatch):
    """One more is refused, and those that stand can still be changed."""
    monkeypatch.setattr(audience_store, "AUDIENCES_MAX", 1)
    await put(store)
    with pytest.raises(InvalidInput, match="1 audiences at most"):
        await put(store, "another")
    await put(store, environment_id=THEIRS)
    assert (await put(store, name="Still")).version == 2


async def test_audiences_are_listed_by_id(store):
    """Page by page, each environment its own."""
    for audience_id in ("c", "a", "b"):
        await put(store, audience_id)
    await put(store, "x", environment_id=THEIRS)

    first = await store.page(OURS, limit=2, cursor=None)
    rest = await store.page(OURS, limit=2, cursor=first.cursor)
    assert [[each.id for each in page.items] for page in (first, rest)] == [["a", "b"], ["c"]]
    assert rest.cursor is None


async def test_whoever_matches_is_found(store, step, people):
    """A new audience finds everybody who matches, slice by slice, and nobody of another environment."""
    await people(ann={"title": "Engineer"}, bob={"title": "Chef"}, cid={"title": "Engineer"}, eve={"title": "Engineer"})
    await people(THEIRS, zed={"title": "Engineer"})
    await put(store, filter=ENGINEERS)
    await settle(step)

    assert await users(store) == ["ann", "cid", "eve"]
    first = await store.members(OURS, "engineers", limit=2, cursor=None)
    assert await users(store, limit=2, cursor=first.cursor) == ["eve"]
    ann = first.items[0]
    assert (ann.version, ann.added_at) == (1, 1_000)
    assert ann.reason == "EQ('title', 'Engineer') => true"
    done = await store.get(OURS, "engineers")
    assert (done.is_calculating, done.looked) == (False, 4)


async def test_a_user_is_in_these(store, step, people):
    """A user's audiences are listed by id, with the reason; another environment's are not among them."""
    await people(ann={"title": "Engineer"})
    await people(THEIRS, ann={"title": "Engineer"})
    await put(store, "b", filter=ENGINEERS)
    await put(store, "a", filter=ENGINEERS, name="Who builds")
    await put(store, "c", filter={**ENGINEERS, "value": "Chef"})
    await put(store, "z", environment_id=THEIRS, filter=ENGINEERS)
    await settle(step)

    found = await store.of_user(OURS, "ann")
    assert [(audience.id, audience.name, member.audience_id) for audience, member in found] == [
        ("a", "Who builds", "a"),
        ("b", "b", "b"),
    ]
    assert {(member.user_id, member.reason) for _, member in found} == {("ann", "EQ('title', 'Engineer') => true")}
    assert await store.of_user(OURS, "bob") == []


async def test_looking_goes_on_where_it_was(store, step, people, clock):
    """Whoever takes over begins after the last user that was looked at."""
    await people(ann={"title": "Engineer"}, bob={"title": "Engineer"}, cid={"title": "Engineer"})
    await put(store, filter=ENGINEERS)
    await step.run_once()
    half = await store.get(OURS, "engineers")
    assert (half.cursor, half.looked) == ("u:bob", 2)

    await settle(AudienceStep(store=store, clock=clock, slice_max=2))
    assert await users(store) == ["ann", "bob", "cid"]
    assert (await store.get(OURS, "engineers")).looked == 3


async def test_a_new_filter_changes_who_is_in(store, step, people, clock):
    """Who stays keeps the day they came, with the new version and reason; who does not match any more goes."""
    await people(ann={"title": "Engineer", "age": 40}, bob={"title": "Engineer"})
    await put(store, filter=ENGINEERS)
    await settle(step)
    clock.now = 2_000
    await put(store, filter={"operator": "EQ", "path": "age", "value": "40"})
    await settle(step)

    (ann,) = (await store.members(OURS, "engineers", limit=9, cursor=None)).items
    assert (ann.user_id, ann.version, ann.added_at, ann.reason) == ("ann", 2, 1_000, "EQ('age', '40') => true")


async def test_a_profile_that_changes_comes_and_goes(store, step, people, database):
    """Profiles that the API changes or deletes are held against every audience."""
    await put(store, filter=ENGINEERS)
    await put(store, "chefs", filter={"operator": "EQ", "path": "title", "value": "Chef"})
    await people(ann={"title": "Engineer"}, bob={"title": "Engineer"})
    await settle(step)
    await people(ann={"title": "Chef"}, bob=None)
    await settle(step)

    assert await users(store) == []
    assert await users(store, "chefs") == ["ann"]


async def test_calls_change_who_is_in(store, step, database):
    """Whoever an inbound batch changes, or joins to a tenant, is held against audiences; anonymous users never."""
    await put(store, filter=ENGINEERS)
    await put(store, "acme", filter=ACME)
    await settle(step)
    profile = b'{"title":"Engineer"}'
    written = [ProfileWrite(OURS, key, profile, 1) for key in ("u:ann", "u:bob", "a:anon")]
    effects = Effects(
        profiles=written,
        tenants=[TenantWrite(OURS, "acme", "Acme", {}, 1, is_new=True)],
        joinings=[Joining(OURS, "u:bob", "acme", 1)],
    )
    async with SqlInboundStore(database).transaction(0) as transaction:
        await transaction.profiles([(OURS, each.user_key) for each in written])
        await transaction.arrangements([OURS])
        assert await transaction.apply(effects, after=0, through=1, received_at=1)
    await settle(step)

    assert await users(store) == ["ann", "bob"]
    assert await users(store, "acme") == ["bob"]


async def test_without_audiences_nobody_is_queued(store, step, people, database):
    """An environment without audiences writes no row, whoever changes; and after the last is deleted again none."""
    inbound = SqlInboundStore(database)

    async def call(offset):
        async with inbound.transaction(0) as transaction:
            await transaction.profiles([(OURS, "u:ann")])
            await transaction.arrangements([OURS])
            effects = Effects(profiles=[ProfileWrite(OURS, "u:ann", b"{}", 1)])
            assert await transaction.apply(effects, after=offset, through=offset + 1, received_at=1)

    await call(0)
    await people(bob={"title": "Engineer"})
    assert not await store.is_waiting(now=10)
    await put(store)
    await call(1)
    assert await store.is_waiting(now=10)
    await settle(step)
    await store.delete(OURS, "engineers")
    await call(2)
    assert not await store.is_waiting(now=10)


async def test_tenants_change_who_is_in(store, step, people, database):
    """Joining, leaving, and a tenant that is deleted change who its members' audiences hold."""
    memberships, tenants = SqlMembershipStore(database), SqlTenantStore(database)
    await put(store, filter=ACME)
    await people(ann={}, bob={})
    async with SqlInboundStore(database).transaction(0) as transaction:
        tenant = TenantWrite(OURS, "acme", "Acme", {}, 1, is_new=True)
        assert await transaction.apply(Effects(tenants=[tenant]), after=0, through=1, received_at=1)
    for user_id in ("ann", "bob"):
        await memberships.join(OURS, user_id, {"acme": None}, now=1)
    await settle(step)
    assert await users(store) == ["ann", "bob"]

    await memberships.leave(OURS, "ann", tenant_id="acme")
    await settle(step)
    assert await users(store) == ["bob"]
    await tenants.delete(OURS, "acme")
    await settle(step)
    assert await users(store) == []


async def test_a_deleted_audience_has_no_members(store, step, people):
    """Made again under its id, it begins empty."""
    await people(ann={"title": "Engineer"})
    await put(store, filter=ENGINEERS)
    await settle(step)
    await store.delete(OURS, "engineers")

    assert (await put(store)).version == 1
    await settle(step)
    assert await users(store) == []


async def test_changes_under_way_are_seen_by_a_second_look(store, step, people, database, clock):
    """Where transactions may be under way that know of no audience, profiles are looked at once more, and no more."""
    await put(store, filter=ENGINEERS, now=clock.now)
    await settle(step)
    inbound = SqlInboundStore(database)
    async with inbound.transaction(0) as transaction:  # as if begun before: it asked for no arrangements
        await transaction.profiles([(OURS, "u:ann")])
        effects = Effects(profiles=[ProfileWrite(OURS, "u:ann", b'{"title":"Engineer"}', 1)])
        assert await transaction.apply(effects, after=0, through=1, received_at=1)
    clock.now += audience_store.SETTLE_MS
    await put(store, name="Another", now=clock.now + 1)
    await settle(step)

    assert (await store.get(OURS, "engineers")).looked == (0 if database.dialect == "sqlite" else 1)
    assert await users(store) == ([] if database.dialect == "sqlite" else ["ann"])
    clock.now += 10 * audience_store.SETTLE_MS
    assert not await store.is_waiting(now=clock.now)
    assert (await put(store, "more", filter=ENGINEERS, now=clock.now)).again_at is None


async def test_workers_that_judge_at_once_agree(store, people, clock):
    """However many workers look and however often profiles change meanwhile, the last state of a profile decides."""
    await put(store, filter=ENGINEERS)
    names = [f"u{number:02}" for number in range(12)]

    async def change():
        for title in ("Engineer", "Chef", "Engineer"):
            await people(**{name: {"title": title if name != "u03" else "Chef"} for name in names})

    steps = [AudienceStep(store=store, clock=clock, slice_max=3) for _ in range(2)]
    await asyncio.gather(change(), *(settle(step) for step in steps))
    await settle(steps[0])

    assert await users(store) == [name for name in names if name != "u03"]


async def test_a_turn_that_dies_has_done_nothing(store, step, people, monkeypatch):
    """Queue, cursor and memberships stand or fall together: after a death nobody is missing."""
    await put(store, filter=ENGINEERS)
    await people(ann={"title": "Engineer"}, bob={"title": "Engineer"}, cid={"title": "Engineer"})
    write = SqlAudienceTransaction.write

    async def dies(self, *args):
        await write(self, *args)
        raise RuntimeError("killed")

    monkeypatch.setattr(SqlAudienceTransaction, "write", dies)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="killed"):
            await step.run_once()
    monkeypatch.undo()
    assert await users(store) == []
    await settle(step)

    assert await users(store) == ["ann", "bob", "cid"]


async def test_who_came_and_who_left_is_counted(database, store, step, people, clock):
    """By the minute and by the hour in which it was found; other environments' is not among it."""
    await people(ann={"title": "Engineer"}, bob={"title": "Engineer"})
    await put(store, filter=ENGINEERS)
    await settle(step)
    await people(bob={"title": "Baker"})
    clock.now += 60_000
    await settle(step)

    activity = SqlActivityStore(database)
    for span, at in ((MINUTE, 1), (HOUR, 0)):
        found = await activity.read(OURS, span=span, first=0, end=120, step=span)
        assert [(each.start, each.kind, each.word, each.reason, each.count) for each in found] == [
            (0, "audience", "JOINED", "engineers", 2),
            (at, "audience", "LEFT", "engineers", 1),
        ]
    assert not await activity.read(THEIRS, span=MINUTE, first=0, end=120, step=1)
