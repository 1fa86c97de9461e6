import pytest

from tidings.backends.sql.suppression_store import SqlSuppressionStore
from tidings.errors import NotFound
from tidings.suppressions import Suppression

OURS, THEIRS = 1, 2


@pytest.fixture
def store(database):
    """The suppression list of an empty database."""
    return SqlSuppressionStore(database)


def suppressed(address="email:ann@example.com", **fields):
    """An address on the list."""
    return Suppression(**{"environment_id": OURS, "kind": "bounce", "created": 1, **fields}, address=address)


async def test_the_first_reason_stays(store):
    """An address that is on the list already keeps why it came there."""
    await store.add([suppressed(detail="550")])
    await store.add([suppressed(kind="manual", created=9), suppressed("user:bob")])

    assert await store.get(OURS, "email:ann@example.com") == suppressed(detail="550")
    await store.add([])


async def test_taking_off(store):
    """Once; who is not on the list cannot be taken off."""
    await store.add([suppressed()])
    await store.remove(OURS, "email:ann@example.com")

    for doing in (store.remove(OURS, "email:ann@example.com"), store.get(OURS, "email:ann@example.com")):
        with pytest.raises(NotFound):
            await doing


async def test_pages_by_address(store):
    """Each begins where the last ended."""
    await store.add([suppressed(f"user:{letter}") for letter in "cab"])

    first = await store.page(OURS, limit=2, cursor=None)
    second = await store.page(OURS, limit=2, cursor=first.cursor)

    assert [each.address for each in (*first.items, *second.items)] == ["user:a", "user:b", "user:c"]
    assert second.cursor is None


async def test_environments_are_worlds_apart(store):
    """An address suppressed there is not suppressed here."""
    await store.add([suppressed(environment_id=THEIRS)])

    assert await store.among([(OURS, "email:ann@example.com")]) == {}
    assert await store.among([]) == {}
    assert list(await store.among([(THEIRS, "email:ann@example.com"), (THEIRS, "user:x")])) == [
        (THEIRS, "email:ann@example.com")
    ]
