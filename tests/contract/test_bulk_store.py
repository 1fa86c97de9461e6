import pytest

from tidings.backends.sql.bulk_store import SqlBulkStore
from tidings.backends.sql.expansion_store import SqlExpansionStore
from tidings.bulk_jobs import BulkJob, BulkUser
from tidings.errors import Conflict, NotFound

OURS, THEIRS = 1, 2


@pytest.fixture
def store(database):
    """The bulk jobs of an empty database."""
    return SqlBulkStore(database)


def a_job(job_id="1-00000001-a", **fields):
    """A job with defaults."""
    defaults = {"environment_id": OURS, "definition": {"event": "e"}, "message": {"template": "e"}, "created": 1}
    return BulkJob(**{**defaults, **fields}, id=job_id)


def users(*names):
    """Users of these ids."""
    return [BulkUser(key=f"u:{name}", user={"recipient": name}) for name in names]


async def test_users_are_numbered_as_they_come(store):
    """Each is added once, in order; who was there already is told."""
    await store.create(a_job())
    await store.create(a_job(definition={"other": 1}))
    assert await store.add(OURS, "1-00000001-a", users("ann", "bob")) == set()
    assert await store.add(OURS, "1-00000001-a", users("bob", "cid")) == {"u:bob"}

    assert await store.get(OURS, "1-00000001-a") == a_job(received=3)
    first = await store.users(OURS, "1-00000001-a", limit=2, cursor=None)
    rest = await store.users(OURS, "1-00000001-a", limit=2, cursor=first.cursor)
    assert [(each.number, each.key) for each in (*first.items, *rest.items)] == [
        (1, "u:ann"),
        (2, "u:bob"),
        (3, "u:cid"),
    ]
    assert rest.cursor is None


async def test_a_job_runs_once(store, database):
    """Run, it is a request to many under its own id; it takes no more users and does not run again."""
    await store.create(a_job())
    await store.run(OURS, "1-00000001-a", now=7)

    for doing in (store.run(OURS, "1-00000001-a", now=8), store.add(OURS, "1-00000001-a", users("ann"))):
        with pytest.raises(Conflict):
            await doing
    assert (await store.get(OURS, "1-00000001-a")).run_at == 7
    assert (await SqlExpansionStore(database).get(OURS, "1-00000001-a")).received_at == 7


async def test_unknown_jobs_and_other_environments(store):
    """A job of another environment does not exist here."""
    await store.create(a_job(environment_id=THEIRS))
    for doing in (
        store.get(OURS, "1-00000001-a"),
        store.add(OURS, "1-00000001-a", []),
        store.run(OURS, "1-00000001-a", now=1),
        store.users(OURS, "1-00000001-a", limit=1, cursor=None),
    ):
        with pytest.raises(NotFound):
            await doing
